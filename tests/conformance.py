"""Writes which test shows which requirement: pytest -p tests.conformance --conformance FILE."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "docs" / "requirements.csv"
HEAD = """# Conformance

What the five regulations ask (`docs/requirements.csv`), and the tests that show it.
Written by `make conformance`; a row without a test reads "not shown".

"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", type=Path, metavar="FILE", help="write the conformance table")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--conformance")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Conformance(path))


def pytest_itemcollected(item: pytest.Item) -> None:
    """The ids travel with the report, so that they arrive from the workers of pytest-xdist too."""
    for mark in item.iter_markers("requirement"):
        item.user_properties.extend(("requirement", identifier) for identifier in mark.args)


class Conformance:
    """Gathers the reports of one run and writes the table at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.results: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            for name, identifier in report.user_properties:
                if name == "requirement":
                    self.results[str(identifier)][report.nodeid] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        with REQUIREMENTS.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        unknown = self.results.keys() - {row["id"] for row in rows}
        if unknown:
            raise pytest.UsageError(f"Not in {REQUIREMENTS.name}: {', '.join(sorted(unknown))}")
        self.path.write_text(HEAD + "".join(table(rows, self.results)), encoding="utf-8")


def table(rows: list[dict[str, str]], results: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The document's lines: a count, then one row per requirement."""
    shown = sum(state(results.get(row["id"], {})) == "shown" for row in rows)
    yield f"**{shown} of {len(rows)} shown.**\n\n"
    yield "| id | article | requires | state | tests |\n|---|---|---|---|---|\n"
    for row in rows:
        tests = results.get(row["id"], {})
        named = "<br>".join(f"{node} ({tests[node]})" for node in sorted(tests))
        cells = [row["id"], row["article"], row["requires"], state(tests), named]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def state(tests: Mapping[str, str]) -> str:
    """Shown by passing tests only; a test that was skipped shows nothing."""
    outcomes = set(tests.values())
    if "failed" in outcomes:
        return "failed"
    return "shown" if "passed" in outcomes else "not shown"
