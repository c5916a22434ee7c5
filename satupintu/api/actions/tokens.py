"""Letting callers in: people with a token of their own, and clients of a unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from satupintu.api import access, queries
from satupintu.api.events import (
    ClientClosed,
    ClientRegistered,
    ClientTokenMade,
    TokenMade,
    TokenWithdrawn,
)
from satupintu.api.models import Client, Token
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import queries as people

MOST_TOKENS = 10
LONGEST_OWN = timedelta(days=365)
LONGEST_CLIENT = timedelta(days=2 * 365)
MOST_PER_MINUTE = 6000
USE_NOTED_EVERY = timedelta(minutes=1)


class TokenRefused(Refused):
    """A token that can not be made as it was asked for."""


class NotRegistered(Refused):
    """A client that can not be registered as it was asked for."""


@transaction.atomic
def make_token(*, name: str, ends_on: date, by: By) -> str:
    """A token for oneself; its text is returned once and not kept. Raises TokenRefused."""
    owner = people.account(by.person)
    if owner.is_guest:
        raise TokenRefused(
            both("Buat akun dulu untuk memakai token", "Make an account first to use tokens")
        )
    name = _named(name, TokenRefused)
    _not_too_long(ends_on, LONGEST_OWN, TokenRefused)
    if queries.own_tokens(owner.pk).count() >= MOST_TOKENS:
        raise TokenRefused(
            both(
                "Anda sudah punya {n} token. Cabut dulu yang tidak dipakai",
                "You have {n} tokens. Withdraw one that is not used first",
                n=MOST_TOKENS,
            )
        )
    secret = queries.new_secret()
    token, made = Token.objects.get_or_create(
        account=owner,
        name=name,
        withdrawn_at=None,
        defaults={"hash": queries.hash_of(secret), "ends_on": ends_on},
    )
    if not made:
        raise TokenRefused(
            both(
                "Token bernama {name} sudah ada. Pakai nama lain, atau cabut dulu token itu",
                "There is a token named {name}. Take another name, or withdraw that one first",
                name=name,
            ),
            field="name",
        )
    journal.record(TokenMade(subject=owner.subject, token_id=token.pk), by=by)
    return secret


@transaction.atomic
def withdraw_token(token_id: int, *, by: By) -> None:
    """From now on nobody is let in by it. Raises Http404 for a token of somebody else."""
    own = access.own_token(by, token_id)
    token = Token.objects.select_for_update(no_key=True).get(pk=own.pk)
    if token.withdrawn_at is None:
        _withdraw(token)
        journal.record(
            TokenWithdrawn(subject=f"account:{token.account_id}", token_id=token.pk), by=by
        )


@transaction.atomic
def register_client(
    *,
    name: str,
    office_id: int,
    scopes: Collection[str],
    per_minute: int,
    ends_on: date,
    by: By,
) -> tuple[Client, str]:
    """Let another system in for one unit; its token is returned once. Raises NotRegistered."""
    by = people.require_admin(by, office_id)
    name = _named(name, NotRegistered)
    _not_too_long(ends_on, LONGEST_CLIENT, NotRegistered)
    if not scopes or not set(scopes) <= access.SCOPES.keys():
        raise NotRegistered(
            both("Pilih paling sedikit satu cakupan", "Choose at least one scope"), field="scopes"
        )
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise NotRegistered(
            both(
                "Isi angka 1 sampai {most}", "Give a number from 1 to {most}", most=MOST_PER_MINUTE
            ),
            field="per_minute",
        )
    client, made = Client.objects.get_or_create(
        office_id=office_id,
        name=name,
        closed_at=None,
        defaults={
            "scopes": sorted(scopes),
            "per_minute": per_minute,
            "ends_on": ends_on,
            "made_by_id": by.person,
        },
    )
    if not made:
        raise NotRegistered(
            both(
                "Unit ini sudah punya sistem bernama {name}. Pakai nama lain",
                "This unit has a system named {name}. Take another name",
                name=name,
            ),
            field="name",
        )
    journal.record(
        ClientRegistered(
            subject=client.subject,
            client_id=client.pk,
            to_office_id=office_id,
            scopes=tuple(client.scopes),
        ),
        by=by,
    )
    return client, _give_token(client, by)


@transaction.atomic
def renew_client_token(client_id: int, *, by: By) -> str:
    """A new token; the earlier one lets nobody in any more. Raises Http404, NotRegistered."""
    allowed = access.client(by, client_id)
    by = people.require_admin(by, allowed.office_id)
    client = Client.objects.select_for_update(no_key=True).get(pk=allowed.pk)
    _still_open(client)
    return _give_token(client, by)


@transaction.atomic
def close_client(client_id: int, *, by: By) -> None:
    """Neither let in nor told of anything any more. Raises Http404."""
    allowed = access.client(by, client_id)
    by = people.require_admin(by, allowed.office_id)
    client = Client.objects.select_for_update(no_key=True).get(pk=allowed.pk)
    if client.closed_at is not None:
        return
    client.closed_at = timezone.now()
    client.save(update_fields=["closed_at"])
    client.subscriptions.filter(ended_at=None).update(ended_at=client.closed_at)
    for token in client.tokens.filter(withdrawn_at=None):
        _withdraw(token)
    journal.record(ClientClosed(subject=client.subject, client_id=client.pk), by=by)


def note_use(token: Token) -> None:
    """When it was last used, to the minute; not an act, so not journalled."""
    now = timezone.now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    Token.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)


def _give_token(client: Client, by: By) -> str:
    for earlier in client.tokens.filter(withdrawn_at=None):
        _withdraw(earlier)
    secret = queries.new_secret()
    token = Token.objects.create(
        client=client, hash=queries.hash_of(secret), ends_on=client.ends_on
    )
    journal.record(
        ClientTokenMade(subject=client.subject, client_id=client.pk, token_id=token.pk), by=by
    )
    return secret


def _withdraw(token: Token) -> None:
    token.withdrawn_at = timezone.now()
    token.save(update_fields=["withdrawn_at"])


def _still_open(client: Client) -> None:
    if client.closed_at is not None:
        raise NotRegistered(both("Sistem ini sudah ditutup", "This system is closed"), field="name")


def _named(name: str, refusal: type[Refused]) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise refusal(
            both("Isi nama, paling panjang 80 huruf", "Give a name of at most 80 letters"),
            field="name",
        )
    return name


def _not_too_long(ends_on: date, longest: timedelta, refusal: type[Refused]) -> None:
    today = offices.today()
    if not today <= ends_on <= today + longest:
        raise refusal(
            both(
                "Pilih tanggal berakhir paling lama {days} hari dari hari ini",
                "Choose a last day at most {days} days from today",
                days=longest.days,
            ),
            field="ends_on",
        )
