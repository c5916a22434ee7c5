"""What becomes of a case when the law no longer keeps its personal data (UU 27/2022 art. 43-44)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.events import CaseErased, RetentionEnded
from satupintu.cases.models import (
    Appeal,
    Case,
    Correction,
    Minutes,
    Recommendation,
    Visit,
    VisitPhoto,
)
from satupintu.cases.queries import retention
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM
from satupintu.lib.errors import Refused, both
from satupintu.notifications import actions as notifications
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.permits import actions as permits

if TYPE_CHECKING:
    from satupintu.journal.events import By

GONE = "–"
LONGEST_RECORD = 120


class StillKept(Refused):
    """The retention schedule, or a permit that is in force, still keeps the case."""


class Held(Refused):
    """Somebody holds the case: a dispute, an audit, an investigation."""


class AlreadyErased(Refused):
    """It was done before; nothing is destroyed twice."""


@transaction.atomic
def offer(case_id: int) -> None:
    """Put the case on the list for a person's decision, once, when its retention has ended."""
    case = _engine.lock(case_id)
    if case.retention_ended_on is not None or case.erased_at is not None:
        return
    last = retention.last_day(case)
    if last is None or last >= offices.today():
        return
    case.retention_ended_on = last
    case.save(update_fields=["retention_ended_on"])
    journal.record(RetentionEnded(subject=case.subject, case_id=case.pk), by=SYSTEM)


@transaction.atomic
def erase(case_id: int, *, record: str, by: By) -> Case:
    """Destroy the personal data of a case: answers, files, words. Number, dates, outcome stay.

    `record` is the number of the berita acara of destruction. Bills and receipts are records of
    money with a schedule of their own, and stay. Raises NoRight, StillKept, Held, AlreadyErased.
    """
    case = _engine.lock(case_id)
    by = access.eraser(by, case)
    record = " ".join(record.split())[:LONGEST_RECORD]
    if not record:
        raise Refused(
            both(
                "Tulis nomor berita acara pemusnahan",
                "Write the number of the record of destruction",
            ),
            field="record",
        )
    if case.erased_at is not None:
        raise AlreadyErased(
            both(
                "Data pribadi permohonan {number} sudah dihapus",
                "The personal data of application {number} are erased already",
                number=case.number,
            )
        )
    if retention.hold_on(case) is not None:
        raise Held(
            both(
                "Permohonan {number} ditahan dari penghapusan",
                "Application {number} is held against erasing",
                number=case.number,
            )
        )
    last = retention.last_day(case)
    if case.retention_ended_on is None or last is None or last >= offices.today():
        raise StillKept(
            both(
                "Permohonan {number} masih disimpan menurut jadwal retensi",
                "Application {number} is still kept by the retention schedule",
                number=case.number,
            )
        )
    permits.erase(case.subject, by=by)
    for file_id in retention.file_ids(case):
        files.erase(file_id, by=by)
    notifications.erase_about(case.subject, by=by)
    people.erase_data_requests(case.subject, by=by)
    _blank(case)
    case.erased_at, case.erased_by_id, case.erasure_record = timezone.now(), by.account_id, record
    case.save()
    if not retention.others_kept(case):
        people.erase_applicant(case.applicant_id, by=by)
    journal.record(CaseErased(subject=case.subject, case_id=case.pk), by=by)
    return case


@transaction.atomic
def repeat(case_id: int, *, record: str, by: By) -> bool:
    """Erase after a restore what `by` had erased before it, under the same rules; once is enough.

    Raises Refused where that is not possible.
    """
    if not Case.objects.filter(pk=case_id).exists():
        raise Refused(both("Permohonan ini tidak ada di sini", "There is no such application here"))
    offer(case_id)
    try:
        erase(case_id, record=record, by=by)
    except AlreadyErased:
        return False
    return True


def _blank(case: Case) -> None:
    """The words that people wrote in the case; who did what and when stays with ids."""
    case.answers, case.typed, case.draft_body = {}, {}, {}
    case.refusal_reason = case.withdrawal_wish = case.withdrawn_reason = ""
    Correction.objects.filter(case=case).update(items=[], note="", before={})
    case.messages.update(body=GONE)
    case.notes.update(body=GONE)
    case.opinions.update(question=GONE)
    case.opinions.exclude(answer="").update(answer=GONE)
    case.tasks.update(reason="", act="")
    case.attachments.exclude(verdict_reason="").update(verdict_reason=GONE)
    Recommendation.objects.filter(case=case).update(text=GONE, conditions=[])
    Visit.objects.filter(case=case).update(place=GONE, note="", findings={})
    VisitPhoto.objects.filter(visit__case=case).update(
        caption="", latitude=None, longitude=None, accuracy_m=None
    )
    Minutes.objects.filter(visit__case=case).update(text=GONE, applicant_statement="")
    Appeal.objects.filter(task__case=case).update(words=GONE)
