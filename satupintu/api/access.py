"""What a caller from outside may ask for, and who looks after callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404

from satupintu.api.models import Client, Delivery, Token
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from satupintu.journal.events import By

# What an administrator may open to another system. A person's own token opens "own", nothing else.
SCOPES = {
    "cases:read": both("membaca permohonan unitnya", "read the cases of its unit"),
    "tasks:read": both("membaca tugas unitnya", "read the tasks of its unit"),
    "webhooks": both("menerima kabar (webhook)", "be told of events (webhooks)"),
}
OWN = "own"


class NoScope(Refused):
    """The token is good, but not for this."""


def in_force(tokens: QuerySet[Token]) -> QuerySet[Token]:
    """Tokens that let somebody in today."""
    today = offices.today()
    of_client = Q(client__closed_at=None, client__ends_on__gte=today, client__office__active=True)
    return tokens.filter(
        of_client | Q(account__is_active=True), withdrawn_at=None, ends_on__gte=today
    )


def require_scope(token: Token, scope: str) -> None:
    held = token.client.scopes if token.client else [OWN]
    if scope in held:
        return
    if scope == OWN:
        words = both(
            "Alamat ini untuk token milik seseorang. Token ini milik sebuah sistem",
            "This address is for the token of a person. This one belongs to a system",
        )
    elif token.client is None:
        words = both(
            "Alamat ini untuk token milik sebuah sistem. Token ini milik seseorang",
            "This address is for the token of a system. This one belongs to a person",
        )
    else:
        words = both(
            "Token ini tidak membuka {scope}. Minta cakupan itu kepada administrator",
            "This token does not open {scope}. Ask an administrator for that scope",
            scope=scope,
        )
    raise NoScope(words)


def own_token(by: By, token_id: int) -> Token:
    found = Token.objects.filter(pk=token_id, account_id=by.person).first()
    if found is None:
        raise Http404
    return found


def clients(by: By) -> QuerySet[Client]:
    """The clients of the units that an administrator reaches. Raises NoRight."""
    reach = people.admin_reach(by)
    return Client.objects.all() if reach is None else Client.objects.filter(office__in=reach)


def client(by: By, client_id: int) -> Client:
    found = clients(by).select_related("office").filter(pk=client_id).first()
    if found is None:
        raise Http404
    return found


def deliveries(by: By) -> QuerySet[Delivery]:
    """What was sent to those clients. Raises NoRight."""
    return Delivery.objects.filter(subscription__client__in=clients(by))


def delivery(by: By, delivery_id: int) -> Delivery:
    found = deliveries(by).select_related("subscription__client").filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    return found
