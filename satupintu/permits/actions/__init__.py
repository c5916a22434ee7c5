"""Everything that can happen to an issued document."""

from satupintu.permits.actions.copies import (
    NotShareable,
    note_share_use,
    print_copy,
    share,
    withdraw_share,
)
from satupintu.permits.actions.documents import (
    Incomplete,
    NotHolder,
    NotInForce,
    abandon,
    draft_decision,
    draw_up,
    enforce,
    fail_signing,
    finish_signing,
    hand_over,
    hand_over_online,
    renew_edition,
    sign_decision,
)

__all__ = [
    "Incomplete",
    "NotHolder",
    "NotInForce",
    "NotShareable",
    "abandon",
    "draft_decision",
    "draw_up",
    "enforce",
    "fail_signing",
    "finish_signing",
    "hand_over",
    "hand_over_online",
    "note_share_use",
    "print_copy",
    "renew_edition",
    "share",
    "sign_decision",
    "withdraw_share",
]
