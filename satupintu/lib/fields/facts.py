"""Answers as expressions count with them, and as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from satupintu.lib import identity
from satupintu.lib.money import grouped, rupiah

Field = Mapping[str, Any]


def facts_of(answers: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The answers as expressions count with them; what was not answered is None or empty."""
    return {
        field["code"]: _fact(field, answers.get(field["code"]))
        for field in fields
        if field["type"] != "geo"
    }


def types_of(fields: Sequence[Field]) -> dict[str, str]:
    """The kinds of these facts, for `expressions.check`."""
    types = {}
    for field in fields:
        code, kind = field["code"], _kind(field)
        if kind:
            types[code] = kind
        if kind == "table":
            columns = types_of(field["columns"])
            types.update({f"{code}.{column}": kind for column, kind in columns.items()})
    return types


def shown(field: Field, answer: Any) -> str:
    """An answer as people read it; an area stays its code, a table its number of rows."""
    match field["type"]:
        case _ if answer is None:
            return ""
        case "number":
            return grouped(Decimal(answer))
        case "money":
            return rupiah(Decimal(answer))
        case "date":
            return f"{date.fromisoformat(answer):%d-%m-%Y}"
        case "time":
            return str(answer).replace(":", ".")
        case "phone":
            return identity.shown_phone(str(answer))
        case "geo":
            return f"{answer['lat']}, {answer['lon']}"
        case "table":
            return f"{len(answer)} baris"
        case "checkbox" if not field.get("options"):
            return "Ya" if answer else "Tidak"
        case "select" | "radio" | "checkbox":
            chosen = answer if isinstance(answer, list) else [answer]
            names = {option["code"]: _words(option["name"]) for option in field["options"]}
            return ", ".join(names.get(code, str(code)) for code in chosen)
    return str(answer)


def _kind(field: Field) -> str:
    match field["type"]:
        case "number" | "money":
            return "number"
        case "date" | "table" as same:
            return str(same)
        case "geo":
            return ""
        case "checkbox":
            return "list" if field.get("options") else "bool"
    return "text"


def _fact(field: Field, answer: Any) -> Any:
    kind = _kind(field)
    if kind == "table":
        return [facts_of(row, field["columns"]) for row in answer or ()]
    if kind == "list":
        return list(answer or ())
    if answer is None:
        return None
    if kind == "number":
        return Decimal(answer)
    return date.fromisoformat(answer) if kind == "date" else answer


def _words(text: Any) -> str:
    return str(text["id"]) if isinstance(text, Mapping) else str(text)
