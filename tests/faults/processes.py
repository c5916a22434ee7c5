"""Processes that can be killed: born by a fork with everything imported, so that many are cheap."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 90


class Stuck(Exception):
    """A process did not end by itself."""


class Forked:
    """One process with a group of its own; what it prints goes to its log."""

    def __init__(self, act: Callable[[], object], log: Path) -> None:
        self.code: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _live(act, log)

    def ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def wait(self, patience: float = PATIENCE) -> int:
        until = time.monotonic() + patience
        while not self.ended():
            if time.monotonic() > until:
                self.kill()
                raise Stuck(f"process {self.pid}")
            time.sleep(0.005)
        assert self.code is not None
        return self.code

    def kill(self) -> None:
        """With its helpers, at whatever moment this is."""
        if not self.ended():
            os.killpg(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)


def apart(act: Callable[[], Any], folder: Path) -> Any:
    """What a process of its own answers, so that ours keeps no connection and no thread."""
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    log = folder / "apart.log"
    child = Forked(lambda: answer.write_text(json.dumps(act())), log)
    if child.wait(600):
        raise Stuck(log.read_text()[-4000:])
    return json.loads(answer.read_text())


def _live(act: Callable[[], object], log: Path) -> None:
    os.setsid()
    with log.open("ab", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    code = 0
    try:
        act()
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
