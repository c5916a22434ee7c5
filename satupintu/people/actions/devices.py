"""Which browsers an account knows, and ending the sessions that run on them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.people import access
from satupintu.people.actions._ending import tell_open_pages
from satupintu.people.actions.accounts import note_sign_in_change
from satupintu.people.events import NewDeviceSeen, SignedIn
from satupintu.people.models import Account, Device

if TYPE_CHECKING:
    from satupintu.journal.events import By

# A phone on the move changes its network often; one notice a day tells enough.
QUIET = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """What a sign-in shows of itself: the browser's own secret, its network, its name."""

    browser: str
    network: str
    words: str


@transaction.atomic
def note_sign_in(account_id: int, *, seen: Seen | None = None, by: By) -> None:
    """Record a sign-in; one with a new browser or from a new place is told to the owner.

    The first sign-in of an account has nothing to compare with.
    """
    subject = f"account:{account_id}"
    journal.record(SignedIn(subject=subject, account_id=account_id), by=by)
    if seen is None:
        return
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    known = Device.objects.filter(account_id=account_id)
    browser, place = _hash(account_id, seen.browser), _hash(account_id, seen.network)
    is_first = not known.exists()
    same_browser = known.filter(browser=browser)
    is_usual = same_browser.exists() and known.filter(place=place).exists()
    was_told = same_browser.filter(first_seen__gte=timezone.now() - QUIET).exists()
    device, _ = Device.objects.update_or_create(
        account_id=account_id, browser=browser, place=place, defaults={"words": seen.words}
    )
    if not is_first and not is_usual and not was_told:
        event = NewDeviceSeen(subject=subject, account_id=account_id, device_id=device.pk)
        journal.record(event, by=by)


@transaction.atomic
def end_session(session_id: int, *, by: By) -> None:
    """Sign one device of one's own out; it is a stranger with its next request. Raises Http404."""
    get_object_or_404(UserSession, pk=session_id, user_id=by.person).end()
    tell_open_pages()
    note_sign_in_change(by.person, "session_ended", by=by)


@transaction.atomic
def end_sessions_of(account_id: int, *, by: By) -> None:
    """An administrator signs an officer out everywhere. Raises NoRight."""
    by = access.require_admin_of_account(by, account_id)
    for session in UserSession.objects.filter(user_id=account_id):
        session.end()
    tell_open_pages()
    note_sign_in_change(account_id, "all_sessions_ended", by=by)


def _hash(account_id: int, said: str) -> bytes:
    return hmac.digest(
        settings.SECRET_KEY.encode(), f"{account_id}|{said}".encode(), hashlib.sha256
    )
