"""Rupiah in figures and in words."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from satupintu.lib.errors import Refused, both

_SMALL = [
    *("nol", "satu", "dua", "tiga", "empat", "lima"),
    *("enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"),
]
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"))
_TYPED = re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<part>\d{1,2}|-))?")
_MOST = 10**15


def grouped(value: Decimal | int) -> str:
    """Write a number the Indonesian way, exactly: 1234.50 becomes 1.234,5."""
    whole, _, part = f"{Decimal(value):,f}".partition(".")
    whole, part = whole.replace(",", "."), part.rstrip("0")
    return f"{whole},{part}" if part else whole


def rupiah(value: Decimal | int) -> str:
    """Write an amount as Rp 1.250.000 with a no-break space; parts of a rupiah as two digits."""
    amount = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, _, part = f"{abs(amount):,f}".partition(".")
    tail = "" if part == "00" else f",{part}"
    return f"{'-' if amount < 0 else ''}Rp\u00a0{whole.replace(',', '.')}{tail}"


def in_words(n: int) -> str:
    """Spell out an amount, as official letters and receipts show it beside the figures."""
    if not 0 <= n < _MOST:
        raise ValueError("only amounts from 0 up to a thousand trillion are spelled out")
    return f"{_spelled(n)} rupiah"


def _spelled(n: int) -> str:
    for size, name in _SCALES:
        if n >= size:
            count, rest = divmod(n, size)
            # A single hundred or thousand is "seratus", "seribu"; a million is "satu juta".
            head = f"se{name}" if count == 1 and size <= 1000 else f"{_spelled(count)} {name}"
            return f"{head} {_spelled(rest)}" if rest else head
    if n >= 20:
        tens, rest = divmod(n, 10)
        return f"{_SMALL[tens]} puluh {_SMALL[rest]}" if rest else f"{_SMALL[tens]} puluh"
    return f"{_SMALL[n - 10]} belas" if n >= 12 else _SMALL[n]


def parse_rupiah(text: str) -> Decimal:
    """Read an amount as people type it: 1250000, 1.250.000, Rp 1.250.000,50. Raises Refused."""
    bare = re.sub(r"\s", "", re.sub(r"^\s*rp\.?", "", text, flags=re.IGNORECASE))
    found = _TYPED.fullmatch(bare)
    if not found:
        raise Refused(
            both(
                "Tulis jumlah uang dengan angka, misalnya 1.250.000",
                "Write the amount of money in figures, for example 1.250.000",
            )
        )
    whole, part = found["whole"].replace(".", ""), found["part"]
    amount = Decimal(f"{whole}.{part}") if part and part != "-" else Decimal(whole)
    if amount >= _MOST:
        raise Refused(
            both(
                "Jumlah uang terlalu besar. Periksa lagi angkanya",
                "The amount of money is too large. Check its figures",
            )
        )
    return amount
