"""What the middleware adds to a request of someone who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from satupintu.journal.events import By
    from satupintu.people.models import Account


class Request(HttpRequest):
    by: By
    user: Account
