"""The PIN of a head of RT or RW: given, changed, tried."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused, both
from satupintu.people import access
from satupintu.people.actions.accounts import note_sign_in_change
from satupintu.people.events import PinRefused
from satupintu.people.models import Account, Pin

if TYPE_CHECKING:
    from satupintu.journal.events import By

LENGTH = 6
TRIES = 5
LOCKED_FOR = timedelta(minutes=30)
DIGITS = "01234567890"


class WeakPin(Refused):
    """Not six digits, or six that everybody tries first."""


@transaction.atomic
def set_pin(pin: str, *, by: By) -> None:
    """A head of RT or RW chooses a PIN. Raises NoRight, WeakPin."""
    access.acting_post(by, right="endorse")
    if len(pin) != LENGTH or not (pin.isascii() and pin.isdigit()):
        raise WeakPin(both("PIN harus 6 angka", "A PIN has 6 digits"), field="pin")
    if _is_easy(pin):
        raise WeakPin(
            both(
                "PIN ini terlalu mudah ditebak. Jangan pakai angka yang sama atau berurutan",
                "This PIN is too easy to guess. Do not use equal digits or digits in a row",
            ),
            field="pin",
        )
    _keep(by.person, pin, by=by)


@transaction.atomic
def give_pin(account_id: int, *, by: By) -> str:
    """A new PIN by an administrator, to be handed over; shown once.

    Raises NoRight, NotForOneself.
    """
    by = access.require_admin_of_account(by, account_id)
    access.require_other(by, account_id)
    pin = ""
    while not pin or _is_easy(pin):
        pin = f"{secrets.randbelow(10**LENGTH):0{LENGTH}}"
    _keep(account_id, pin, by=by)
    return pin


@transaction.atomic
def check_pin(account_id: int, pin: str, *, by: By) -> bool:
    """Whether this is the PIN. False also while it is locked, and where there is none.

    Not an exception: the count of wrong tries must stay in the database.
    """
    # One try after the other, however many arrive at once.
    known = Pin.objects.select_for_update(no_key=True).filter(account_id=account_id).first()
    now = timezone.now()
    right = check_password(pin, known.hash if known else "")
    if known is None or (known.locked_until and known.locked_until > now):
        return False
    if right:
        known.wrong, known.locked_until = 0, None
        known.save()
        return True
    known.wrong += 1
    locked = known.wrong >= TRIES
    if locked:
        known.wrong, known.locked_until = 0, now + LOCKED_FOR
    known.save()
    subject = f"account:{account_id}"
    journal.record(PinRefused(subject=subject, account_id=account_id, locked=locked), by=by)
    return False


def _keep(account_id: int, pin: str, *, by: By) -> None:
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    Pin.objects.update_or_create(
        account_id=account_id,
        defaults={"hash": make_password(pin), "wrong": 0, "locked_until": None},
    )
    note_sign_in_change(account_id, "pin_set", by=by)


def _is_easy(pin: str) -> bool:
    return len(set(pin)) == 1 or pin in DIGITS or pin in DIGITS[::-1]
