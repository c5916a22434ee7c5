"""Before it is sent: start, answer, attach, discard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from django.db import transaction

from satupintu.cases import access
from satupintu.cases.actions import _engine, _filling, _paper
from satupintu.cases.actions._filling import NotEditable as NotEditable
from satupintu.cases.events import (
    AnswersSaved,
    CaseStarted,
    DraftDiscarded,
    FileRemoved,
)
from satupintu.cases.models import Case
from satupintu.cases.queries import form, retention
from satupintu.catalogue import queries as catalogue
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.lib import fields
from satupintu.lib.errors import Refused, both
from satupintu.notifications import actions as notifications
from satupintu.offices import queries as offices
from satupintu.people import actions as people

if TYPE_CHECKING:
    from satupintu.offices.models import Office
    from satupintu.people.models import Applicant


class NotOffered(Refused):
    """The service can not be applied for in this way."""


class ChangedElsewhere(Refused):
    """Another device wrote on this page meanwhile; `edition` names what it wrote."""

    def __init__(self, edition: str) -> None:
        super().__init__(
            both(
                "Bagian ini sudah diubah di perangkat lain.",
                "This part was changed on another device.",
            )
        )
        self.edition = edition


@transaction.atomic
def start(
    *,
    service: str,
    request_type: str,
    applicant: Applicant,
    channel: str = "online",
    language: str = "id",
    anew: bool = False,
    by: By,
) -> Case:
    """Begin a draft, or go on with the one this account already has for this service and person.

    `anew` throws that older draft away first.
    """
    version = catalogue.current_version(service)
    if version is None:
        raise NotOffered(both("Layanan ini sedang tidak dibuka.", "This service is not open now."))
    definition = version.definition
    home = applicant.area.code if applicant.area else ""
    if channel == "counter" and not home:
        home = access.counter_area(by)  # whoever stands there mostly lives around it
    office = form.office_of(definition, {}, home)
    if office is None:
        raise NotOffered(
            both(
                "Lengkapi kelurahan tempat tinggal di data diri Anda, supaya kami tahu kantornya.",
                "Add your kelurahan to your details, so that we know which office serves you.",
            )
        )
    if closed := closed_sentence(service, office):
        raise NotOffered(closed)
    if channel == "counter":
        by = access.in_post(by, access.counter_clerk(by, office.pk))
    else:
        _require_online(definition, applicant, by)
    _require_offered(definition, applicant, request_type)
    if anew:
        for old in Case.objects.filter(
            applicant=applicant,
            service_code=service,
            opened_by_id=by.account_id,
            phase=Case.Phase.DRAFT,
        ):
            discard(old.pk, by=by)
    case, created = Case.objects.get_or_create(
        applicant=applicant,
        service_code=service,
        opened_by_id=by.account_id,
        phase=Case.Phase.DRAFT,
        defaults={
            "service_version": version,
            "office": office,
            "channel": channel,
            "language": language,
            "request_type": request_type,
            "answers": form.prefill(definition, applicant, request_type),
        },
    )
    if created:
        journal.record(
            CaseStarted(subject=case.subject, case_id=case.pk, service=service, channel=channel),
            by=by,
        )
    return case


def _require_online(definition: Mapping[str, Any], applicant: Applicant, by: By) -> None:
    if applicant.account_id != by.account_id:
        raise NotOffered(
            both(
                "Anda hanya bisa mengajukan untuk diri sendiri atau badan usaha Anda.",
                "You can only apply for yourself or your own company.",
            )
        )
    if definition["stage"] != "online":
        raise NotOffered(
            both(
                "Layanan ini belum bisa diajukan daring. Silakan datang ke loket kami.",
                "This service can not be applied for online yet. Please come to our counter.",
            )
        )


def _require_offered(
    definition: Mapping[str, Any], applicant: Applicant, request_type: str
) -> None:
    if applicant.kind not in definition["applicants"]:
        raise NotOffered(
            both(
                "Layanan ini bukan untuk jenis pemohon Anda.",
                "This service is not for your kind of applicant.",
            )
        )
    if request_type not in {known["code"] for known in definition["request_types"]}:
        raise NotOffered(
            both(
                "Pilih jenis permohonan dari daftar.",
                "Choose the kind of application from the list.",
            ),
            field="request_type",
        )


def closed_sentence(service: str, office: Office) -> str:
    """Why the service can not be begun in this unit today, and where to go; empty if it can."""
    closed = catalogue.closed_at(service, office.pk)
    if closed is None:
        return ""
    address = office.contact.get("address") or office.name
    return both(
        "Layanan ini belum dibuka di {office}: {reason}. Silakan datang ke {address}.",
        "This service is not open at {office}: {reason}. Please go to {address}.",
        office=office.name,
        reason=closed.reason.rstrip("."),
        address=address,
    )


@transaction.atomic
def keep_typed(
    case_id: int,
    *,
    section: str,
    raw: Mapping[str, Any],
    seen: Collection[str] | None = None,
    by: By,
) -> str:
    """Autosave: keep what was typed as it is, so that any device can go on with it.

    Not an act, so not journalled: it happens every few seconds, and the journal is kept for ever.
    `seen` are the editions that the device knows; over another one it writes nothing. Returns the
    new edition.
    """
    case = _filling.open_for_filling(case_id, by, section=section)
    before = form.edition(case, section)
    case.typed = {**case.typed, section: dict(raw)}
    after = form.edition(case, section)
    if seen is not None and before not in seen and before != after:
        raise ChangedElsewhere(before)
    case.save(update_fields=["typed", "changed_at"])
    return after


@transaction.atomic
def save_section(case_id: int, *, section: str, raw: Mapping[str, Any], by: By) -> dict[str, str]:
    """Check one page of the form; store it when it is right, else keep it typed. Returns errors."""
    case = _filling.open_for_filling(case_id, by, section=section)
    errors = _save(case, section, raw, form.changeable(case))
    case.save(update_fields=["answers", "typed", "changed_at"])
    journal.record(AnswersSaved(subject=case.subject, case_id=case.pk, section=section), by=by)
    return errors


@transaction.atomic
def correct_fields(case_id: int, *, raw: Mapping[str, Any], by: By) -> dict[str, str]:
    """Store the answers that a correction asks for, on whatever page they stand. Returns errors."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    changeable = form.changeable(case)
    errors: dict[str, str] = {}
    for found in form.sections(case):
        if any(("field", field["code"]) in changeable for field in found["fields"]):
            errors |= _save(case, found["code"], raw, changeable)
            journal.record(
                AnswersSaved(subject=case.subject, case_id=case.pk, section=found["code"]), by=by
            )
    case.save(update_fields=["answers", "typed", "changed_at"])
    return errors


def _save(
    case: Case, section: str, raw: Mapping[str, Any], changeable: frozenset[tuple[str, str]]
) -> dict[str, str]:
    found = form.section(case, section)
    if found is None:
        raise NotEditable(
            both(
                "Bagian ini tidak ada pada permohonan Anda.",
                "Your application does not have this part.",
            )
        )
    open_fields = [field for field in found["fields"] if ("field", field["code"]) in changeable]
    answers, errors = fields.clean(open_fields, raw, facts=form.facts(case))
    typed = {code: value for code, value in case.typed.items() if code != section}
    if errors:
        words = {field["code"]: raw.get(field["code"]) for field in open_fields}
        case.typed = {**typed, section: words}
    else:
        codes = {field["code"] for field in open_fields}
        kept = {code: value for code, value in case.answers.items() if code not in codes}
        case.answers, case.typed = {**kept, **answers}, typed
    return errors


@transaction.atomic
def remove_file(case_id: int, *, requirement: str, by: By) -> None:
    case = _filling.open_for_filling(case_id, by, requirement=requirement)
    for attachment in case.attachments.filter(requirement=requirement, current=True):
        attachment.current = False
        attachment.save(update_fields=["current"])
        journal.record(
            FileRemoved(
                subject=case.subject,
                case_id=case.pk,
                requirement=requirement,
                file_id=attachment.file_id,
            ),
            by=by,
        )


@transaction.atomic
def discard(case_id: int, *, by: By) -> None:
    """Throw a draft away. Nothing was sent, so nothing is kept but the journal's row."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    if case.phase != Case.Phase.DRAFT:
        raise NotEditable(
            both(
                "Permohonan ini sudah dikirim. Anda bisa menariknya, bukan menghapusnya.",
                "This application was sent. You can withdraw it, not delete it.",
            )
        )
    _throw_away(case, by=by)


@transaction.atomic
def forget(case_id: int, *, before: datetime) -> None:
    """Throw away a guest's draft that nobody touched: without an account nobody else will."""
    case = _engine.lock(case_id)
    if case.phase != Case.Phase.DRAFT or case.changed_at >= before:
        return
    guest_id = case.opened_by_id
    _throw_away(case, by=SYSTEM)
    if guest_id and not Case.objects.filter(opened_by_id=guest_id).exists():
        people.forget_guest(guest_id)


@transaction.atomic
def end_untouched(case_id: int, *, now: datetime) -> None:
    """Tell the applicant that a draft nobody touched ends, and later remove it, as the pack says.

    It goes only when the message is as old as the pack wants, so that a night without a worker
    takes nobody by surprise. Again does nothing.
    """
    case = _engine.lock(case_id)
    if case.phase != Case.Phase.DRAFT:
        return
    warn_at, goes_at = retention.draft_ends(case)
    if now < warn_at:
        return
    told = retention.told_of_end(case)
    if told is None:
        notifications.notify(
            message="draft_ending",
            values={
                "name": case.applicant.name,
                "service": catalogue.text(case.definition["name"], case.language),
                "due": format_date(
                    offices.local(max(goes_at, now + (goes_at - warn_at))).date(),
                    "d MMMM y",
                    locale=case.language,
                ),
            },
            subject=case.subject,
            key=retention.key_of_end(case),
            applicant_id=case.applicant_id,
            office_id=case.office_id,
            language=case.language,
            by=SYSTEM,
        )
    elif now >= goes_at and now - told >= goes_at - warn_at:
        _throw_away(case, by=SYSTEM)


def _throw_away(case: Case, *, by: By) -> None:
    _paper.release(case, by=by)
    journal.record(DraftDiscarded(subject=case.subject, case_id=case.pk), by=by)
    kept = list(case.attachments.filter(permit=None).values_list("file_id", flat=True))
    case.attachments.all().delete()
    case.delete()
    for file_id in kept:
        files.remove(file_id, by=by)
