"""The web process as an installation runs it, on the test's own database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from launcher.surroundings import free_port
from tests.world import ROOT

PATIENCE = 60


def surroundings(**more: str) -> dict[str, str]:
    """What a process of its own needs to find the test's database and data folder."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
        "SATUPINTU_DATA": str(settings.DATA_DIR),
        "SATUPINTU_SANDBOX": "",
        "SATUPINTU_SECRET_KEY": "x" * 60,
        "SATUPINTU_LOG_LEVEL": "info",
        **more,
    }


class Web:
    def __init__(self, folder: Path, workers: int = 2, **environment: str) -> None:
        self.port = free_port()
        self.log = folder / "web.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws",
                 "--host", "127.0.0.1", "--port", str(self.port), "--workers", str(workers),
                 "--blocking-threads", "2", "--workers-kill-timeout", "30",
                 "--log-config", "satupintu/site/granian-logs.json",
                 "satupintu.site.wsgi:application"],
                cwd=ROOT,
                env=surroundings(**environment),
                stdout=log,
                stderr=log,
            )  # fmt: skip

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        """The answer; raises OSError where none came."""
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if self.ask("/sehat/") == (200, "ok"):
                    return
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextlib.contextmanager
def web(folder: Path, workers: int = 2, **environment: str) -> Iterator[Web]:
    served = Web(folder, workers, **environment)
    try:
        served.wait()
        yield served
    finally:
        served.process.terminate()
        served.process.wait(timeout=PATIENCE)
