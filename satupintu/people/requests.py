"""A request as our pages get it: with who acts, and with our own account as its user."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils import timezone

from satupintu.people import actions

if TYPE_CHECKING:
    from satupintu.journal.events import By
    from satupintu.people.models import Account


GUEST_STAYS = timedelta(hours=2)
ONLY_CASE = "only_case"


class Request(HttpRequest):
    """site/middleware.py adds `by` to every request."""

    by: By
    user: Account


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, found exactly as the throttles of sign-in find it."""
    return str(ratelimit.get_ip(request))


def let_in(request: Request, guest: Account, *, case_id: int | None = None) -> None:
    """Open a short session for a resident without an account, on a phone that others may use.

    With `case_id` it reaches that application and nothing else of the same person.
    """
    auth.login(request, guest, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[ONLY_CASE] = case_id
    request.session.set_expiry(timezone.now() + GUEST_STAYS)
    actions.note_sign_in(guest.pk, by=request.by)
