"""Stays on the line to the SMS centre and takes in what people write, until SIGTERM."""

from __future__ import annotations

import random
import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from satupintu.integrations.smpp import receiver
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
        failures = 0
        while not stopped.is_set():
            try:
                receiver.receive(self._take_in, until=stopped.is_set)
            except KeyboardInterrupt:
                return
            except receiver.BROKEN as problem:
                log.warning("sms_receiver_broken", problem=type(problem).__name__)
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            stopped.wait(pause * (0.5 + random.random() / 2))  # noqa: S311  (spreads load)

    def _take_in(self, sender: str, words: str) -> None:
        close_old_connections()
        notifications.take_in(sender, words)
