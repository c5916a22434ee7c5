"""Asks the examiner, a child with little memory and time: a hostile file ends it, not us."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

EXAMINER = Path(__file__).with_name("examiner.py")
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
    code, output = _ask(content, "examine")
    if code in {0, 3}:
        return Found(**json.loads(output))
    return Found(problem="complex")


def picture(content: BinaryIO, page: int, mark: str = "") -> bytes | None:
    """Page `page` as PNG, or None when it can not be drawn within the limits."""
    code, output = _ask(content, "picture", str(page), mark)
    return output if code == 0 else None


def copy(content: BinaryIO, mark: str) -> bytes | None:
    """The file with these words across every page, or None when that can not be made."""
    code, output = _ask(content, "copy", mark)
    return output if code == 0 else None


def _ask(content: BinaryIO, *arguments: str) -> tuple[int, bytes]:
    with _room:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(EXAMINER), *arguments],
                input=content.read(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, b""
    return done.returncode, done.stdout
