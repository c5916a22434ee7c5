"""Between JSON and a form: what is asked, and answers as the form would have them typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from satupintu.api.v1.problems import Unfit
from satupintu.catalogue import queries as catalogue
from satupintu.lib.errors import both

UNKNOWN = both("Isian ini tidak ditanyakan di sini", "This is not asked here")
SHAPE = both("Bentuk isian ini tidak sesuai", "This answer has the wrong shape")
Field = Mapping[str, Any]


class _Misshaped(Exception):
    """It stands at `at`, below the question."""

    def __init__(self, *at: object, message: str = SHAPE) -> None:
        super().__init__()
        self.at, self.message = at, message


def question(field: Field, language: str) -> dict[str, Any]:
    return {
        "code": field["code"],
        "label": catalogue.text(field["label"], language),
        "hint": catalogue.text(field.get("hint", ""), language),
        "type": field["type"],
        "unit": field.get("unit", ""),
        "required": bool(field.get("required")),
        "sometimes": "when" in field,
        "options": [
            {"code": one["code"], "name": catalogue.text(one["name"], language)}
            for one in field.get("options", ())
        ],
        "columns": [question(column, language) for column in field.get("columns", ())],
    }


def typed(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as somebody would have typed them. Raises Unfit, which names each mistake."""
    known = {field["code"]: field for field in fields}
    raw: dict[str, Any] = {}
    problems: list[tuple[tuple[object, ...], str]] = []
    for code, value in given.items():
        try:
            if code not in known:
                raise _Misshaped(message=UNKNOWN)
            raw[code] = _typed(known[code], value)
        except _Misshaped as found:
            problems.append((("answers", code, *found.at), found.message))
    if problems:
        raise Unfit(problems)
    return raw


def refuse(errors: Mapping[str, str]) -> None:
    """Raises Unfit for what the form finds wrong, if anything."""
    if errors:
        raise Unfit([(("answers", *filter(None, [code])), errors[code]) for code in errors])


def _typed(field: Field, value: Any) -> Any:
    match field["type"]:
        case "table":
            rows = value if isinstance(value, list) else [] if value is None else None
            if rows is None:
                raise _Misshaped
            return [_row(field, row, at) for at, row in enumerate(rows)]
        case "geo" if isinstance(value, dict):
            return {axis: _word(value.get(axis), ".") for axis in ("lat", "lon")}
        case "checkbox" if field.get("options"):
            ticked = value if isinstance(value, list) else [] if value is None else [value]
            return [_word(one) for one in ticked]
    return _word(value)


def _row(field: Field, row: Any, at: int) -> dict[str, Any]:
    columns = {column["code"]: column for column in field["columns"]}
    if not isinstance(row, dict):
        raise _Misshaped(at)
    cells: dict[str, Any] = {}
    for code, value in row.items():
        try:
            if code not in columns:
                raise _Misshaped(message=UNKNOWN)
            cells[code] = _typed(columns[code], value)
        except _Misshaped as found:
            raise _Misshaped(at, code, *found.at, message=found.message) from None
    return cells


def _word(value: Any, point: str = ",") -> str:
    """One value; a number with the comma that people here put before decimals."""
    match value:
        case None | False:
            return ""
        case True:
            return "true"
        case int():
            return str(value)
        case float():
            return f"{Decimal(repr(value)):f}".replace(".", point)
        case str() if "\x00" not in value and _is_text(value):
            return value
    raise _Misshaped


def _is_text(value: str) -> bool:
    """What can be stored: half of a pair of UTF-16, which JSON can say, can not."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
