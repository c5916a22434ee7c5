"""The launcher keeps its children alive, and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import supervisor
from launcher.supervisor import MARK, Supervisor, end_leftovers

# A child whose helper does not listen to SIGTERM.
STUBBORN = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
time.sleep(60)
"""


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    mark = str(tmp_path)
    yield mark
    end_leftovers(mark)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def system(mark: str, tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(os.environ | {MARK: mark}, tmp_path, said.append)


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_child_that_dies_starts_again_after_a_growing_pause(
    system: Supervisor, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (0.1, 0.5))
    system.start("poor", sys.executable, "-c", "print('no luck'); raise SystemExit(3)")
    [child] = system.children
    deaths: list[float] = []

    def third_death() -> bool:
        system.watch()
        if child.deaths > len(deaths):
            deaths.append(time.monotonic())
        return len(deaths) == 3

    wait_until(third_death)
    assert deaths[2] - deaths[1] >= 0.5
    assert "poor berhenti (3)" in said[0]
    assert "no luck" in said[0]


def test_stopping_ends_the_helpers_of_children_too(
    system: Supervisor, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 1)
    system.start("stubborn", sys.executable, "-c", STUBBORN)
    wait_until(lambda: len(supervisor._marked(mark)) == 2)
    system.stop()
    wait_until(lambda: supervisor._marked(mark) == [])


def test_what_a_killed_launcher_left_is_ended_and_nothing_else(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 1)
    left = subprocess.Popen([sys.executable, "-c", STUBBORN], env=os.environ | {MARK: mark})
    other = subprocess.Popen(["sleep", "60"], env=os.environ | {MARK: mark + "-other"})
    wait_until(lambda: len(supervisor._marked(mark)) == 2)
    assert end_leftovers(mark) == 2
    assert left.wait(5) == -signal.SIGTERM
    assert supervisor._marked(mark) == []
    assert other.poll() is None
    other.kill()
    other.wait()


def test_the_log_of_the_last_start_is_kept(system: Supervisor, tmp_path: Path) -> None:
    for word in ("first", "second"):
        system.start("teller", sys.executable, "-c", f"print({word!r})")
        assert system.children[-1].process.wait(10) == 0
    assert (tmp_path / "teller.log").read_text() == "second\n"
    assert (tmp_path / "teller.log.1").read_text() == "first\n"
    system.stop()
