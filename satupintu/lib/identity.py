"""Numbers that identify people and companies, and how to hide them (domain.md 5 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import phonenumbers

from satupintu.lib.errors import Refused, both

_SEPARATORS = re.compile(r"[\s.\-()/]")
_MOBILE = re.compile(r"\+628[1-9]\d{7,10}")
_CITY_CODES_OF_THREE = frozenset(["021", "022", "024", "031", "061"])
_FEMALE = 40  # added to the day of birth of women
_EASTERN = timezone(timedelta(hours=9))  # where a new day of the country begins


@dataclass(frozen=True)
class Nik:
    number: str
    birth_date: date
    sex: str  # "L" or "P", as on the identity card
    area_code: str  # of the first registration, as 72.71.01; people move, the number stays


def nik(text: str, *, today: date | None = None) -> Nik:
    """Read a national identity number. Raises Refused. The area is never a reason to refuse."""
    number = _digits(text, "NIK", 16)
    today = today or datetime.now(_EASTERN).date()
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    sex = "P" if day > _FEMALE else "L"
    born = _birth_date(day - _FEMALE if sex == "P" else day, month, year, today)
    if born is None:
        raise Refused(
            both(
                "Angka ke-7 sampai ke-12 pada NIK adalah tanggal lahir, dan tanggal itu tidak ada. "
                "Cocokkan lagi dengan KTP",
                "Digits 7 to 12 of a NIK are the date of birth, and there is no such date. "
                "Compare it with the identity card",
            )
        )
    if number.endswith("0000"):
        raise Refused(
            both(
                "Empat angka terakhir NIK bukan 0000. Cocokkan lagi dengan KTP",
                "The last four digits of a NIK are never 0000. Compare it with the identity card",
            )
        )
    return Nik(number, born, sex, f"{number[:2]}.{number[2:4]}.{number[4:6]}")


def _birth_date(day: int, month: int, year: int, today: date) -> date | None:
    """The number keeps two digits of the year: the latest century that is not in the future."""
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= today:
            return born
    return None


def npwp(text: str) -> str:
    """Read a tax number of 15 or 16 digits and answer with the 16 digits. Raises Refused."""
    number = _SEPARATORS.sub("", text)
    if len(number) == 15:
        number = f"0{number}"
    number = _digits(number, "NPWP", 16, asked=both("15 atau 16", "15 or 16"))
    if not number.startswith("0"):
        try:
            return nik(number).number
        except Refused as refusal:
            raise Refused(
                both(
                    "NPWP 16 angka untuk perorangan sama dengan NIK. Cocokkan lagi dengan KTP",
                    "A person's NPWP of 16 digits is the same as the NIK. "
                    "Compare it with the identity card",
                )
            ) from refusal
    if not _luhn(number[:10]):
        raise Refused(
            both(
                "Ada angka NPWP yang keliru. Cocokkan lagi dengan kartu NPWP",
                "A digit of the NPWP is wrong. Compare it with the NPWP card",
            )
        )
    return number


def nib(text: str) -> str:
    """Read a business number of 13 digits. Raises Refused."""
    return _digits(text, "NIB", 13)


def kk(text: str) -> str:
    """Read the number of a family card, 16 digits. Raises Refused."""
    return _digits(text, both("Nomor kartu keluarga", "The family card number"), 16)


def phone(text: str) -> str:
    """Read a phone number as typed, answer as +62…; other lands need their +. Raises Refused."""
    bare = _SEPARATORS.sub("", text)
    if not bare.startswith("+"):
        bare = f"+{bare}" if bare.startswith("62") else f"+62{bare}"
    bare = bare.replace("+620", "+62", 1)
    if not _exists(bare):
        raise Refused(
            both(
                "Tulis nomor telepon lengkap, misalnya 0812-3456-7890 atau (0451) 421234",
                "Write the whole phone number, for example 0812-3456-7890 or (0451) 421234",
            )
        )
    return bare


def shown_phone(number: str) -> str:
    """+6281234567890 as people write it: 0812-3456-7890; of a city: (0451) 421234."""
    if not number.startswith("+62"):
        return number
    local = f"0{number[3:]}"
    if local.startswith("08"):
        return "-".join(filter(None, (local[:4], local[4:8], local[8:])))
    area = 3 if local[:3] in _CITY_CODES_OF_THREE else 4
    return f"({local[:area]}) {local[area:]}"


def _exists(number: str) -> bool:
    if number.startswith("+628"):
        return bool(_MOBILE.fullmatch(number))
    if not re.fullmatch(r"\+[0-9]{8,15}", number):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def mask_nik(number: str) -> str:
    return f"{number[:6]}******{number[-4:]}"


def mask_name(name: str) -> str:
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def mask_phone(number: str) -> str:
    shown = max(min(6, len(number) - 8), 0)  # at least four digits stay hidden
    return f"{number[:shown]}{'*' * (len(number) - shown - 4)}{number[-4:]}"


def mask_email(address: str) -> str:
    name, _, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"


def mask_npwp(number: str) -> str:
    return f"{number[:4]}{'*' * 12}{number[-2:]}"


def _digits(text: str, what: str, length: int, *, asked: str = "") -> str:
    number = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9]*", number):
        raise Refused(
            both(
                "{what} hanya berisi angka. Hapus huruf dan tanda lain",
                "{what} has digits only. Remove letters and other signs",
                what=what,
            )
        )
    if len(number) != length:
        raise Refused(
            both(
                "{what} harus {asked} angka. Anda mengisi {typed} angka",
                "{what} must have {asked} digits. You gave {typed}",
                what=what,
                asked=asked or length,
                typed=len(number),
            )
        )
    return number


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
