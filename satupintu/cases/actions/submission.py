"""Sent, withdrawn: the applicant's own two decisions; after payment the counter has the last."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _clock, _engine, _paper, drafts
from satupintu.cases.actions.review import ReasonMissing, drop_what_is_open
from satupintu.cases.events import (
    CaseSubmitted,
    CaseWithdrawn,
    PaidCaseCancelled,
    PaperStored,
    WithdrawalAsked,
)
from satupintu.cases.models import Case, Task
from satupintu.cases.queries import form
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.levies import actions as levies
from satupintu.lib import numbers
from satupintu.lib.errors import Refused, both
from satupintu.offices import actions as offices
from satupintu.offices import queries as units

# One series for the whole city: a number alone must find its case.
SERIES, TEMPLATE = "PERMOHONAN", "{year}-{number:06}"


class Incomplete(Refused):
    """Answers or documents are missing (Palu art. 9(2)); `problems` names each."""

    def __init__(self, message: str, problems: list[dict[str, str]]) -> None:
        super().__init__(message)
        self.problems = problems


class TruthNotAccepted(Refused):
    """The statement of truth was not ticked (Palu art. 8(3))."""


class TooLate(Refused):
    """The decision is being signed or was made."""


class NotPaid(Refused):
    """Nothing was paid: the applicant can withdraw alone."""


@transaction.atomic
def submit(case_id: int, *, truth: bool, by: By) -> Case:
    """Send the draft: once only, however often the button is pressed."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    if case.phase != Case.Phase.DRAFT:
        return case
    if not truth:
        raise TruthNotAccepted(
            both(
                "Centang pernyataan bahwa data dan berkas Anda benar",
                "Tick the statement that your data and documents are true",
            ),
            field="truth",
        )
    home = case.applicant.area.code if case.applicant.area else ""
    case.office = form.office_of(case.definition, case.answers, home) or case.office
    if closed := drafts.closed_sentence(case.service_code, case.office):
        raise drafts.NotOffered(closed)
    if problems := form.missing(case):
        raise Incomplete(both("Ada yang belum lengkap", "Something is still missing"), problems)
    case.number, case.submitted_at = _paper.enter(case, by=by) or _received_now(case, by=by)
    case.truth_accepted_at = case.submitted_at
    case.answers, case.typed = form.settled(case), {}
    _clock.start(case, by=by)
    _engine.begin(case, by=by)
    journal.record(CaseSubmitted(subject=case.subject, case_id=case.pk, number=case.number), by=by)
    return case


@transaction.atomic
def withdraw(case_id: int, *, reason: str, by: By) -> Case:
    """The applicant, or the clerk who registered them, takes the application back in time."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    if case.outcome == Case.Outcome.WITHDRAWN:
        return case
    _require_in_time(case)
    if _is_paid(case):
        raise TooLate(
            both(
                "Retribusi sudah dibayar. Minta loket membatalkan permohonan ini.",
                "The fee was paid. Ask the counter to cancel this application.",
            )
        )
    _close(case, reason=reason, why="Permohonan ditarik pemohon", by=by)
    journal.record(CaseWithdrawn(subject=case.subject, case_id=case.pk), by=by)
    return case


@transaction.atomic
def ask_withdrawal(case_id: int, *, reason: str, by: By) -> Case:
    """After payment the applicant can only ask; asking again changes nothing."""
    access.applicant_case(by, case_id)
    case = _engine.lock(case_id)
    _require_in_time(case)
    if case.withdrawal_asked_at:
        return case
    if not _is_paid(case):
        raise NotPaid(
            both(
                "Retribusi belum dibayar. Anda bisa menarik permohonan ini sendiri.",
                "The fee is not paid yet. You can withdraw this application yourself.",
            )
        )
    case.withdrawal_asked_at, case.withdrawal_wish = timezone.now(), reason.strip()
    _engine.touch(case, by)
    journal.record(WithdrawalAsked(subject=case.subject, case_id=case.pk), by=by)
    return case


@transaction.atomic
def cancel_paid(case_id: int, *, reason: str, by: By) -> Case:
    """The counter closes a paid case as withdrawn. The payment stays; a refund is not ours."""
    case = _engine.lock(case_id)
    acting = access.in_post(by, access.counter_clerk(by, case.office_id))
    access.require_not_own(by, case)
    if case.outcome == Case.Outcome.WITHDRAWN:
        return case
    _require_in_time(case)
    if case.bill is None or not _is_paid(case):
        raise NotPaid(
            both(
                "Retribusi permohonan ini belum dibayar. Pemohon menariknya sendiri.",
                "The levy of this application is not paid. The applicant withdraws it.",
            )
        )
    if not reason.strip():
        raise ReasonMissing(
            both("Tulis alasan pembatalan", "Write why it is cancelled"), field="reason"
        )
    _close(case, reason=reason.strip(), why="Permohonan dibatalkan di loket", by=acting)
    case.withdrawn_reason = reason.strip()
    case.save(update_fields=["withdrawn_reason"])
    levies.note_withdrawal(case.bill.pk, by=acting)
    journal.record(PaidCaseCancelled(subject=case.subject, case_id=case.pk), by=acting)
    return case


@transaction.atomic
def store_receipt(case_id: int, *, file_id: int) -> None:
    """Keep the receipt's PDF with the case."""
    case = _engine.lock(case_id)
    if case.receipt_id:
        return
    case.receipt_id = file_id
    case.save(update_fields=["receipt"])
    journal.record(
        PaperStored(subject=case.subject, case_id=case.pk, paper="receipt", file_id=file_id),
        by=SYSTEM,
    )


def _received_now(case: Case, *, by: By) -> tuple[str, datetime]:
    today = units.today()
    number = offices.take_number(
        office=units.main_office(),
        series=SERIES,
        template=TEMPLATE,
        on=today,
        subject=case.subject,
        by=by,
    )
    return numbers.case_number(today.year, number.value, settings.SECRET_KEY), timezone.now()


def _is_paid(case: Case) -> bool:
    return case.bill is not None and case.bill.status == "paid"


def _require_in_time(case: Case) -> None:
    signed = case.permit is not None and case.permit.file_id is not None
    if case.phase in (Case.Phase.DRAFT, Case.Phase.CLOSED) or signed:
        raise TooLate(
            both(
                "Permohonan ini sudah selesai, jadi tidak bisa ditarik.",
                "This application is finished, so it can not be withdrawn.",
            )
        )
    if case.tasks.filter(status=Task.Status.SIGNING).exists():
        raise TooLate(
            both(
                "Keputusan atas permohonan ini sedang ditandatangani.",
                "The decision on this application is being signed.",
            )
        )


def _close(case: Case, *, reason: str, why: str, by: By) -> None:
    """`reason` is what somebody wrote; `why` is noted with bills and numbers that end here."""
    drop_what_is_open(case, reason=why, by=by)
    _engine.give_up(case, "refusal", reason=why, by=by)
    case.tasks.exclude(status__in=[Task.Status.DONE, Task.Status.CANCELLED]).update(
        status=Task.Status.CANCELLED, done_at=timezone.now(), reason=reason
    )
    case.corrections.filter(answered_at__isnull=True).update(answered_at=timezone.now())
    case.outcome = Case.Outcome.WITHDRAWN
    case.phase = Case.Phase.CLOSED
    case.closed_at = timezone.now()
    _engine.close_opinions(case, by=by)
    _clock.stop(case, by=by)
    _engine.touch(case, by)
