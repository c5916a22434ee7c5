"""The functions of the language: what each takes, gives and does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from satupintu.lib.errors import both


class Empty(Exception):
    """A value that is counted with has not been answered yet."""


class Wrong(Exception):
    """A value can not be counted with; the text says why."""


@dataclass(frozen=True)
class Function:
    run: Callable[..., Any]
    takes: tuple[str, ...]
    gives: str
    optional: int = 0
    repeats: bool = False

    @property
    def least(self) -> int:
        return len(self.takes) - self.optional

    def takes_at(self, place: int) -> str:
        return self.takes[min(place, len(self.takes) - 1)]

    def accepts(self, count: int) -> bool:
        return count >= self.least and (self.repeats or count <= len(self.takes))


def number(value: Any) -> Decimal:
    if value is None:
        raise Empty
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise Wrong(both("Yang bisa dihitung hanya angka", "Only numbers can be counted with"))
    return Decimal(value)


def _day(value: Any) -> date:
    if value is None:
        raise Empty
    if not isinstance(value, date):
        raise Wrong("Nilai ini bukan tanggal")
    return value


def _places(digits: Any) -> Decimal:
    places = number(digits)
    if places != int(places) or not 0 <= places <= 12:
        raise Wrong("Banyaknya angka di belakang koma antara 0 dan 12")
    return Decimal(1).scaleb(-int(places))


def _rounded(mode: str) -> Callable[..., Decimal]:
    def run(value: Any, digits: Any = 0) -> Decimal:
        return number(value).quantize(_places(digits), mode)

    return run


def _rows(table: Any) -> Decimal:
    return Decimal(len(rows_of(table)))


def rows_of(table: Any) -> list[Mapping[str, Any]]:
    if table is None:
        raise Empty
    if not isinstance(table, list | tuple):
        raise Wrong("Nilai ini bukan tabel isian")
    return list(table)


def _lookup(table: Any, *keys: Any) -> Decimal:
    for key in keys:
        if key is None:
            raise Empty
        if not isinstance(table, Mapping):
            raise Wrong("Kunci tabel ini terlalu banyak")
        name = _key(key)
        if name not in table:
            raise Wrong(
                both("Tabel ini tidak memuat '{name}'", "This table has no '{name}'", name=name)
            )
        table = table[name]
    if isinstance(table, Mapping):
        raise Wrong("Kunci tabel ini kurang")
    return number(table)


def _key(value: Any) -> str:
    if isinstance(value, Decimal | int):
        exact = Decimal(value)
        return str(int(exact)) if exact == exact.to_integral_value() else f"{exact.normalize():f}"
    return str(value)


def _years_between(start: Any, end: Any) -> Decimal:
    """Full years; who is born on 29 February is a year older on 1 March."""
    first, last = _day(start), _day(end)
    return Decimal(last.year - first.year - ((last.month, last.day) < (first.month, first.day)))


def _days_between(start: Any, end: Any) -> Decimal:
    return Decimal((_day(end) - _day(start)).days)


def _filled(value: Any) -> bool:
    return value is not None and value != "" and value != []


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(lambda *values: min(map(number, values)), ("number",), "number", repeats=True),
    "max": Function(lambda *values: max(map(number, values)), ("number",), "number", repeats=True),
    "round_half_up": Function(_rounded(ROUND_HALF_UP), ("number", "number"), "number", optional=1),
    "cut": Function(_rounded(ROUND_DOWN), ("number", "number"), "number", optional=1),
    "floor": Function(_rounded(ROUND_FLOOR), ("number",), "number"),
    "ceil": Function(_rounded(ROUND_CEILING), ("number",), "number"),
    "rows": Function(_rows, ("table",), "number"),
    "sum_of": Function(lambda *values: sum(values, Decimal(0)), ("table", "row"), "number"),
    "lookup": Function(_lookup, ("lookup", "key"), "number", repeats=True),
    "years_between": Function(_years_between, ("date", "date"), "number"),
    "days_between": Function(_days_between, ("date", "date"), "number"),
    "filled": Function(_filled, ("any",), "bool"),
}
