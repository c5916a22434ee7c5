"""A case that may not be erased for now, whatever the retention schedule says."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.events import CaseHeld, HoldLifted
from satupintu.cases.models import Case, Hold
from satupintu.cases.queries import retention
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both

LONGEST, LONGEST_GROUND = 500, 200


class NotHeld(Refused):
    """It can not be held, or there is nothing to lift; or a word is missing."""


@transaction.atomic
def place(case_id: int, *, reason: str, ground: str, by: By) -> Hold:
    """Keep the case whole until somebody lifts the hold. Raises NoRight, OwnCase, NotHeld."""
    case = _engine.lock(case_id)
    by = access.eraser(by, case)
    reason, ground = _words(reason, LONGEST), _words(ground, LONGEST_GROUND)
    if not reason:
        raise NotHeld(
            both("Tulis alasan penahanan", "Write the reason of the hold"), field="reason"
        )
    if not ground:
        raise NotHeld(
            both("Tulis dasar hukum penahanan", "Write the legal ground of the hold"),
            field="ground",
        )
    if case.phase == Case.Phase.DRAFT or case.erased_at is not None:
        raise NotHeld(
            both(
                "Draf dan permohonan yang datanya sudah dihapus tidak bisa ditahan",
                "A draft, or an application whose data were erased, can not be held",
            )
        )
    held = retention.hold_on(case)
    if held is not None:
        raise NotHeld(
            both(
                "Permohonan {number} sudah ditahan",
                "Application {number} is held already",
                number=case.number,
            )
        )
    made = Hold.objects.create(case=case, reason=reason, ground=ground, placed_by_id=by.person)
    journal.record(CaseHeld(subject=case.subject, case_id=case.pk, hold_id=made.pk), by=by)
    return made


@transaction.atomic
def lift(case_id: int, *, reason: str, by: By) -> None:
    """From now on the retention schedule counts again. Raises NoRight, OwnCase, NotHeld."""
    case = _engine.lock(case_id)
    by = access.eraser(by, case)
    held = retention.hold_on(case)
    if held is None:
        raise NotHeld(
            both("Permohonan ini tidak sedang ditahan", "This application is not held now")
        )
    held.lift_reason = _words(reason, LONGEST)
    if not held.lift_reason:
        raise NotHeld(
            both("Tulis mengapa penahanan berakhir", "Write why the hold ends"), field="lift"
        )
    held.lifted_at, held.lifted_by_id = timezone.now(), by.person
    held.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    journal.record(HoldLifted(subject=case.subject, case_id=case.pk, hold_id=held.pk), by=by)


def _words(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
