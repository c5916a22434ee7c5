"""The levy vectors of domain.md 4."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from satupintu.lib.expressions import ExpressionError
from satupintu.lib.fields import facts_of, types_of
from satupintu.lib.tariff import Line, check, compute

# As a pack author writes it; the numbers are floats, as a YAML reader gives them.
PBG: dict[str, Any] = {
    "tables": {
        "shst": 5350000,
        "indeks_lokalitas": 0.005,
        "indeks_fungsi": {
            "usaha": 0.7,
            "usaha_umkm_prototipe": 0.5,
            "hunian_kecil": 0.15,
            "hunian_besar": 0.17,
            "keagamaan": 0,
            "fungsi_khusus": 1,
            "sosial_budaya": 0.3,
        },
        "kompleksitas": {"sederhana": 1, "tidak_sederhana": 2},
        "permanensi": {"non_permanen": 1, "permanen": 2},
        "kepemilikan": {"perorangan_atau_badan": 1, "negara": 0},
        "koefisien": {
            "lantai": {1: 1, 2: 1.090, 3: 1.120, 4: 1.135, 5: 1.162, 6: 1.197},
            "basement": {1: 1.197, 2: 1.299, 3: 1.393},
        },
        "kegiatan": {"baru": 1, "rehab_sedang": 0.225, "rehab_berat": 0.325},
    },
    "lines": [
        {"code": "luas", "formula": "sum_of(bagian, 'luas_bagian')", "show": False},
        {
            "code": "ketinggian",
            "label": "Koefisien ketinggian",
            "formula": "cut(sum_of(bagian, 'luas_bagian * lookup(koefisien, letak, tingkat)')"
            " / luas, 3)",
            "show": False,
        },
        {
            "code": "parameter",
            "formula": "0.3 * lookup(kompleksitas, rumit) + 0.2 * lookup(permanensi, sifat)"
            " + 0.5 * ketinggian",
            "show": False,
        },
        {
            "code": "terintegrasi",
            "formula": "lookup(indeks_fungsi, fungsi) * parameter * lookup(kepemilikan, pemilik)",
            "show": False,
        },
        {
            "code": "retribusi",
            "label": {"id": "Retribusi PBG", "en": "Building levy"},
            "formula": "luas * (indeks_lokalitas * shst) * terintegrasi"
            " * lookup(kegiatan, jenis_kegiatan)",
        },
    ],
    "rounding": {"to": 1, "mode": "half_up"},
}

FORM: list[dict[str, Any]] = [
    {
        "code": "bagian",
        "type": "table",
        "columns": [
            {"code": "letak", "type": "select"},
            {"code": "tingkat", "type": "number"},
            {"code": "luas_bagian", "type": "number"},
        ],
    },
    *(
        {"code": code, "type": "select"}
        for code in ("fungsi", "rumit", "sifat", "pemilik", "jenis_kegiatan")
    ),
]


def building(*parts: tuple[str, int, int], **answers: str) -> dict[str, Any]:
    """The facts of a building with these parts: place, storeys, square metres."""
    table = [
        {"letak": place, "tingkat": str(storeys), "luas_bagian": str(area)}
        for place, storeys, area in parts
    ]
    given_answers = {
        "bagian": table,
        "rumit": "sederhana",
        "sifat": "permanen",
        "pemilik": "perorangan_atau_badan",
        "jenis_kegiatan": "baru",
        **answers,
    }
    return facts_of(given_answers, FORM)


@pytest.mark.parametrize(
    ("facts", "index", "amount", "total"),
    [
        pytest.param(
            building(("lantai", 1, 72), fungsi="hunian_kecil"),
            *("0.18", "346680", "346680"),
            id="A",
        ),
        pytest.param(
            building(("lantai", 2, 150), fungsi="hunian_besar"),
            *("0.21165", "849245.625", "849246"),
            id="B",
        ),
        pytest.param(
            building(("lantai", 3, 300), fungsi="usaha", rumit="tidak_sederhana"),
            *("1.092", "8763300", "8763300"),
            id="C",
        ),
        pytest.param(
            building(
                ("lantai", 4, 1000),
                ("basement", 1, 200),
                fungsi="usaha",
                rumit="tidak_sederhana",
            ),
            *("1.10075", "35334075", "35334075"),
            id="D",
        ),
        pytest.param(
            building(("lantai", 2, 150), fungsi="hunian_besar", jenis_kegiatan="rehab_sedang"),
            *("0.21165", "191080.265625", "191080"),
            id="E",
        ),
    ],
)
def test_the_building_levy_is_exact(
    facts: dict[str, Any], index: str, amount: str, total: str
) -> None:
    assessment = compute(PBG, facts)
    workings = {line.code: line.amount for line in assessment.workings}
    assert workings["terintegrasi"] == Decimal(index)
    assert [line.amount for line in assessment.lines] == [Decimal(amount)]
    assert assessment.total == Decimal(total)


def test_a_mixed_building_has_its_weighted_coefficient_cut_not_rounded() -> None:
    facts = building(("lantai", 4, 1000), ("basement", 1, 200), fungsi="usaha")
    workings = {line.code: line for line in compute(PBG, facts).workings}
    assert workings["ketinggian"].amount == Decimal("1.145")
    assert workings["ketinggian"].explanation == "dipotong(1.374,4 ÷ 1.200; 3)"


def test_each_line_explains_itself_with_its_numbers() -> None:
    facts = building(("lantai", 2, 150), fungsi="hunian_besar")
    assert compute(PBG, facts).lines[0] == Line(
        "retribusi",
        "Retribusi PBG",
        PBG["lines"][-1]["formula"],
        Decimal("849245.625"),
        "150 × 0,005 × 5.350.000 × 0,21165 × 1",
    )


def test_the_building_tariff_passes_its_own_check() -> None:
    assert check(PBG, types_of(FORM)) == []


def test_a_missing_answer_names_its_field() -> None:
    with pytest.raises(ExpressionError) as error:
        compute(PBG, building(("lantai", 1, 72)))
    assert error.value.field == "fungsi"


SIMPLE: dict[str, Any] = {
    "tables": {"kelas": {"I": 150000, "II": 90000}},
    "lines": [
        {"code": "pokok", "label": "Sewa petak", "formula": "lookup(kelas, pilihan)"},
        {
            "code": "tambahan",
            "label": "Tambahan",
            "formula": "pokok * 0.1",
            "when": "tahun > 3",
        },
    ],
}


def test_a_line_that_does_not_apply_is_left_out_and_counts_as_nothing() -> None:
    facts = {"pilihan": "II", "tahun": Decimal(3)}
    assert [line.code for line in compute(SIMPLE, facts).lines] == ["pokok"]
    twice = {**SIMPLE, "total": "pokok + 2 * tambahan"}
    assert compute(twice, facts).total == 90000
    assert compute(twice, {**facts, "tahun": Decimal(4)}).total == 108000


@pytest.mark.parametrize(
    ("rounding", "total"),
    [
        ({"to": 100, "mode": "half_up"}, 1300),
        ({"to": 1000, "mode": "up"}, 2000),
        ({"to": 1000, "mode": "down"}, 1000),
        ({}, 1251),
    ],
)
def test_the_total_is_rounded_as_the_regulation_says(rounding: dict[str, Any], total: int) -> None:
    tariff = {"lines": [{"code": "a", "formula": "1250.5"}], "rounding": rounding}
    assert compute(tariff, {}).total == total


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"tables": {"kelas": {"I": "banyak"}}}, "tables/kelas/I", "harus angka"),
        ({"tables": {"kelas": True}}, "tables/kelas", "harus angka"),
        ({"lines": []}, "lines", "satu baris"),
        ({"lines": [{"code": "tahun", "formula": "1"}]}, "lines/0/code", "sudah dipakai"),
        ({"lines": [{"code": "a", "formula": "tahum"}]}, "lines/0/formula", "'tahun'"),
        ({"lines": [{"code": "a", "formula": "tahun > 1"}]}, "lines/0/formula", "angka"),
        (
            {"lines": [{"code": "a", "formula": "1", "when": "tahun"}]},
            "lines/0/when",
            "ya/tidak",
        ),
        ({"total": "pokok + lain"}, "total", "huruf ke-9"),
        ({"rounding": {"to": 0}}, "rounding/to", "angka bulat"),
        ({"rounding": {"mode": "bankers"}}, "rounding/mode", "half_up"),
    ],
)
def test_a_mistake_in_a_tariff_is_found_with_its_place(
    change: dict[str, Any], path: str, message: str
) -> None:
    problems = check({**SIMPLE, **change}, {"pilihan": "text", "tahun": "number"})
    assert path in [problem.path for problem in problems]
    assert message in next(problem.message for problem in problems if problem.path == path)
