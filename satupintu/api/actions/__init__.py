"""Everything that can happen to clients, tokens and webhooks."""

from satupintu.api.actions.replies import Busy, OtherRequest, once
from satupintu.api.actions.tokens import (
    LONGEST_CLIENT,
    LONGEST_OWN,
    NotRegistered,
    TokenRefused,
    close_client,
    make_token,
    note_use,
    register_client,
    renew_client_token,
    withdraw_token,
)
from satupintu.api.actions.webhooks import (
    NotFailed,
    NotSubscribed,
    TryLater,
    announce,
    deliver,
    send_again,
    subscribe,
    unsubscribe,
)

__all__ = [
    "LONGEST_CLIENT",
    "LONGEST_OWN",
    "Busy",
    "NotFailed",
    "NotRegistered",
    "NotSubscribed",
    "OtherRequest",
    "TokenRefused",
    "TryLater",
    "announce",
    "close_client",
    "deliver",
    "make_token",
    "note_use",
    "once",
    "register_client",
    "renew_client_token",
    "send_again",
    "subscribe",
    "unsubscribe",
    "withdraw_token",
]
