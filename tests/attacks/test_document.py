"""docs/security.md answers every check, and the tests it names are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.world import ROOT

TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


@pytest.mark.requirement("MTR-8-1")
def test_every_check_has_one_answer() -> None:
    rows = ROW.findall(TEXT)
    assert [int(number) for number, _, _ in rows] == list(range(1, 63))
    for number, _, answer in rows:
        assert re.match("Shown|Partly|Not done|Does not apply", answer), number
        if answer.startswith("Shown"):
            assert TEST.search(answer), number


def test_every_test_that_is_named_exists() -> None:
    named = TEST.findall(TEXT)
    assert len(named) > 150
    known: dict[str, set[str]] = {}
    for file, name in named:
        if file not in known:
            tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
            known[file] = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert name in known[file], f"tests/{file}::{name}"
