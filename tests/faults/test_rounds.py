"""Any process may die at any step; what was acknowledged is there, once, and whole."""

from __future__ import annotations

import os
import subprocess
import sys

from launcher.surroundings import ROOT

SEED = "2026"


def test_twenty_five_rounds_of_killing_lose_nothing_and_double_nothing() -> None:
    told = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}

    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.rounds", "--rounds", "25", "--seed", SEED],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "25 rounds" in run.stdout
