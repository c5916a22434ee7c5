"""Every change of an issued document: until it is in hand, and what letters do to it later."""

from satupintu.permits.actions._record import Incomplete, NotInForce
from satupintu.permits.actions.copies import (
    NotShareable,
    note_share_use,
    print_copy,
    share,
    withdraw_share,
)
from satupintu.permits.actions.decisions import (
    draft_decision,
    drop_decision,
    enforce,
    sign_decision,
)
from satupintu.permits.actions.documents import (
    NotHolder,
    abandon,
    draw_up,
    fail_signing,
    finish_signing,
    hand_over,
    hand_over_online,
    note_export,
    renew_edition,
)
from satupintu.permits.actions.erasing import erase

__all__ = [
    "Incomplete",
    "NotHolder",
    "NotInForce",
    "NotShareable",
    "abandon",
    "draft_decision",
    "draw_up",
    "drop_decision",
    "enforce",
    "erase",
    "fail_signing",
    "finish_signing",
    "hand_over",
    "hand_over_online",
    "note_export",
    "note_share_use",
    "print_copy",
    "renew_edition",
    "share",
    "sign_decision",
    "withdraw_share",
]
