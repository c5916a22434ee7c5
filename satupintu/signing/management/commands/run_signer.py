"""manage.py run_signer: the process that holds signing keys while an act lasts."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from satupintu.signing import signer


class Command(BaseCommand):
    help = "Sign documents for the other processes, over a unix socket only its owner may use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))

    def handle(self, *, workers: int, **_: Any) -> None:
        path = Path(settings.SIGNER_SOCKET)
        with signer.serve(path, tsa_url=settings.TSA_URL, workers=workers) as server:
            for number in (signal.SIGTERM, signal.SIGINT):
                # shutdown() waits for serve_forever, which runs in this very thread.
                signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
            self.stdout.write(f"signer listens on {path}")
            self.stdout.flush()
            server.serve_forever()
