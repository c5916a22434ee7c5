"""Rupiah in figures and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.errors import Refused
from satupintu.lib.money import grouped, in_words, parse_rupiah, rupiah


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "Rp\u00a00"),
        (1250000, "Rp\u00a01.250.000"),
        (Decimal("849245.625"), "Rp\u00a0849.245,63"),
        (Decimal("0.5"), "Rp\u00a00,50"),
        (-5000, "-Rp\u00a05.000"),
    ],
)
def test_an_amount_is_written_the_indonesian_way(amount: Decimal | int, written: str) -> None:
    assert rupiah(amount) == written


def test_a_number_keeps_every_digit() -> None:
    assert grouped(Decimal("1234567.000250")) == "1.234.567,00025"
    assert grouped(Decimal("1E+3")) == "1.000"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (11, "sebelas rupiah"),
        (15, "lima belas rupiah"),
        (20, "dua puluh rupiah"),
        (100, "seratus rupiah"),
        (101, "seratus satu rupiah"),
        (1000, "seribu rupiah"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan rupiah"),
        (111_111, "seratus sebelas ribu seratus sebelas rupiah"),
        (101_000, "seratus satu ribu rupiah"),
        (1_000_000, "satu juta rupiah"),
        (1_250_000, "satu juta dua ratus lima puluh ribu rupiah"),
        (8_763_300, "delapan juta tujuh ratus enam puluh tiga ribu tiga ratus rupiah"),
        (2_000_001_000, "dua miliar seribu rupiah"),
        (1_000_000_000_000, "satu triliun rupiah"),
    ],
)
def test_an_amount_is_spelled_out(amount: int, words: str) -> None:
    assert in_words(amount) == words


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_different_amounts_have_different_words(a: int, b: int) -> None:
    assert (in_words(a) == in_words(b)) == (a == b)


@pytest.mark.parametrize(
    "typed", ["1250000", "1.250.000", "Rp 1.250.000", "rp1.250.000,00", "Rp. 1.250.000,-"]
)
def test_an_amount_is_read_as_people_type_it(typed: str) -> None:
    assert parse_rupiah(typed) == 1250000


@pytest.mark.parametrize("typed", ["", "seribu", "1,250,000", "1.25", "-5", "1 juta", "9" * 20])
def test_an_amount_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        parse_rupiah(typed)


@given(st.integers(0, 10**15 - 1))
def test_what_is_written_reads_back_as_the_same_amount(amount: int) -> None:
    assert parse_rupiah(rupiah(amount)) == amount
