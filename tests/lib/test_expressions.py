"""The language of conditions and fees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.expressions import ExpressionError, check, holds, parse

FACTS: dict[str, Any] = {
    "luas": Decimal("12.5"),
    "jumlah": 3,
    "jenis": "faskes",
    "setuju": True,
    "kosong": None,
    "lahir": date(2000, 2, 29),
    "mulai": date(2026, 2, 28),
    "pilihan": ["a", "b"],
    "lantai": [
        {"luas_lantai": Decimal(100), "tingkat": Decimal(1), "catatan": None},
        {"luas_lantai": Decimal(50), "tingkat": Decimal(2), "catatan": None},
    ],
    "koef": {"1": Decimal(1), "2": Decimal("1.090")},
    "kelas": {"I": {"baru": Decimal(5000)}},
}


def value(text: str) -> Any:
    return parse(text).evaluate(FACTS)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("0.1 * 3", Decimal("0.3")),
        ("1.0000000000000000000001 + 0", Decimal("1.0000000000000000000001")),
        ("luas * jumlah - 0.5", Decimal(37)),
        ("-luas + 2 * (1 + 1)", Decimal("-8.5")),
        ("jenis == 'faskes' and jumlah >= 3", True),
        ("not setuju or jumlah > 3", False),
        ("1 < jumlah <= 3", True),
        ("jenis in ['faskes', 'mandiri']", True),
        ("'c' not in pilihan", True),
        ("5 if jenis == 'mandiri' else 7", Decimal(7)),
        ("jenis", "faskes"),
        ("kosong", None),
        ("setuju == true", True),
        ("min(luas, jumlah) + max(1, 2, 3)", Decimal(6)),
        ("round_half_up(2.5)", Decimal(3)),
        ("round_half_up(2.345, 2)", Decimal("2.35")),
        ("cut(1.1459, 3)", Decimal("1.145")),
        ("floor(-1.5)", Decimal(-2)),
        ("ceil(luas / 5)", Decimal(3)),
        ("rows(lantai)", Decimal(2)),
        ("sum_of(lantai, 'luas_lantai')", Decimal(150)),
        ("sum_of(lantai, 'luas_lantai * lookup(koef, tingkat) * jumlah')", Decimal("463.5")),
        ("lookup(koef, 2)", Decimal("1.09")),
        ("lookup(kelas, 'I', 'baru')", Decimal(5000)),
        ("years_between(lahir, mulai)", Decimal(25)),
        ("days_between(lahir, lahir)", Decimal(0)),
        ("filled(kosong) or filled(lantai)", True),
        ("lahir < mulai", True),
    ],
)
def test_an_expression_has_an_exact_value(text: str, result: Any) -> None:
    found = value(text)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_an_empty_answer_is_false(sign: str) -> None:
    assert value(f"kosong {sign} 1") is False
    assert value(f"1 {sign} tidak_ditanyakan") is False


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("luas * kosong", "kosong"),
        ("round_half_up(jumlah + kosong, 2)", "kosong"),
        ("lookup(koef, kosong)", "kosong"),
        ("sum_of(lantai, 'catatan')", "catatan"),
        ("sum_of(tabel_kosong, 'x')", "tabel_kosong"),
        ("years_between(lahir, kosong)", "kosong"),
    ],
)
def test_counting_with_an_empty_answer_names_the_field(text: str, field: str) -> None:
    with pytest.raises(ExpressionError, match=f"'{field}' masih kosong") as error:
        value(text)
    assert error.value.field == field


def test_a_condition_does_not_hold_while_an_answer_is_empty() -> None:
    assert not holds("luas * kosong > 5", FACTS)
    assert holds("luas * jumlah > 5", FACTS)
    with pytest.raises(ExpressionError, match="Pembagi"):
        holds("luas / (jumlah - 3) > 5", FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "luas.real",
        "luas.__class__",
        "().__class__",
        "__import__('os')",
        "(lambda: 1)()",
        "[x for x in lantai]",
        "lantai[0]",
        "9 ** 9 ** 9",
        "1 // 2",
        "5 % 2",
        "1 << 99",
        "f'{luas}'",
        "b'x'",
        "0x10",
        "1e5",
        "1j",
        "None",
        "luas := 3",
        "min(*pilihan)",
        "cut(luas, digits=2)",
        "luas; jumlah",
        "luas = 3",
        "1 +",
        "'a' * 1000",
        "jenis + 'x'",
        "setuju + 1",
        "jenis > 1",
        "sum_of(lantai, luas)",
        "sum_of(lantai, \"sum_of(lantai, 'luas_lantai')\")",
        "lookup(koef, 9)",
        "lookup(kelas, 'I')",
        "lookup(koef, 1, 1)",
        "luas(1)",
        "min()",
        "rows(jenis)",
        "years_between(jenis, mulai)",
        "cut(luas, 1000)",
        "1 in jenis",
        "(" * 240 + "1" + ")" * 240,
        "-" * 400 + "1",
        "1 + " * 150 + "1",
    ],
)
def test_what_is_not_in_the_language_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExpressionError) as error:
        value(text)
    assert error.value.message
    assert 0 <= error.value.position <= len(text)


def test_the_work_of_one_expression_is_bounded() -> None:
    facts = {"t": [{"x": Decimal(1)}] * 30_000}
    with pytest.raises(ExpressionError, match="terlalu lama"):
        parse("sum_of(t, 'x')").evaluate(facts)


def test_values_that_are_not_plain_data_stay_out() -> None:
    with pytest.raises(ExpressionError, match="tidak bisa dipakai"):
        parse("x").evaluate({"x": 0.1})
    with pytest.raises(ExpressionError, match="tidak bisa dipakai"):
        parse("x").evaluate({"x": print})


def test_the_names_that_an_expression_asks_for_are_known() -> None:
    assert parse("max(luas, 3) if jenis == 'a' else sum_of(lantai, 'x')").names == {
        *("luas", "jenis", "lantai"),
    }


TYPES = {
    "luas": "number",
    "jenis": "text",
    "setuju": "bool",
    "lahir": "date",
    "pilihan": "list",
    "lantai": "table",
    "lantai.tingkat": "number",
    "lantai.catatan": "text",
    "koef": "lookup",
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("luas * 2", "number"),
        ("jenis in ['a', 'b'] or not luas", "bool"),
        ("'a' in pilihan", "bool"),
        ("luas in [1, 2]", "bool"),
        ("sum_of(lantai, 'tingkat * lookup(koef, tingkat) * luas')", "number"),
        ("years_between(lahir, lahir) > 17", "bool"),
        ("jenis if setuju else 'x'", "text"),
        ("filled(jenis)", "bool"),
        ("lahir", "date"),
    ],
)
def test_the_kind_of_a_result_is_known_beforehand(text: str, kind: str) -> None:
    assert check(text, TYPES) == kind
    assert check(text, TYPES, kind) == kind


@pytest.mark.parametrize(
    ("text", "want", "message", "position"),
    [
        ("luaz * 2", None, "Nama 'luaz' tidak ada. Mungkin maksud Anda 'luas'", 0),
        ("1 + minn(luas, 2)", None, "Fungsi 'minn' tidak ada. Mungkin maksud Anda 'min'", 4),
        ("luas * jenis", None, "Di sini dibutuhkan angka, tetapi tertulis teks", 7),
        ("luas", "bool", "Di sini dibutuhkan ya/tidak, tetapi tertulis angka", 0),
        ("luas == 'a'", None, "Di sini dibutuhkan angka, tetapi tertulis teks", 8),
        ("jenis < 'b'", None, "Yang bisa dibandingkan hanya angka dan tanggal", 0),
        ("1 if luas else 2", None, "Di sini dibutuhkan ya/tidak, tetapi tertulis angka", 5),
        ("lookup(koef, lahir)", None, "Kunci tabel harus teks atau angka", 13),
        ("sum_of(lantai, 'catatan')", None, "Di sini dibutuhkan angka, tetapi tertulis teks", 16),
        ("sum_of(lantai, 'tinggat')", None, "Nama 'tinggat' tidak ada. Mungkin maksud Anda", 16),
        ("cut(luas, 1, 2)", None, "Banyaknya nilai untuk fungsi 'cut' tidak cocok", 0),
    ],
)
def test_a_mistake_is_found_before_use_with_its_place(
    text: str, want: str | None, message: str, position: int
) -> None:
    with pytest.raises(ExpressionError) as error:
        check(text, TYPES, want)
    assert error.value.message.startswith(message)
    assert error.value.position == position


def test_a_place_counts_letters_not_bytes() -> None:
    with pytest.raises(ExpressionError) as error:
        check("jenis == 'é…' and luaz > 1", TYPES)
    assert error.value.position == 18


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("luas * jumlah * 1000", "12,5 × 3 × 1.000"),
        ("(luas + 1) * 2 - (1 - jumlah)", "(12,5 + 1) × 2 − (1 − 3)"),
        ("luas / (jumlah * 2) / 5", "12,5 ÷ (3 × 2) ÷ 5"),
        ("cut(lookup(koef, 2) / 3, 3)", "dipotong(1,09 ÷ 3; 3)"),
        ("10 if setuju else 20", "10"),
        ("sum_of(lantai, 'luas_lantai') * 2", "150 × 2"),
        ("-luas", "−12,5"),
        ("jenis", "faskes"),
    ],
)
def test_a_formula_is_explained_with_its_numbers(text: str, explained: str) -> None:
    assert parse(text).explain(FACTS) == explained


@given(st.text(max_size=80) | st.text(alphabet="luasjmh0123456789.+-*/()'[], <>=", max_size=60))
def test_any_text_gives_a_value_or_a_refusal(text: str) -> None:
    try:
        parse(text).evaluate(FACTS)
    except ExpressionError:
        return
