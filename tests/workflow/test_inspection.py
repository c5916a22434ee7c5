"""What `check` finds before a process is published, and the walks through it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from satupintu.workflow import Walk, check, walk
from tests.workflow.processes import LETTER, LICENCE, Process, step, valid_processes


def test_a_good_process_has_no_problem() -> None:
    assert check(LICENCE) == []


@given(valid_processes())
def test_every_walk_of_a_valid_process_ends(process: Process) -> None:
    assert check(process) == []
    ways = list(walk(process))
    assert ways
    assert all(way.outcome in ("approved", "refused") for way in ways)


def test_the_walks_take_each_condition_both_ways_and_each_refusal() -> None:
    ways = {(way.steps, way.outcome) for way in walk(LICENCE)}
    start = ("verifikasi", "tinjauan", "berita_acara")
    refusal = ("konsep_tolak", "tanda_tangan_tolak")
    end = ("konsep", "tanda_tangan")
    assert (("verifikasi", *refusal), "refused") in ways
    assert ((*start, *end), "approved") in ways
    assert ((*start, "telaah", "tetapkan", "bayar", *end), "approved") in ways
    assert ((*start, "telaah", *end, *refusal), "refused") in ways
    assert len(ways) == 10
    conditions = next(way.conditions for way in walk(LICENCE) if "bayar" in way.steps)
    assert conditions["levy > 0"] is True
    assert isinstance(next(walk(LICENCE)), Walk)


@pytest.mark.parametrize(
    ("main", "path", "message"),
    [
        ([], "main", "paling sedikit satu tahap"),
        ([{"wait": 1}], "main/0", "tepat satu"),
        ([{**step("a"), "parallel": []}], "main/0", "tepat satu"),
        ([step("a"), step("a")], "main/0", "lebih dari sekali"),
        ([step("A-1")], "main/0/step", "huruf kecil"),
        ([step("a", kind="dance")], "main/0/kind", "Jenis tahap"),
        ([{"step": "a", "kind": "verify"}], "main/0/role", "peran"),
        ([step("a", office="dinkes")], "main/0/office", "agency:"),
        ([step("a", days=-1)], "main/0/days", "angka bulat"),
        ([step("a", days=1.5)], "main/0/days", "angka bulat"),
        ([step("a", when="")], "main/0/when", "syarat"),
        ([step("a", moves=["ask"])], "main/0/moves", "forward selalu"),
        ([step("a", moves=["forward", "fly"])], "main/0/moves", "Langkah yang ada"),
        ([step("a", moves=["forward", "return"])], "main/0/return_to", "saling memerlukan"),
        ([step("a", return_to=["b"])], "main/0/return_to", "saling memerlukan"),
        ([{"parallel": [[step("a")]]}], "main/0/parallel", "dua jalur"),
        ([{"parallel": [[step("a")], []]}], "main/0/parallel", "dua jalur"),
        ([{"choice": []}], "main/0/choice", "satu pilihan"),
        (
            [{"choice": [{"otherwise": []}, {"when": "x", "do": []}]}],
            "main/0/choice/0",
            "paling akhir",
        ),
        ([{"choice": [{"when": "x"}]}], "main/0/choice/0", "when bersama do"),
        ([{"choice": [{"when": 1, "do": []}]}], "main/0/choice/0/when", "syarat"),
        ([{"choice": [{"when": "x", "do": "a"}]}], "main/0/choice/0/do", "daftar tahap"),
        (
            [{"parallel": [[step("a", days="x")], [step("b")]]}],
            "main/0/parallel/0/0/days",
            "angka bulat",
        ),
    ],
)
def test_a_mistake_is_found_with_its_place(
    main: list[dict[str, Any]], path: str, message: str
) -> None:
    problems = check({"main": main})
    assert problems[0].path == path
    assert message in problems[0].message


@pytest.mark.parametrize("target", ["tanda_tangan", "telaah", "berita_acara", "tidak_ada"])
def test_a_return_must_lead_back(target: str) -> None:
    process = deepcopy(LICENCE)
    process["main"][1]["parallel"][0][1]["return_to"] = [target]
    assert [problem.path for problem in check(process)] == [
        "main/1/parallel/0/1/return_to/0",
    ]


def test_the_refusal_can_not_refuse() -> None:
    process = {**LICENCE, "refusal": [step("tolak", moves=["forward", "refuse"])]}
    assert [problem.path for problem in check(process)] == ["refusal/0/moves"]


@pytest.mark.parametrize(
    ("part", "change", "path"),
    [
        ("main", {}, "main/0"),
        ("refusal", {"against": []}, "refusal/0/against"),
        ("refusal", {"moves": ["forward"]}, "refusal/0/moves"),
        ("refusal", {"kind": "verify"}, "refusal/0/moves"),
    ],
)
def test_an_appeal_begins_the_refusal_and_says_against_whom(
    part: str, change: dict[str, Any], path: str
) -> None:
    process = {**LETTER, part: [{**LETTER["refusal"][0], **change}, step("lagi")]}
    process["refusal" if part == "main" else "main"] = [step("lain")]
    assert [problem.path for problem in check(process)] == [path]
    assert check(LETTER) == []


def test_the_walks_take_an_appeal_in_all_its_ways() -> None:
    ways = {(way.steps, way.outcome) for way in walk(LETTER) if way.steps[:2] == ("rt", "banding")}
    assert ways == {
        (("rt", "banding", "tolak"), "refused"),
        (("rt", "banding", "verifikasi", "tanda_tangan"), "approved"),
        (("rt", "banding", "verifikasi", "tolak"), "refused"),
    }


def test_an_unknown_part_is_named() -> None:
    assert check({"main": LICENCE["main"], "appeal": []})[0].path == "appeal"
