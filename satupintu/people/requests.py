"""A request as our pages get it: with who acts, and with our own account as its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit
from django.http import HttpRequest

if TYPE_CHECKING:
    from satupintu.journal.events import By
    from satupintu.people.models import Account


class Request(HttpRequest):
    """site/middleware.py adds `by` to every request."""

    by: By
    user: Account


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, found exactly as the throttles of sign-in find it."""
    return str(ratelimit.get_ip(request))
