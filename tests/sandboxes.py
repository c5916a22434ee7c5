"""The sandbox servers of `sandbox/` on free ports, for tests that talk to them for real."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sandbox.clamd import Clamd
from sandbox.mail import MailServer
from sandbox.phone import Phone
from sandbox.sms import SmsCentre

T = TypeVar("T")


class LoopThread:
    """An event loop beside the test, which itself may block."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=20)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture
def beside() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


@pytest.fixture
def sms_centre(beside: LoopThread, tmp_path: Path) -> Iterator[SmsCentre]:
    """A running SMS centre; `beside.run(sms_centre.reply(...))` writes to the city."""
    centre = SmsCentre(tmp_path / "sms")
    beside.run(centre.start("127.0.0.1", 0))
    yield centre
    beside.run(centre.stop())


@pytest.fixture
def mail_server(beside: LoopThread, tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    beside.run(server.start("127.0.0.1", 0))
    yield server
    beside.run(server.stop())


@pytest.fixture
def clamd(beside: LoopThread, settings: Any) -> Iterator[Clamd]:
    """A virus scanner that listens, and an installation that asks it."""
    scanner = Clamd()
    beside.run(scanner.start("127.0.0.1", 0))
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{scanner.port}"
    settings.VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan"
    yield scanner
    beside.run(scanner.stop())


@pytest.fixture
def phone(
    beside: LoopThread, sms_centre: SmsCentre, mail_server: MailServer, tmp_path: Path
) -> Iterator[Phone]:
    """The page that shows what both received."""
    phone = Phone(sms_centre, mail_server, tmp_path / "demo-authenticators.json")
    beside.run(phone.start("127.0.0.1", 0))
    yield phone
    beside.run(phone.stop())
