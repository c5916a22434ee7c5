"""Reads tokens, clients and what is on its way to them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from satupintu.api import access
from satupintu.api.access import SCOPES as SCOPES
from satupintu.api.access import client as client
from satupintu.api.models import Client, Delivery, Subscription, Token
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from satupintu.journal.events import By

PAGE = 30
MOST_SUBSCRIPTIONS = 20
# What can be subscribed to, and the journal's events behind each.
EVENTS = {
    "case.submitted": ("cases.CaseSubmitted",),
    "case.status_changed": (
        "cases.ClockPaused",
        "cases.ClockResumed",
        "cases.CaseApproved",
        "cases.CaseRefused",
        "cases.CaseWithdrawn",
        "cases.PaidCaseCancelled",
    ),
    "permit.issued": ("permits.PermitSigned",),
    "permit.suspended": ("permits.PermitSuspended",),
    "permit.resumed": ("permits.PermitResumed",),
    "permit.revoked": ("permits.PermitRevoked",),
}
WORD = {entry: word for word, entries in EVENTS.items() for entry in entries}


def new_secret() -> str:
    """256 bits by chance, with a beginning by which people and scanners know it for what it is."""
    return f"sptk_{secrets.token_urlsafe(32)}"


def hash_of(secret: str) -> str:
    """A secret of 256 bits can not be guessed, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token(secret: str) -> Token | None:
    """The token that lets its bearer in now."""
    return (
        access.in_force(Token.objects.filter(hash=hash_of(secret)))
        .select_related("client__office", "account")
        .first()
    )


def own_tokens(account_id: int) -> QuerySet[Token]:
    """One's tokens that were not withdrawn, the newest first."""
    return Token.objects.filter(account_id=account_id, withdrawn_at=None).order_by("-id")[:50]


@dataclass(frozen=True)
class ClientPage:
    clients: list[Client]
    next: int | None


def clients(by: By, *, after: int | None = None) -> ClientPage:
    """Registered systems of the units one looks after, the newest first. Raises NoRight."""
    found = access.clients(by).select_related("office").order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: PAGE + 1])
    return ClientPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def receivers() -> QuerySet[Client]:
    """Systems that are let in today, with their unit, for the register of processing."""
    return (
        Client.objects.filter(closed_at=None, ends_on__gte=offices.today())
        .select_related("office")
        .order_by("name", "id")
    )


def token_of(client: Client) -> Token | None:
    return client.tokens.filter(withdrawn_at=None).first()


def subscriptions(client_id: int) -> QuerySet[Subscription]:
    return Subscription.objects.filter(client_id=client_id, ended_at=None).order_by("id")


def subscribers(event: str, office_id: int) -> QuerySet[Subscription]:
    """Who wants to be told of this event in this unit."""
    return Subscription.objects.filter(
        ended_at=None,
        events__contains=[event],
        client__office_id=office_id,
        client__closed_at=None,
    ).order_by("id")


@dataclass(frozen=True)
class DeliveryPage:
    rows: list[Delivery]
    next: int | None


def failed(by: By, *, after: int | None = None) -> DeliveryPage:
    """What was given up, the newest first. Raises NoRight."""
    found = (
        access.deliveries(by)
        .filter(status=Delivery.Status.FAILED)
        .select_related("subscription__client__office")
        .order_by("-id")
    )
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: PAGE + 1])
    return DeliveryPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def stranded(*, after: timedelta = timedelta(hours=3)) -> list[int]:
    """Deliveries that no job seems to look after: silent longer than any pause between tries."""
    silent_since = timezone.now() - after
    return list(
        Delivery.objects.filter(status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING])
        .filter(queued_at__lt=silent_since)
        .exclude(tried_at__gte=silent_since)
        .order_by("id")
        .values_list("id", flat=True)[:500]
    )


def signing_secret(subscription: Subscription, key: str | None = None) -> str:
    """With which its messages are signed: worked out from the key of the city, in no table."""
    said = f"api.webhook|{subscription.pk}|{subscription.made_at.isoformat()}".encode()
    digest = hmac.digest((key or settings.SECRET_KEY).encode(), said, hashlib.sha256)
    return f"spwh_{digest.hex()}"


def signature(subscription: Subscription, body: bytes, seconds: int) -> str:
    """As the header has it; after a change of the city's key also one under each earlier key."""
    signed = f"{seconds}.".encode() + body
    keys: Collection[str] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    marks = [
        hmac.new(signing_secret(subscription, key).encode(), signed, hashlib.sha256).hexdigest()
        for key in keys
    ]
    return ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])
