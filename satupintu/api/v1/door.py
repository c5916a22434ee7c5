"""Who calls: a token in the header, counted, and good for one scope."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from satupintu.api import access, actions, queries
from satupintu.api.models import Client, Token
from satupintu.journal.events import By
from satupintu.people import actions as people
from satupintu.people.requests import address_of


class Caller(HttpRequest):
    """A call that was let in."""

    by: By
    auth: Token


class _Bearer(HttpBearer):
    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = queries.token(token)
        if found is None:
            people.take_turn("api_token", address_of(request))
            return None
        turns = found.client.per_minute if found.client else None
        people.take_turn("api", found.owner, at_most=turns)
        access.require_scope(found, self.scope)
        actions.note_use(found)
        request.by = By(  # type: ignore[attr-defined]
            found.account_id,
            "api",
            office_id=found.client.office_id if found.client else None,
            request_id=request.request_id,  # type: ignore[attr-defined]
        )
        return found


class PersonalToken(_Bearer):
    """Made by a person on their account page."""

    openapi_description = "Token of a person, made on the page Token API of their account."


class ClientToken(_Bearer):
    """Given to another system by an administrator."""

    openapi_description = "Token of another system, given by an administrator, with scopes."


OWN = PersonalToken(access.OWN)
CASES, TASKS, WEBHOOKS = (ClientToken(one) for one in ("cases:read", "tasks:read", "webhooks"))


def client_of(request: Caller) -> Client:
    """The client that calls; only behind a ClientToken."""
    client = request.auth.client
    assert client is not None
    return client
