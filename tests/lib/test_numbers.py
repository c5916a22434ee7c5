"""Case numbers, months in Roman figures, and number templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.numbers import case_number, check, format_number, normalise, roman

SECRET = "only-for-tests"


def test_a_case_number_has_the_year_a_count_and_a_mark() -> None:
    number = case_number(2026, 4512, SECRET)
    assert number.startswith("2026-004512-")
    assert len(number) == 15
    assert check(number, SECRET)


@given(st.integers(2020, 2099), st.integers(1, 10**9 - 1), st.data())
def test_a_number_is_known_again_however_it_is_typed(
    year: int, n: int, data: st.DataObject
) -> None:
    number = case_number(year, n, SECRET)
    slips = {"0": "0Oo", "1": "1IiLl", "-": ["-", "", " ", " - "]}
    typed = "".join(
        data.draw(st.sampled_from(list(slips.get(letter, [letter, letter.lower()]))))
        for letter in number
    )
    assert normalise(f" {typed} ") == number
    assert check(typed, SECRET)


def test_a_neighbours_number_can_not_be_guessed() -> None:
    mark = case_number(2026, 4512, SECRET)[-3:]
    others = [case_number(2026, n, SECRET) for n in range(1, 300) if n != 4512]
    assert sum(other.endswith(mark) for other in others) < 3
    assert not check(f"2026-004513-{mark}", SECRET)
    assert not check(case_number(2026, 4512, "another"), SECRET)


@pytest.mark.parametrize("typed", ["", "-", "2026", "2026-004512", "2026-004512-UUU", "é" * 13])
def test_other_texts_are_no_case_numbers(typed: str) -> None:
    assert not check(typed, SECRET)


def test_months_are_written_in_roman_figures() -> None:
    assert [roman(month) for month in (1, 4, 9, 12)] == ["I", "IV", "IX", "XII"]
    with pytest.raises(ValueError, match="1 to 12"):
        roman(0)


def test_a_number_template_is_filled() -> None:
    number = format_number(
        "500.16.7.2/{number:04}/SIPP/{unit}/{month_roman}/{year}",
        number=45,
        unit="DPMPTSP",
        month_roman=roman(11),
        year=2026,
    )
    assert number == "500.16.7.2/0045/SIPP/DPMPTSP/XI/2026"


@pytest.mark.parametrize(
    "template", ["{number.real}", "{number!r}", "{unit}", "{number:>99}", "{}", "{number[0]}"]
)
def test_a_template_can_not_reach_into_the_values(template: str) -> None:
    with pytest.raises(ValueError, match="can not be filled"):
        format_number(template, number=1)
