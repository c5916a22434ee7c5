"""Many at once, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(acts: Iterable[Callable[[], T]]) -> list[T]:
    """Start all acts together and give what each came to, an exception included."""
    waiting = list(acts)
    gate = threading.Barrier(len(waiting))

    def run(act: Callable[[], T]) -> T:
        gate.wait(timeout=30)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in waiting]]
