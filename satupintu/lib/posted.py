"""From the fields of an HTML form to one raw value per question, ready for `fields.clean`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

Field = Mapping[str, Any]


class Posted(Protocol):
    """What Django calls a QueryDict."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...
    def keys(self) -> Any: ...


def read(fields: Sequence[Field], posted: Posted) -> dict[str, Any]:
    """Dates come in three parts, points in two, table cells as code-row-column.

    `_add` (the code of a table) appends an empty row and `_remove` (code-row) takes one out: the
    buttons of a table that work without JavaScript.
    """
    return {field["code"]: _value(field, field["code"], posted) for field in fields}


def whole(typed: str) -> int | None:
    """A number that a page handed out, such as an id; None for anything else somebody sends."""
    # isdigit() would let "²" through, and int() refuses thousands of digits.
    return int(typed) if typed.isdecimal() and len(typed) < 16 else None


def key(typed: str) -> UUID | None:
    """The key of a form, by which the same form sent twice is known; None for anything else."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def is_changing_rows(posted: Posted) -> bool:
    """The form came back to get or lose a row, not to be saved."""
    return bool(posted.get("_add") or posted.get("_remove"))


def _value(field: Field, name: str, posted: Posted) -> Any:
    match field["type"]:
        case "date":
            parts = [
                str(posted.get(f"{name}_{part}", "")).strip() for part in ("day", "month", "year")
            ]
            return "-".join(parts) if any(parts) else posted.get(name, "")
        case "geo":
            point = {axis: str(posted.get(f"{name}_{axis}", "")).strip() for axis in ("lat", "lon")}
            return (
                {axis: text.replace(",", ".") for axis, text in point.items()}
                if any(point.values())
                else ""
            )
        case "checkbox" if field.get("options"):
            return posted.getlist(name)
        case "table":
            return _rows(field, name, posted)
    return posted.get(name, "")


def _rows(field: Field, name: str, posted: Posted) -> list[dict[str, Any]]:
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-")
    places = sorted({int(found[1]) for key in posted.keys() if (found := pattern.match(key))})  # noqa: SIM118
    rows = [
        {
            column["code"]: _value(column, f"{name}-{at}-{column['code']}", posted)
            for column in field["columns"]
        }
        for at in places
        if posted.get("_remove") != f"{name}-{at}"
    ]
    return [*rows, {}] if posted.get("_add") == name else rows
