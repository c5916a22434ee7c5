"""Keeps child processes running: restarts one that dies, stops all of them together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.surroundings import ROOT

# Every child carries the data folder in this variable, so that a later start can tell which
# processes an earlier, killed launcher left behind.
MARK = "SATUPINTU_STARTED_FOR"
PAUSES = (1, 2, 5, 10, 30)
STEADY_AFTER = 60
PATIENCE = 10


class Child:
    """One program, in a process group of its own so that its helpers end with it."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.deaths = 0
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at = time.monotonic()
        self.restart_at: float | None = None

    def signal(self, number: signal.Signals) -> None:
        """Tells the whole group, also when its first process has already ended."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


@dataclass
class Supervisor:
    """The children of one launcher."""

    environment: Mapping[str, str]
    logs: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, *command: str) -> None:
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        self.children.append(Child(name, command, self.environment, log))

    def watch(self) -> None:
        """Restarts what died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        for child in self.children:
            code = child.process.poll()
            if code is None:
                continue
            if child.restart_at is None:
                if now - child.started_at > STEADY_AFTER:
                    child.deaths = 0
                pause = PAUSES[min(child.deaths, len(PAUSES) - 1)]
                self.say(
                    f"{child.name} berhenti ({code}), dimulai lagi dalam {pause} detik / "
                    f"stopped, starts again in {pause} s\n{child.last_words()}"
                )
                child.signal(signal.SIGKILL)
                child.deaths += 1
                child.restart_at = now + pause
            elif now >= child.restart_at:
                child.start()

    def stop(self) -> None:
        """Asks all to end, waits, and ends what is left of their groups."""
        for child in self.children:
            child.process.terminate()
        until = time.monotonic() + PATIENCE
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()
        self.children.clear()


def end_leftovers(mark: str) -> int:
    """Ends the children of a launcher that was killed; returns how many there were."""
    left = _marked(mark)
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + PATIENCE
        for pid in _marked(mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while _marked(mark) and time.monotonic() < until:
            time.sleep(0.05)
    return len(left)


def _marked(mark: str) -> list[int]:
    """Linux tells every process's environment; elsewhere a taken port tells of leftovers."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        if int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found
