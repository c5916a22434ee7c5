"""The web process as an installation runs it, on the test's own database."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from satupintu.files import sealing
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
        "FILE_KEYS": str(file_keys()),
        "SATUPINTU_LOG_LEVEL": "info",
        **more,
    }


def file_keys() -> Path:
    """The ring that the sandbox makes at first use; a process in service wants it to be there."""
    sealing.ring()
    return Path(settings.DATA_DIR) / "file-keys"


class Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Web:
    def __init__(
        self, folder: Path, workers: int = 2, threads: int = 2, **environment: str
    ) -> None:
        # In a folder of its own, because the path of a socket must be short.
        self.socket = f"{tempfile.mkdtemp()}/web"
        self.log = folder / "web.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws",
                 "--uds", self.socket, "--workers", str(workers), "--respawn-interval", "0.5",
                 "--blocking-threads", str(threads), "--workers-kill-timeout", "30",
                 "--log-config", "satupintu/site/granian-logs.json",
                 "satupintu.site.wsgi:application"],
                cwd=ROOT,
                env=surroundings(**environment),
                stdout=log,
                stderr=log,
            )  # fmt: skip

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        """The answer, on a connection of its own; raises where none came."""
        with contextlib.closing(Connection(self.socket)) as link:
            link.request("GET", path, headers=headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode()

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("/sehat/") == (200, "ok"):
                    return
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextlib.contextmanager
def web(folder: Path, workers: int = 2, threads: int = 2, **environment: str) -> Iterator[Web]:
    served = Web(folder, workers, threads, **environment)
    try:
        served.wait()
        yield served
    finally:
        served.process.terminate()
        served.process.wait(timeout=PATIENCE)
        shutil.rmtree(Path(served.socket).parent)
