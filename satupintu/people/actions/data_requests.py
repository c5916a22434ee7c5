"""Somebody asks to have their data put right; the office answers within 3 x 24 hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.journal.events import ProtectedDataRead
from satupintu.lib.errors import Refused, both
from satupintu.people import access
from satupintu.people.events import (
    CorrectionOfDataAnswered,
    CorrectionOfDataAsked,
    DataRequestsErased,
)
from satupintu.people.models import DataRequest

if TYPE_CHECKING:
    from satupintu.journal.events import By

ANSWER_WITHIN = timedelta(hours=72)  # UU 27/2022 art. 30
LONGEST = 2000
MOST_OPEN = 10
GONE = "–"


@transaction.atomic
def ask_correction_of_data(
    *, words: str, about: str, office_id: int | None, key: UUID, by: By
) -> DataRequest:
    """Ask for one's own data to be corrected; the same key again is the same request.

    Whoever calls has checked that `about` is the asker's own.
    """
    account_id = by.person
    if known := DataRequest.objects.filter(key=key, account_id=account_id).first():
        return known
    words = words.strip()
    if not words:
        raise Refused(
            both(
                "Tulis data mana yang salah dan seharusnya bagaimana",
                "Write which data are wrong and what they should be",
            ),
            field="words",
        )
    if len(words) > LONGEST:
        raise Refused(
            both(
                "Paling panjang {n} huruf. Ringkas dulu",
                "At most {n} characters. Shorten it first",
                n=LONGEST,
            ),
            field="words",
        )
    waiting = DataRequest.objects.filter(account_id=account_id, answered_at=None).count()
    if waiting >= MOST_OPEN:
        raise Refused(
            both(
                "{n} permintaan Anda belum dijawab. Tunggu jawabannya dulu",
                "{n} of your requests wait for an answer. Wait for it first",
                n=waiting,
            ),
            field="words",
        )
    made = DataRequest.objects.create(
        account_id=account_id,
        office_id=office_id,
        about=about,
        words=words,
        key=key,
        due_at=timezone.now() + ANSWER_WITHIN,
    )
    journal.record(CorrectionOfDataAsked(subject=made.subject, request_id=made.pk), by=by)
    return made


@transaction.atomic
def read_data_request(request_id: int, *, by: By) -> DataRequest:
    """For the administrator of its unit, who is noted as having read it; else a 404."""
    found, by = _reached(request_id, by)
    journal.record(ProtectedDataRead(subject=found.subject, what="data_request"), by=by)
    return found


@transaction.atomic
def answer_correction_of_data(request_id: int, *, outcome: str, words: str, by: By) -> DataRequest:
    """Say what was done about it, once. Raises Refused; a request of another unit is a 404."""
    found, by = _reached(request_id, by)
    if found.answered_at is not None:
        raise Refused(
            both("Permintaan ini sudah dijawab", "This request was answered already"),
            field="words",
        )
    access.require_other(by, found.account_id)
    words = words.strip()[:LONGEST]
    if outcome not in set(DataRequest.Outcome.values) - {""}:
        raise Refused(both("Pilih hasilnya", "Choose the outcome"), field="outcome")
    if not words:
        raise Refused(
            both(
                "Tulis jawaban untuk pemohon, juga alasannya bila ditolak",
                "Write the answer, with the reason where you refuse",
            ),
            field="words",
        )
    found.outcome, found.answer = outcome, words
    found.answered_at, found.answered_by_id = timezone.now(), by.person
    found.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    event = CorrectionOfDataAnswered(subject=found.subject, request_id=found.pk, outcome=outcome)
    journal.record(event, by=by)
    return found


@transaction.atomic
def erase_data_requests(about: str, *, by: By) -> None:
    """Take the words out of what was asked and answered about a case."""
    count = DataRequest.objects.filter(about=about).exclude(words=GONE).update(words=GONE)
    DataRequest.objects.filter(about=about).exclude(answer="").update(answer=GONE)
    if count:
        journal.record(DataRequestsErased(subject=about, count=count), by=by)


def _reached(request_id: int, by: By) -> tuple[DataRequest, By]:
    """The request under lock, if one administers its unit. Raises NoRight, Http404."""
    by.person  # noqa: B018  (a command answers nobody)
    reach = access.admin_reach(by)
    found = DataRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if found is None or (reach is not None and found.office_id not in reach):
        raise Http404
    if found.office_id is None:
        return found, access.require_admin_everywhere(by)
    return found, access.require_admin(by, found.office_id)
