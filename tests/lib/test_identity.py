"""The identity vectors of domain.md 5 and the masks of domain.md 14."""

from __future__ import annotations

from datetime import date

import pytest

from satupintu.lib import identity
from satupintu.lib.errors import Refused

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("number", "born", "sex", "area"),
    [
        ("3171011708450001", date(1945, 8, 17), "L", "31.71.01"),
        ("7271014108900001", date(1990, 8, 1), "P", "72.71.01"),
        ("1671055203850002", date(1985, 3, 12), "P", "16.71.05"),
        ("1872013112990003", date(1999, 12, 31), "L", "18.72.01"),
        ("6371056002000001", date(2000, 2, 20), "P", "63.71.05"),
        ("3574011506780004", date(1978, 6, 15), "L", "35.74.01"),
    ],
)
def test_a_nik_tells_birth_date_sex_and_area(number: str, born: date, sex: str, area: str) -> None:
    assert identity.nik(number, today=TODAY) == identity.Nik(number, born, sex, area)


def test_a_nik_may_be_typed_with_spaces() -> None:
    assert identity.nik("3171 0117 0845 0001", today=TODAY).number == "3171011708450001"


def test_a_birth_date_is_never_in_the_future() -> None:
    assert identity.nik("3171012011260001", today=TODAY).birth_date == date(2026, 11, 20)
    assert identity.nik("3171012111260001", today=TODAY).birth_date == date(1926, 11, 21)


@pytest.mark.parametrize(
    "number", ["3502027102019913", "3171013002001234", "7271010000900001", "7271014108900000"]
)
def test_a_nik_with_an_impossible_part_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="Cocokkan lagi dengan KTP"):
        identity.nik(number, today=TODAY)


def test_a_short_nik_is_refused_with_the_count() -> None:
    with pytest.raises(Refused) as refusal:
        identity.nik("727101410890001")
    assert refusal.value.message == "NIK harus 16 angka. Anda mengisi 15 angka"


def test_letters_in_a_nik_are_named_as_the_problem() -> None:
    with pytest.raises(Refused, match="hanya berisi angka"):
        identity.nik("317101170845000O")


def test_both_lengths_of_a_tax_number_are_stored_as_16_digits() -> None:
    assert identity.npwp("01.312.166.0-091.000") == "0013121660091000"
    assert identity.npwp("0013121660091000") == "0013121660091000"
    assert identity.npwp("3171011708450001") == "3171011708450001"


@pytest.mark.parametrize("number", ["013121661091000", "3502027102019913", "01312166009100"])
def test_a_wrong_tax_number_is_refused(number: str) -> None:
    with pytest.raises(Refused):
        identity.npwp(number)


def test_a_business_number_has_13_digits() -> None:
    assert identity.nib("9120 0012 3456 7") == "9120001234567"
    with pytest.raises(Refused, match=r"NIB harus 13 angka\. Anda mengisi 12 angka"):
        identity.nib("912000123456")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("812 3456 7890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("62 81234567890", "+6281234567890"),
        ("+62 0812 3456 7890", "+6281234567890"),
        ("(0451) 421234", "+62451421234"),
        ("+60 12-345 6789", "+60123456789"),
    ],
)
def test_a_phone_number_is_stored_with_its_country(typed: str, number: str) -> None:
    assert identity.phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "0812", "0802-3456-7890", "08123456789012345", "+62abc", "+"]
)
def test_an_incomplete_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="Tulis nomor telepon lengkap"):
        identity.phone(typed)


def test_masks_hide_what_a_neighbour_must_not_learn() -> None:
    assert identity.mask_nik("7271014108900001") == "727101******0001"
    assert identity.mask_name("Budi Santoso") == "B*** S******"
    assert identity.mask_phone("+6281234567890") == "+62812****7890"
    assert identity.mask_email("budi@contoh.id") == "b***@contoh.id"
    assert identity.mask_npwp("0013121660091000") == "0013************00"


def test_a_short_phone_number_keeps_four_digits_hidden() -> None:
    assert identity.mask_phone("+62451421234") == "+624****1234"
