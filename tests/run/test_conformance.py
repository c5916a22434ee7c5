"""The conformance table says what tests really showed, also when they ran in several processes."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.surroundings import ROOT
from tests.conformance import REQUIREMENTS, state

TESTS = """
import pytest

@pytest.mark.requirement("PLU-1-15", "PLU-1-16")
def test_passes(): pass

@pytest.mark.requirement("PLU-1-16")
def test_fails(): assert False

@pytest.mark.requirement("PLU-1-17")
@pytest.mark.skip
def test_is_skipped(): pass
"""


def conformance(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_some.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = requirement(*ids)\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "tests.conformance"]
    paths = ["-c", str(folder / "pytest.ini"), str(folder / "test_some.py")]
    return subprocess.run(
        [*command, "--conformance", str(folder / "table.md"), *paths, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def row(table: str, identifier: str) -> list[str]:
    [line] = [line for line in table.splitlines() if line.startswith(f"| {identifier} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "two processes"])
@pytest.mark.requirement("MTR-8-4")
def test_every_requirement_has_a_row_with_its_tests(tmp_path: Path, options: list[str]) -> None:
    conformance(tmp_path, TESTS, *options)
    table = (tmp_path / "table.md").read_text()
    assert "**1 of 170 shown.**" in table
    assert row(table, "PLU-1-15")[3:] == ["shown", "test_some.py::test_passes (passed)"]
    assert row(table, "PLU-1-16")[3] == "failed"
    assert row(table, "PLU-1-17")[3:] == ["not shown", "test_some.py::test_is_skipped (skipped)"]
    assert row(table, "PLU-3-1")[3:] == ["not shown", ""]


def test_an_id_that_no_regulation_has_is_an_error(tmp_path: Path) -> None:
    run = conformance(tmp_path, TESTS.replace("PLU-1-15", "PLU-99"))
    assert run.returncode not in {0, 1}
    assert "PLU-99" in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], "not shown"),
        (["skipped"], "not shown"),
        (["passed", "skipped"], "shown"),
        (["passed", "failed"], "failed"),
    ],
)
def test_the_state_of_a_requirement(outcomes: list[str], expected: str) -> None:
    assert state({str(place): outcome for place, outcome in enumerate(outcomes)}) == expected


def test_every_requirement_that_a_test_names_is_one_of_the_regulations() -> None:
    with REQUIREMENTS.open(encoding="utf-8", newline="") as text:
        known = {row["id"] for row in csv.DictReader(text)}
    named = {
        identifier
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__)
        for marked in re.findall(r"mark\.requirement\(([^)]*)\)", path.read_text())
        for identifier in re.findall(r'"([^"]+)"', marked)
    }
    assert named
    assert named - known == set()
