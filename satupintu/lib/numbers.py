"""Numbers that people read, type and file."""

from __future__ import annotations

import hashlib
import hmac
import re
from string import Formatter
from typing import Any

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_CASE = re.compile(r"(?P<year>\d{4})(?P<n>\d{6,9})(?P<mark>[0-9A-HJKMNP-TV-Z]{3})")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_WIDTH = re.compile(r"0?[1-9]?")


def case_number(year: int, n: int, secret: str) -> str:
    """The public number of a case; its last part keeps a neighbour's number from being guessed."""
    plain = f"{year:04}-{n:06}"
    return f"{plain}-{_mark(plain, secret)}"


def check(number: str, secret: str) -> bool:
    """Whether a case number, as a person typed it, is one that `case_number` made."""
    plain, _, mark = normalise(number).rpartition("-")
    return bool(plain) and hmac.compare_digest(mark.encode(), _mark(plain, secret).encode())


def follow_code(number: str, secret: str) -> str:
    """The code on the receipt of a case: with it, whoever has no account opens the case again."""
    digest = hmac.new(secret.encode(), f"follow|{number}".encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[:5], "big")
    letters = "".join(_CROCKFORD[value >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def is_follow_code(typed: str, number: str, secret: str) -> bool:
    """Whether this is the code of that case, however it was typed."""
    bare = re.sub(r"[\s.\-–]", "", typed).upper().translate(_LOOKALIKES)
    wanted = follow_code(number, secret).replace("-", "")
    return hmac.compare_digest(bare.encode(), wanted.encode())


def normalise(text: str) -> str:
    """Read a case number with its usual slips: small letters, spaces, O for 0, I or L for 1."""
    bare = re.sub(r"[\s.\-–/#]", "", text).upper().translate(_LOOKALIKES)
    found = _CASE.fullmatch(bare)
    return f"{found['year']}-{found['n']}-{found['mark']}" if found else bare


def roman(month: int) -> str:
    """The month as letters of the city write it."""
    if not 1 <= month <= 12:
        raise ValueError("a month is 1 to 12")
    return _ROMAN[month - 1]


def format_number(template: str, **values: Any) -> str:
    """Fill a number template such as {number:04}/SIPP/{unit}/{month_roman}/{year}.

    Raises ValueError for a name that has no value, or anything beyond a name and a width.
    """
    parts = []
    for text, name, width, conversion in Formatter().parse(template):
        parts.append(text)
        if name is None:
            continue
        # Attributes and indexes of str.format would reach into the values.
        if name not in values or conversion or not _WIDTH.fullmatch(width or ""):
            raise ValueError(f"'{{{name}}}' can not be filled in '{template}'")
        parts.append(format(values[name], width or ""))
    return "".join(parts)


def _mark(plain: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), plain.encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[:2], "big")
    return "".join(_CROCKFORD[value >> shift & 31] for shift in (10, 5, 0))
