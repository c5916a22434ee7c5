"""What people type into a form, and the sentences they read when something is missing."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.expressions import check, holds
from satupintu.lib.fields import clean, facts_of, shown, types_of

TODAY = {"today": date(2026, 11, 20)}
OPTIONS = [{"code": "faskes", "name": {"id": "Fasilitas"}}, {"code": "mandiri", "name": "Mandiri"}]


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"code": "x", "type": kind, "label": {"id": "Luas bangunan"}, **more}


def answer(kind: str, raw: Any, **more: Any) -> Any:
    answers, errors = clean([field(kind, **more)], {"x": raw}, facts=TODAY)
    assert errors == {}
    return answers.get("x")


def error(kind: str, raw: Any, **more: Any) -> str:
    answers, errors = clean([field(kind, **more)], {"x": raw}, facts=TODAY)
    assert answers == {}
    return errors["x"]


TABLE = {
    "columns": [
        {"code": "nama", "type": "text", "label": "Nama", "required": True},
        {"code": "luas", "type": "number", "label": "Luas"},
    ]
}
TYPED: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("text", "  Klinik \t Sehat\n", "Klinik Sehat", {}),
    ("text", "Ani\u0000 Wijaya", "Ani Wijaya", {}),
    ("textarea", "satu  dua\r\ntiga", "satu dua\ntiga", {}),
    ("address", "Jl. Mawar 1\nRT 2", "Jl. Mawar 1\nRT 2", {}),
    ("number", "72,5", "72.5", {}),
    ("number", "72.5", "72.5", {}),
    ("number", "1.250", "1250", {}),
    ("number", "1.250,75", "1250.75", {}),
    ("number", "1,125", "1.1250", {}),
    ("number", 150, "150", {}),
    ("number", "-3", "-3", {}),
    ("number", "100", "100", {"min": 100, "max": 100.0}),
    ("money", "Rp 1.250.000", "1250000", {}),
    ("date", "2026-11-20", "2026-11-20", {"max": "today"}),
    ("date", "2-3-2026", "2026-03-02", {"min": "2026-01-01"}),
    ("date", "02/03/2026", "2026-03-02", {}),
    ("time", "9.05", "09:05", {}),
    ("time", "23:59", "23:59", {}),
    ("select", "faskes", "faskes", {"options": OPTIONS}),
    ("radio", "mandiri", "mandiri", {"options": OPTIONS}),
    ("checkbox", "on", True, {}),
    ("checkbox", None, False, {}),
    ("checkbox", ["mandiri", "faskes"], ["faskes", "mandiri"], {"options": OPTIONS}),
    ("checkbox", "mandiri", ["mandiri"], {"options": OPTIONS}),
    ("phone", "0812-3456-7890", "+6281234567890", {}),
    ("email", "Budi@Contoh.ID", "Budi@contoh.id", {}),
    ("nik", "7271 0141 0890 0001", "7271014108900001", {}),
    ("npwp", "01.312.166.0-091.000", "0013121660091000", {}),
    ("kk", "3574.0105.0112.0007", "3574010501120007", {}),
    ("nib", "9120001234567", "9120001234567", {}),
    ("area", "72.71.01.1004", "72.71.01.1004", {}),
    ("geo", {"lat": "-0.8917", "lon": "119.8707"}, {"lat": "-0.8917", "lon": "119.8707"}, {}),
    ("geo", "-0.8917, 119.8707", {"lat": "-0.8917", "lon": "119.8707"}, {}),
    ("table", [{"nama": "A", "luas": "1,5"}, {"nama": ""}], [{"nama": "A", "luas": "1.5"}], TABLE),
    ("text", "", None, {}),
    ("number", None, None, {}),
]


@pytest.mark.parametrize(("kind", "raw", "kept", "more"), TYPED)
def test_an_answer_is_read_as_people_type_it(
    kind: str, raw: Any, kept: Any, more: dict[str, Any]
) -> None:
    found = answer(kind, raw, **more)
    assert found == kept
    assert json.loads(json.dumps(found)) == kept


@pytest.mark.parametrize(("kind", "raw", "kept", "more"), TYPED)
def test_reading_a_kept_answer_again_changes_nothing(
    kind: str, raw: Any, kept: Any, more: dict[str, Any]
) -> None:
    assert answer(kind, kept, **more) == kept


@pytest.mark.parametrize(
    ("kind", "raw", "sentence", "more"),
    [
        ("nik", "727101410890001", "NIK harus 16 angka. Anda mengisi 15 angka", {}),
        ("text", "", "Isi luas bangunan", {"required": True}),
        ("text", " \t", "Isi NIK pemohon", {"required": True, "label": "NIK pemohon"}),
        ("text", "a" * 201, "Luas bangunan paling panjang 200 huruf. Anda mengisi 201", {}),
        ("text", "ab", "Luas bangunan paling pendek 3 huruf. Anda mengisi 2", {"min": 3}),
        ("number", "luas", "Isi luas bangunan dengan angka, misalnya 72,5", {}),
        ("number", "1.25.0", "Isi luas bangunan dengan angka, misalnya 72,5", {}),
        ("number", "nan", "Isi luas bangunan dengan angka, misalnya 72,5", {}),
        ("number", 0.1, "Isi luas bangunan dengan angka, misalnya 72,5", {}),
        ("number", "0,5", "Luas bangunan paling kecil 1. Anda mengisi 0,5", {"min": 1}),
        (
            "number",
            "1000,5",
            "Luas bangunan paling besar 1.000. Anda mengisi 1.000,5",
            {"max": 1000},
        ),
        ("money", "1.000,50", "Isi luas bangunan dalam rupiah penuh, tanpa sen", {}),
        (
            "money",
            "500",
            "Luas bangunan paling kecil Rp\u00a01.000. Anda mengisi Rp\u00a0500",
            {"min": 1000},
        ),
        (
            "date",
            "31-02-2026",
            "Isi luas bangunan dengan tanggal yang ada di kalender, misalnya 27-3-2026",
            {},
        ),
        (
            "date",
            "kemarin",
            "Isi luas bangunan dengan tanggal yang ada di kalender, misalnya 27-3-2026",
            {},
        ),
        ("date", "2026-11-21", "Luas bangunan paling akhir 20-11-2026", {"max": "today"}),
        ("date", "2025-12-31", "Luas bangunan paling awal 01-01-2026", {"min": "2026-01-01"}),
        ("time", "25.00", "Isi luas bangunan dengan jam dan menit, misalnya 09.30", {}),
        ("select", "lain", "Pilih luas bangunan dari daftar", {"options": OPTIONS}),
        ("radio", None, "Pilih luas bangunan", {"options": OPTIONS, "required": True}),
        ("checkbox", ["lain"], "Pilih luas bangunan dari daftar", {"options": OPTIONS}),
        ("checkbox", [], "Pilih luas bangunan", {"options": OPTIONS, "required": True}),
        ("checkbox", "", "Centang luas bangunan", {"required": True}),
        ("email", "budi@contoh", "Tulis alamat email lengkap, misalnya nama@contoh.id", {}),
        ("area", "../etc", "Pilih luas bangunan dari daftar", {}),
        ("geo", {"lat": "", "lon": ""}, "Tandai luas bangunan pada peta", {"required": True}),
        ("geo", "119.87, -0.89", "Titik ini berada di luar Indonesia. Tandai lagi pada peta", {}),
        (
            "table",
            [],
            "Isi paling sedikit satu baris pada luas bangunan",
            {**TABLE, "required": True},
        ),
        (
            "table",
            [{"nama": "A"}],
            "Isi paling sedikit 2 baris pada luas bangunan",
            {**TABLE, "min": 2},
        ),
        (
            "table",
            [{"nama": "A"}, {"luas": "1"}, {"nama": "B", "luas": "?"}],
            "Baris 2: Isi nama. Baris 3: Isi luas dengan angka, misalnya 72,5",
            TABLE,
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(
    kind: str, raw: Any, sentence: str, more: dict[str, Any]
) -> None:
    assert error(kind, raw, **more) == sentence
    assert "tidak valid" not in sentence


FORM: list[dict[str, Any]] = [
    {"code": "tempat", "type": "select", "label": "Tempat", "options": OPTIONS, "required": True},
    {
        "code": "faskes",
        "type": "text",
        "label": "Nama fasilitas",
        "required": True,
        "when": "tempat == 'faskes'",
    },
    {"code": "kamar", "type": "number", "label": "Kamar", "when": "filled(faskes)"},
    {"code": "mulai", "type": "date", "label": "Mulai"},
    {"code": "setuju", "type": "checkbox", "label": "Setuju"},
    {"code": "hari", "type": "checkbox", "label": "Hari", "options": OPTIONS},
    {"code": "titik", "type": "geo", "label": "Titik"},
    {"code": "ruang", "type": "table", "label": "Ruang", **TABLE},
]


def test_a_hidden_field_is_dropped_and_so_are_the_ones_behind_it() -> None:
    raw = {"tempat": "mandiri", "faskes": "Klinik", "kamar": "3"}
    answers, errors = clean(FORM, raw, facts=TODAY)
    assert errors == {}
    assert answers == {"tempat": "mandiri", "setuju": False}


def test_a_shown_field_is_asked_for() -> None:
    assert clean(FORM, {"tempat": "faskes"}, facts=TODAY)[1] == {"faskes": "Isi nama fasilitas"}


def test_a_condition_may_use_what_was_known_before() -> None:
    form = [{"code": "akta", "type": "text", "label": "Akta", "when": "applicant == 'company'"}]
    assert clean(form, {"akta": "1"}, facts={"applicant": "company"})[0] == {"akta": "1"}
    assert clean(form, {"akta": "1"}, facts={"applicant": "person"})[0] == {}


def test_answers_become_facts_that_expressions_count_with() -> None:
    raw = {
        "tempat": "faskes",
        "faskes": "Klinik",
        "kamar": "2,5",
        "mulai": "20-11-2026",
        "setuju": "on",
        "titik": "-0.8917, 119.8707",
        "ruang": [{"nama": "A", "luas": "10"}, {"nama": "B"}],
    }
    answers, errors = clean(FORM, raw, facts=TODAY)
    assert errors == {}
    facts = facts_of(answers, FORM)
    assert facts == {
        "tempat": "faskes",
        "faskes": "Klinik",
        "kamar": Decimal("2.5"),
        "mulai": date(2026, 11, 20),
        "setuju": True,
        "hari": [],
        "ruang": [{"nama": "A", "luas": Decimal(10)}, {"nama": "B", "luas": None}],
    }
    assert holds("kamar > 2 and setuju and rows(ruang) == 2 and not filled(hari)", facts)


def test_the_kinds_of_the_facts_are_known_for_checking() -> None:
    types = types_of(FORM)
    assert types == {
        "tempat": "text",
        "faskes": "text",
        "kamar": "number",
        "mulai": "date",
        "setuju": "bool",
        "hari": "list",
        "ruang": "table",
        "ruang.nama": "text",
        "ruang.luas": "number",
    }
    assert check("sum_of(ruang, 'luas * kamar') > 3 and 'senin' in hari", types) == "bool"


@pytest.mark.parametrize(
    ("kind", "kept", "text", "more"),
    [
        ("number", "1250.5", "1.250,5", {}),
        ("money", "1250000", "Rp\u00a01.250.000", {}),
        ("date", "2026-11-20", "20-11-2026", {}),
        ("time", "09:05", "09.05", {}),
        ("checkbox", True, "Ya", {}),
        ("checkbox", ["faskes", "mandiri"], "Fasilitas, Mandiri", {"options": OPTIONS}),
        ("select", "faskes", "Fasilitas", {"options": OPTIONS}),
        ("geo", {"lat": "-0.8917", "lon": "119.8707"}, "-0.8917, 119.8707", {}),
        ("table", [{"nama": "A"}], "1 baris", TABLE),
        ("text", "Klinik", "Klinik", {}),
        ("text", None, "", {}),
    ],
)
def test_an_answer_is_shown_as_people_read_it(
    kind: str, kept: Any, text: str, more: dict[str, Any]
) -> None:
    assert shown(field(kind, **more), kept) == text


kinds = st.sampled_from([row[0] for row in TYPED])
single = st.text(max_size=30) | st.integers() | st.none() | st.booleans() | st.floats()
keys = st.sampled_from(["lat", "lon", "nama", "luas"])
values: st.SearchStrategy[Any] = st.recursive(
    single, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner), max_leaves=6
)


@given(kinds, values, st.booleans())
def test_nothing_that_can_be_sent_breaks_a_form(kind: str, raw: Any, required: bool) -> None:
    more = {**TABLE, "options": OPTIONS, "required": required}
    answers, errors = clean([field(kind, **more)], {"x": raw}, facts=TODAY)
    assert not (answers and errors)
    again, problems = clean([field(kind, **more)], answers, facts=TODAY)
    assert errors or (again, problems) == (answers, {})


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_survives_storage_exactly(number: Decimal) -> None:
    kept = answer("number", number)
    assert Decimal(kept) == number
    assert answer("number", kept) == kept
