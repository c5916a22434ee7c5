"""What applicants see of their own cases: where each one stands, its papers, its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, prefetch_related_objects

from satupintu.cases.models import Case, Correction, Message, Task
from satupintu.cases.queries import wording
from satupintu.cases.queries.desk import now_at, recommendations, subjects, visits
from satupintu.journal import queries as journal
from satupintu.levies import queries as levies
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.files.models import StoredFile
    from satupintu.permits.models import Permit

MOST = 100

# The events an applicant is told of. Notes, opinions and who did what inside the office are not.
HISTORY = {
    "cases.CaseStarted": {"id": "Draf dibuat", "en": "Draft begun"},
    "cases.CaseSubmitted": {"id": "Permohonan terkirim", "en": "Application sent"},
    "cases.TaskForwarded": {"id": "Satu langkah selesai", "en": "A step was finished"},
    "cases.CorrectionAsked": {"id": "Kami minta perbaikan", "en": "A correction was requested"},
    "cases.CorrectionAnswered": {"id": "Perbaikan terkirim", "en": "Correction sent"},
    "cases.AppealOffered": {
        "id": "Ketua RT atau RW menolak; Anda boleh banding",
        "en": "The head of RT or RW refused; you may appeal",
    },
    "cases.AppealLodged": {"id": "Banding terkirim", "en": "Appeal sent"},
    "cases.AppealGranted": {"id": "Banding dikabulkan", "en": "Appeal granted"},
    "cases.RefusalUpheld": {"id": "Banding tidak dikabulkan", "en": "Appeal not granted"},
    "cases.VisitPlanned": {
        "id": "Kunjungan lapangan dijadwalkan",
        "en": "A site visit was planned",
    },
    "cases.VisitRecorded": {"id": "Kunjungan lapangan dilakukan", "en": "The site was visited"},
    "cases.LevyAssessed": {"id": "Retribusi ditetapkan", "en": "The levy was set"},
    "levies.BillPaid": {"id": "Pembayaran diterima", "en": "Payment received"},
    "levies.BillCancelled": {"id": "Tagihan dibatalkan", "en": "Bill cancelled"},
    "cases.ClockPaused": {"id": "Jam layanan berhenti", "en": "The clock was stopped"},
    "cases.ClockResumed": {"id": "Jam layanan berjalan lagi", "en": "The clock goes on"},
    "cases.MessageSent": {"id": "Pesan terkirim", "en": "Message sent"},
    "permits.PermitSigned": {"id": "Dokumen ditandatangani", "en": "Document signed"},
    "permits.PermitHandedOver": {"id": "Dokumen diserahkan", "en": "Document handed over"},
    "cases.CaseApproved": {"id": "Permohonan selesai", "en": "Application completed"},
    "cases.CaseRefused": {"id": "Permohonan ditolak", "en": "Application refused"},
    "cases.WithdrawalAsked": {
        "id": "Anda meminta pembatalan",
        "en": "You asked to cancel the application",
    },
    "cases.PaidCaseCancelled": {
        "id": "Permohonan dibatalkan di loket",
        "en": "Application cancelled at the counter",
    },
    "cases.CaseWithdrawn": {"id": "Permohonan Anda tarik", "en": "You withdrew the application"},
    "cases.DeemedApproved": {
        "id": "Dianggap disetujui karena lewat waktu",
        "en": "Deemed approved",
    },
}


@dataclass(frozen=True)
class Standing:
    """Where a case is for its applicant: a code of site/statuses.py, and what they must do."""

    status: str
    act: str = ""  # fill | correct | appeal | pay | collect | read
    late: int = 0  # working days over the promised day


@dataclass(frozen=True)
class Paper:
    """One document of a case, for its shelf; `what` is its place in the address."""

    what: str
    title: Any
    file: StoredFile
    number: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Happening:
    words: Any
    at: datetime
    own: bool


def cases_of(account_id: int, *, before: int | None = None, most: int = MOST) -> list[Case]:
    """Cases of a person and their companies, the newest first, without their long answers.

    With `before` only those begun before the case of that id.
    """
    unread = Message.objects.filter(case=OuterRef("pk"), from_office=True, read_at=None)
    collected = Case.objects.filter(pk=OuterRef("pk"), permit__handovers__isnull=False)
    found = Case.objects.filter(applicant__account_id=account_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(
        found.select_related("service_version__service", "applicant", "bill", "permit")
        .defer("service_version__definition", "answers", "typed", "state")
        .prefetch_related("corrections")
        .annotate(has_message=Exists(unread), collected=Exists(collected))
        .order_by("-id")[:most]
    )


def open_correction(case: Case) -> Correction | None:
    prefetch_related_objects([case], "corrections")  # asked more than once on a page
    return next((one for one in case.corrections.all() if one.answered_at is None), None)


def open_appeal(case: Case) -> Task | None:
    """A refusal by RT or RW that the applicant may still appeal against."""
    return next((one for one in now_at(case) if one.kind == "appeal"), None)


def standing(case: Case) -> Standing:
    if case.phase == Case.Phase.DRAFT:
        return Standing("draft", "fill")
    if case.permit and case.permit.file_id and case.outcome != Case.Outcome.WITHDRAWN:
        return Standing("issued", "" if getattr(case, "collected", True) else "collect")
    if case.phase == Case.Phase.CLOSED:
        ends = {"refused": "rejected", "withdrawn": "withdrawn"}
        return Standing(ends.get(case.outcome, "approved"))
    if open_correction(case):
        return Standing("correction", "correct")
    if case.bill and case.bill.status == "open":
        return Standing("unpaid", "pay")
    if case.phase == Case.Phase.WAITING and case.outcome == Case.Outcome.REFUSED:
        return Standing("appeal", "appeal")
    late = 0
    if case.due_date and (today := offices.today()) > case.due_date:
        late = offices.calendar().working_days_between(case.due_date, today)
    return Standing("in_review", "read" if getattr(case, "has_message", False) else "", late)


def drafts(account_id: int | None, service: str) -> list[Case]:
    """What this account has begun for a service and not sent."""
    return list(
        Case.objects.filter(opened_by=account_id, service_code=service, phase=Case.Phase.DRAFT)
        .select_related("applicant")
        .order_by("-changed_at", "id")
    )


def unread(case: Case) -> int:
    return case.messages.filter(from_office=True, read_at=None).count()


def is_known_at(applicant_id: int, office_ids: Collection[int]) -> bool:
    """Whether one of these offices has an application of this person, begun or sent."""
    return Case.objects.filter(applicant_id=applicant_id, office_id__in=office_ids).exists()


def running_of(applicant_id: int, nik: str, *, office_ids: Collection[int]) -> list[Case]:
    """A person's applications under way in these offices, under any record with the same NIK."""
    found = Case.objects.filter(
        phase__in=[Case.Phase.OPEN, Case.Phase.WAITING], office_id__in=office_ids
    )
    found = found.filter(applicant__nik=nik) if nik else found.filter(applicant_id=applicant_id)
    return list(
        found.select_related("service_version__service", "office", "applicant")
        .defer("service_version__definition", "answers", "typed", "state")
        .prefetch_related("corrections")
        .order_by("-id")[:MOST]
    )


def decision_paper(case: Case) -> Permit | None:
    """The signed permit, or the signed letter of refusal."""
    signed = case.permit
    if case.state.get("outcome") == Case.Outcome.REFUSED:
        signed = permits.by_source("refusal", case.subject)
    return signed if signed and signed.file_id else None


def shelf(case: Case) -> list[Paper]:
    """Every document of a case in one place, the latest last."""
    names = case.definition["documents"]
    found = []
    if case.receipt:
        title, number = names["receipt"]["title"], case.number or ""
        found.append(Paper("receipt", title, case.receipt, number, case.submitted_at))
    for visit in visits(case):
        written = getattr(visit, "minutes", None)
        if written and written.file:
            found.append(
                Paper(
                    f"minutes-{written.pk}",
                    names["minutes"]["title"],
                    written.file,
                    written.number,
                    written.final_at,
                )
            )
    if names.get("recommendation", {}).get("shown"):
        found += [
            Paper(
                f"recommendation-{given.pk}",
                names["recommendation"]["title"],
                given.file,
                given.number,
                given.created_at,
            )
            for given in recommendations(case)
            if given.file
        ]
    return found + _of_payment(case, names) + _of_decision(case)


def history(case: Case) -> list[Happening]:
    """What happened, the latest first, without the names of officers."""
    own, names = case.applicant.account_id, wording.step_names(case)
    return [
        Happening(
            names.get(entry.data.get("step", ""), HISTORY[entry.event])
            if entry.event == "cases.TaskForwarded"
            else HISTORY[entry.event],
            entry.happened_at,
            bool(own and entry.account_id == own),
        )
        for entry in journal.timeline(subjects(case))
        if entry.event in HISTORY
    ]


def _of_payment(case: Case, names: dict[str, Any]) -> list[Paper]:
    found = []
    for bill in levies.bills_of(case.subject) if case.bill_id else []:
        if bill.pk == case.bill_id and bill.file:
            found.append(
                Paper("bill", names["bill"]["title"], bill.file, bill.number, bill.created_at)
            )
        paid = getattr(bill, "receipt", None)
        if paid and paid.file:
            title = names["payment_receipt"]["title"]
            found.append(Paper("payment", title, paid.file, paid.number, paid.taken_at))
    return found


def _of_decision(case: Case) -> list[Paper]:
    signed = decision_paper(case)
    if signed is None or signed.file is None:
        return []
    return [Paper("decision", signed.title, signed.file, signed.number, signed.signed_at)]
