"""How long to wait before another try."""

from __future__ import annotations

import random


def longer_each_time(tries: int, *, first: float, longest: float) -> float:
    """Seconds, twice as many after each try up to `longest`; see `spread`."""
    return spread(min(longest, first * 2 ** min(tries, 10)))


def spread(seconds: float) -> float:
    """Half of it by chance, so that what one fault held up does not all come back at once."""
    return seconds * (0.5 + random.random() / 2)  # noqa: S311  (spreads load, guards nothing)
