"""Stays on the line to the SMS centre and takes in what people write, until SIGTERM."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from satupintu.integrations.smpp import receiver
from satupintu.lib import waits
from satupintu.notifications import actions as notifications

PAUSES = (1, 2, 5, 15, 30)
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()

        def stop(*_: object) -> None:
            stopped.set()
            raise KeyboardInterrupt

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        with contextlib.suppress(KeyboardInterrupt):
            self._stay(stopped)

    def _stay(self, stopped: threading.Event) -> None:
        """What was not taken in is not acknowledged, so the centre hands it over again."""
        failures = 0
        while not stopped.is_set():
            began = time.monotonic()
            try:
                receiver.receive(self._take_in, until=stopped.is_set)
            except (*receiver.BROKEN, DatabaseError) as problem:
                log.warning("sms_receiver_broken", problem=type(problem).__name__)
            failures = 0 if time.monotonic() - began > PAUSES[-1] else failures + 1
            stopped.wait(waits.spread(PAUSES[min(failures, len(PAUSES) - 1)]))

    def _take_in(self, sender: str, words: str) -> None:
        close_old_connections()
        notifications.take_in(sender, words)
