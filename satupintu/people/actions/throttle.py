"""How often strangers may ask: counted for all processes together, in one statement."""

from __future__ import annotations

import hashlib
import hmac
import time

from django.conf import settings
from django.db import connection

from satupintu.lib.errors import Refused, both
from satupintu.people.models import Throttle

KEPT_MINUTES = 10

# A node whose clock is a little behind never begins the older minute anew.
COUNT = """
INSERT INTO people_throttle AS known (key, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN excluded.minute > known.minute THEN 1 ELSE known.count + 1 END,
    minute = greatest(excluded.minute, known.minute)
RETURNING count
"""


class TooOften(Refused):
    """The minute is used up; `seconds` says when the next one begins."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            both(
                "Terlalu banyak permintaan dari jaringan Anda. Coba lagi {n} detik lagi.",
                "Too many requests from your network. Try again in {n} seconds.",
                n=seconds,
            )
        )
        self.seconds = seconds


def take_turn(what: str, address: str) -> None:
    """Count one more of this from this address. Raises TooOften. No act, so not journalled."""
    now = time.time()
    minute, second = divmod(int(now), 60)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(what, address), minute])
        (count,) = cursor.fetchone()
    if count > settings.TURNS_PER_MINUTE[what]:
        raise TooOften(60 - second)


def forget_turns() -> None:
    """Remove the counts of minutes that are over."""
    Throttle.objects.filter(minute__lt=int(time.time()) // 60 - KEPT_MINUTES).delete()


def _key(what: str, address: str) -> bytes:
    """Not the address itself: where somebody looked from is nobody's business."""
    said = f"{what}|{address}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha256)
