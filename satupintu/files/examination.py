"""Asks the examiner, a child with little memory and time: a hostile file ends it, not us."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import satupintu
from satupintu.lib import frames

SECONDS = 30
# Two at a time are enough for two cores; more would only make all of them late.
_room = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Found:
    """What a file is by its content ("" = not a kind we know), or the problem with it."""

    type: str = ""
    pages: int = 0
    problem: str = ""


def examine(content: BinaryIO) -> Found:
    answer, _ = _ask(content, {"act": "examine"})
    return Found(**answer)


def picture(content: BinaryIO, page: int, mark: str = "") -> bytes | None:
    """Page `page` as PNG, or None when it can not be drawn within the limits."""
    answer, drawn = _ask(content, {"act": "picture", "page": page, "mark": mark})
    return None if "problem" in answer else drawn


def copy(content: BinaryIO, mark: str) -> bytes | None:
    """The file with these words across every page, or None when that can not be made."""
    answer, made = _ask(content, {"act": "copy", "mark": mark})
    return None if "problem" in answer else made


def _ask(content: BinaryIO, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    ours, theirs = socket.socketpair()
    with _room, ours:
        with theirs:
            _examiner.hand_over(theirs)
        ours.settimeout(SECONDS)
        try:
            frames.send(ours, question, content.read())
            return frames.receive(ours)
        except (OSError, ValueError):  # it took too long, or too much, or fell over the file
            return {"problem": "complex"}, b""


class _Examiner:
    """One examiner per process of ours, started at first use and again after it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    def hand_over(self, link: socket.socket) -> None:
        """Give it a connection, on which a fresh child of it will answer one question."""
        with self._lock:
            try:
                socket.send_fds(self._opened(), [b"1"], [link.fileno()])
            except OSError:  # it was killed since
                self.stop()
                socket.send_fds(self._opened(), [b"1"], [link.fileno()])

    def _opened(self) -> socket.socket:
        if self._owner != os.getpid():  # after a fork the parent's child is not ours
            self._process = self._door = None
        if self._door:
            return self._door
        door, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "satupintu.files.examiner", str(theirs.fileno())],
                cwd=Path(satupintu.__file__).parents[1],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", "")},  # none of our secrets
            )
        self._owner, self._door = os.getpid(), door
        return door

    def stop(self) -> None:
        if self._owner != os.getpid():
            return
        if self._door:
            self._door.close()
        if self._process:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS)
        self._process = self._door = None


_examiner = _Examiner()
atexit.register(_examiner.stop)
