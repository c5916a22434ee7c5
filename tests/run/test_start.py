"""`make run`, told from start to end: the whole system on one machine."""

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
from typing import IO

import pytest
from ruamel.yaml import YAML

from launcher.supervisor import _marked, end_leftovers
from launcher.surroundings import ROOT, free_port, is_free

PATIENCE = 300  # the first start plays every sample case, on a machine that runs tests besides
# Ten seconds for the processes and thirty for PostgreSQL, by their own limits, and then some.
STOPPED_WITHIN = 90


class Installation:
    """A data folder and free ports of its own, so that a running demonstration is left alone."""

    def __init__(self, data: Path, pack: Path) -> None:
        self.data, self.pack = data, pack
        self.web, self.live = free_port(), free_port()
        self.sandbox = next(
            port for port in range(20000, 60000, 7) if all(map(is_free, range(port, port + 4)))
        )
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SATUPINTU_", "DATABASE_URL", "DJANGO_", "MAKE", "PYTEST"))
        }
        self.environment = inherited | {
            "SATUPINTU_DATA": str(data),
            "SATUPINTU_WEB_PORT": str(self.web),
            "SATUPINTU_LIVE_PORT": str(self.live),
            "SATUPINTU_SANDBOX_PORT": str(self.sandbox),
        }
        self.started: list[subprocess.Popen[str]] = []
        self.output: IO[str] = (data.parent / "output").open("w+")

    def start(self) -> subprocess.Popen[str]:
        self.output.seek(0)
        self.output.truncate()
        process = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"PACK={self.pack}"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A shell lets what it starts in the background be deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.started.append(process)
        return process

    def stop(self) -> None:
        """Whatever a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        end_leftovers(str(self.data))
        subprocess.run(
            [sys.executable, "-m", "launcher", "reset"],
            cwd=ROOT,
            env=self.environment,
            input="hapus\n",
            text=True,
            check=True,
            capture_output=True,
        )
        assert not self.data.exists()
        self.output.close()

    def said(self) -> str:
        return (self.data.parent / "output").read_text()

    def wait_until_ready(self, process: subprocess.Popen[str]) -> float:
        """Returns after how many seconds the pages could be opened."""
        begun = time.monotonic()
        ready = None
        while "Ctrl-C" not in self.said():
            assert process.poll() is None, self.said()
            assert time.monotonic() - begun < PATIENCE, self.said()
            if ready is None and f"http://localhost:{self.web}" in self.said():
                ready = time.monotonic() - begun
            time.sleep(0.1)
        return ready or time.monotonic() - begun

    def page(self, port: int, path: str = "/") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": f"localhost:{port}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def launcher(self) -> int:
        """The process that holds the lock: make's child."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            command = entry.read_bytes().split(b"\0") if entry.exists() else []
            environment = entry.with_name("environ")
            if b"launcher" in command and str(self.data).encode() in environment.read_bytes():
                return int(entry.parent.name)
        raise AssertionError("no launcher")

    def left(self) -> list[int]:
        return _marked(str(self.data))


@pytest.fixture
def installation() -> Iterator[Installation]:
    place = Path(tempfile.mkdtemp(prefix="satupintu-run-", dir="/var/tmp"))
    shutil.copytree(ROOT / "packs", place / "packs")
    pack = place / "packs" / "metro"
    _keep_cases(pack / "demo.yaml", 3)
    installation = Installation(place / "data", pack)
    yield installation
    installation.stop()
    shutil.rmtree(place)


def _keep_cases(demo: Path, number: int) -> None:
    """All sample cases take minutes; the first ones show that they are played."""
    yaml = YAML()
    content = yaml.load(demo)
    content["cases"] = content["cases"][:number]
    yaml.dump(content, demo)


@pytest.mark.requirement("MTR-7-2", "MTR-8-2")
def test_the_system_starts_stops_and_starts_again_after_a_kill(
    installation: Installation,
) -> None:
    first = installation.start()
    installation.wait_until_ready(first)
    status, home = installation.page(installation.web)
    assert status == 200
    assert 'lang="id"' in home
    assert installation.page(installation.sandbox)[0] == 200
    accounts = installation.said().partition(f"http://localhost:{installation.sandbox}")[2]
    assert "@metro.example" in accounts

    # The same data folder again: refused with a sentence, and the running one is left alone.
    second = installation.start()
    assert second.wait(30) != 0
    assert "sudah berjalan" in installation.said()
    assert installation.page(installation.web)[0] == 200

    first.send_signal(signal.SIGTERM)
    first.wait(STOPPED_WITHIN)
    assert installation.left() == []
    for port in (installation.web, installation.live, installation.sandbox):
        assert is_free(port)

    # Nothing changed, so nothing is loaded again.
    again = installation.start()
    quick = installation.wait_until_ready(again)
    assert "load_" not in installation.said()
    assert quick < 20, "under 5 s on a machine that does nothing else"

    # The launcher is killed; its children run on until the next start ends and replaces them.
    os.kill(installation.launcher(), signal.SIGKILL)
    again.wait(10)
    assert installation.left()
    third = installation.start()
    installation.wait_until_ready(third)
    assert "proses lama dihentikan" in installation.said()
    assert installation.page(installation.web)[0] == 200
    os.killpg(third.pid, signal.SIGINT)  # Ctrl-C
    third.wait(STOPPED_WITHIN)
    assert installation.left() == []


def test_a_taken_port_is_named_with_a_way_out(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.web))
        other.listen()
        process = installation.start()
        assert process.wait(60) != 0
    assert f"Port {installation.web} (web) sudah dipakai" in installation.said()
    assert "SATUPINTU_WEB_PORT=" in installation.said()
