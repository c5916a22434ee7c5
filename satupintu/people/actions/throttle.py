"""How often strangers may ask: counted for all processes together, in one statement."""

from __future__ import annotations

import hashlib
import hmac
import time

from django.conf import settings
from django.db import InternalError, connection
from psycopg.errors import ReadOnlySqlTransaction

from satupintu.lib.errors import Refused, both
from satupintu.people.models import Throttle

# The first turn opens the window; a node whose clock is a little behind never begins it anew.
COUNT = """
INSERT INTO people_throttle AS known (key, until, count) VALUES (%(key)s, %(until)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.until <= %(now)s THEN 1 ELSE known.count + 1 END,
    until = CASE WHEN known.until <= %(now)s THEN excluded.until ELSE known.until END
RETURNING count, until
"""

# What this process counts by itself while the database takes no writes, and how much of it.
_here: dict[bytes, tuple[int, int]] = {}
MOST_HERE = 10_000


class TooOften(Refused):
    """The turns are used up; `seconds` says when there are new ones."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            both(
                "Terlalu banyak permintaan. Coba lagi {n} detik lagi.",
                "Too many requests. Try again in {n} seconds.",
                n=seconds,
            )
            if seconds <= 60
            else both(
                "Terlalu banyak permintaan. Coba lagi {n} menit lagi.",
                "Too many requests. Try again in {n} minutes.",
                n=minutes,
            )
        )
        self.seconds = seconds


def take_turn(what: str, who: str, *, at_most: int | None = None) -> None:
    """Count one more of this for this address or thing. Raises TooOften. No act: not journalled.

    `at_most` replaces the usual number of turns.
    """
    turns, minutes = settings.TURNS[what]
    now = int(time.time())
    values: dict[str, bytes | int] = {
        "key": _key(what, who),
        "now": now,
        "until": now + 60 * minutes,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            count, until = cursor.fetchone()
    except InternalError as error:
        if not isinstance(error.__cause__, ReadOnlySqlTransaction):
            raise
        count, until = _count_here(_key(what, who), now, now + 60 * minutes)
    if count > (at_most or turns):
        raise TooOften(max(until - now, 1))


def forget_turns() -> None:
    """Remove the counts whose window is over."""
    Throttle.objects.filter(until__lte=int(time.time())).delete()


def _count_here(key: bytes, now: int, until: int) -> tuple[int, int]:
    """As COUNT does, for this process alone: reading goes on where nothing can be written."""
    if len(_here) >= MOST_HERE:
        _here.clear()
    known, ends = _here.get(key, (0, until))
    _here[key] = (known + 1, ends) if ends > now else (1, until)
    return _here[key]


def _key(what: str, who: str) -> bytes:
    """Not the address itself: where somebody looked from is nobody's business."""
    said = f"{what}|{who}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha256)
