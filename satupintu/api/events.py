"""What happens to clients, their tokens and what is sent to them."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientRegistered(Event):
    client_id: int
    to_office_id: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClientClosed(Event):
    client_id: int


@dataclass(frozen=True, kw_only=True)
class ClientTokenMade(Event):
    """The earlier token of the client, if there was one, ended with this."""

    client_id: int
    token_id: int


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """A person made a token of their own."""

    token_id: int


@dataclass(frozen=True, kw_only=True)
class TokenWithdrawn(Event):
    token_id: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionMade(Event):
    subscription_id: int
    wanted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SubscriptionEnded(Event):
    subscription_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookQueued(Event):
    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookSent(Event):
    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookFailed(Event):
    """Given up: after three days, or because its address may not be called."""

    delivery_id: int
    problem: str
