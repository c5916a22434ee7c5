"""Computing a fee from the tariff in a pack, line by line, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, NamedTuple

from satupintu.lib import expressions
from satupintu.lib.errors import both
from satupintu.lib.expressions import ExpressionError

_MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_CEILING}
_WHOLE_RUPIAH: Mapping[str, Any] = {"to": 1, "mode": "half_up"}


@dataclass(frozen=True)
class Line:
    code: str
    label: str
    formula: str  # as the pack writes it
    amount: Decimal
    explanation: str = ""  # the formula with the numbers put in


@dataclass(frozen=True)
class Assessment:
    lines: tuple[Line, ...]
    total: Decimal
    workings: tuple[Line, ...] = ()  # values that later lines use, not amounts to pay


class Problem(NamedTuple):
    path: str  # keys and indexes from the tariff down, as lines/2/formula
    message: str


def compute(tariff: Mapping[str, Any], facts: Mapping[str, Any]) -> Assessment:
    """Compute every line that applies and the rounded total. Raises ExpressionError.

    A line whose `when` does not hold is left out and counts as 0 for later lines.
    """
    with localcontext(Context(prec=50)):
        values = {**facts, **_tables(tariff)}
        lines: list[Line] = []
        workings: list[Line] = []
        for item in tariff["lines"]:
            values[item["code"]] = Decimal(0)
            if "when" in item and not expressions.holds(item["when"], values):
                continue
            line = _line(item, values)
            values[line.code] = line.amount
            (lines if item.get("show", True) else workings).append(line)
        total = sum((line.amount for line in lines), Decimal(0))
        if "total" in tariff:
            total = _amount(tariff["total"], values)
        return Assessment(tuple(lines), _rounded(total, tariff), tuple(workings))


def check(tariff: Mapping[str, Any], types: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a tariff, given the kinds of the facts it may use."""
    return list(_problems(tariff, types))


def _line(item: Mapping[str, Any], values: Mapping[str, Any]) -> Line:
    formula = item["formula"]
    label = item.get("label", item["code"])
    return Line(
        item["code"],
        label["id"] if isinstance(label, Mapping) else label,
        str(formula),
        _amount(formula, values),
        expressions.parse(str(formula)).explain(values),
    )


def _amount(formula: Any, values: Mapping[str, Any]) -> Decimal:
    amount = expressions.parse(str(formula)).evaluate(values)
    if isinstance(amount, Decimal):
        return amount
    raise ExpressionError(
        both("Rumus ini tidak menghasilkan angka", "This formula does not give a number"), 0
    )


def _rounded(total: Decimal, tariff: Mapping[str, Any]) -> Decimal:
    rounding = {**_WHOLE_RUPIAH, **tariff.get("rounding", {})}
    step = Decimal(rounding["to"])
    return (total / step).to_integral_value(_MODES[rounding["mode"]]) * step


def _tables(tariff: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _exact(table) for name, table in tariff.get("tables", {}).items()}


def _exact(table: Any) -> Any:
    """Numbers as the pack writes them: the shortest text of a float is what was written."""
    if isinstance(table, Mapping):
        return {str(key): _exact(value) for key, value in table.items()}
    return Decimal(str(table))


def _problems(tariff: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Problem]:
    known = dict(types)
    for name, table in tariff.get("tables", {}).items():
        yield from _check_table(table, f"tables/{name}")
        known[name] = "lookup" if isinstance(table, Mapping) else "number"
    for index, item in enumerate(tariff.get("lines", ())):
        here = f"lines/{index}"
        if item["code"] in known:
            yield Problem(f"{here}/code", f"Nama '{item['code']}' sudah dipakai")
        if "when" in item:
            yield from _check_formula(item["when"], known, "bool", f"{here}/when")
        yield from _check_formula(item["formula"], known, "number", f"{here}/formula")
        known[item["code"]] = "number"
    if not tariff.get("lines"):
        yield Problem("lines", "Tarif perlu paling sedikit satu baris")
    if "total" in tariff:
        yield from _check_formula(tariff["total"], known, "number", "total")
    rounding = {**_WHOLE_RUPIAH, **tariff.get("rounding", {})}
    if rounding["mode"] not in _MODES:
        yield Problem("rounding/mode", f"Cara pembulatan yang ada: {', '.join(_MODES)}")
    if not isinstance(rounding["to"], int) or rounding["to"] < 1:
        yield Problem("rounding/to", "Pembulatan ditulis dengan angka bulat, misalnya 100")


def _check_table(table: Any, path: str) -> Iterator[Problem]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield from _check_table(value, f"{path}/{key}")
        return
    try:
        fits = not isinstance(table, bool) and Decimal(str(table)).is_finite()
    except ArithmeticError:
        fits = False
    if not fits:
        yield Problem(path, "Isi tabel tarif harus angka, misalnya 1.125")


def _check_formula(text: Any, known: Mapping[str, str], want: str, path: str) -> Iterator[Problem]:
    try:
        expressions.check(str(text), known, want)
    except ExpressionError as error:
        yield Problem(path, f"{error.message} (huruf ke-{error.position + 1})")
