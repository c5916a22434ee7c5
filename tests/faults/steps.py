"""Counts what a process does, and lets something terrible happen at one of these steps."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

FILES = {"open", "os.rename", "os.remove", "socket.connect"}


class _Fuse:
    """How many steps are left, and what happens then; one for a process."""

    left = 0
    then: Callable[[str], None] | None = None


def arm(steps: int, then: Callable[[str], None], files: str) -> None:
    """From now on, after this many steps, `then` is told the place. Steps on files count too."""
    _Fuse.left, _Fuse.then = steps, then

    def heard(event: str, about: tuple[Any, ...]) -> None:
        if event in FILES and (event == "socket.connect" or str(about[0]).startswith(files)):
            passed(event)

    sys.addaudithook(heard)


def passed(place: str) -> None:
    if _Fuse.then is None:
        return
    _Fuse.left -= 1
    if _Fuse.left <= 0:
        then, _Fuse.then = _Fuse.then, None
        then(place)
