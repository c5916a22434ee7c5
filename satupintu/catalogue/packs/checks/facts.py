"""What expressions may ask for, and whether they ask rightly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satupintu.catalogue.packs.problems import Problem
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Service
from satupintu.lib import expressions

# Beside the answers: the kind of request, person or company, and the levy once it is assessed.
ALWAYS = {"request": "text", "applicant": "text", "levy": "number"}
KINDS = {"number": "number", "money": "number", "date": "date", "checkbox": "bool", "table": "table"}


def kind_of(field: Mapping[str, Any]) -> str:
    return KINDS.get(field["type"], "text")


def fields_of(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [field for section in definition["sections"] for field in section["fields"]]


def fact_kinds(definition: Mapping[str, Any]) -> dict[str, str]:
    """Every name an expression of this service may use, with its kind."""
    kinds = dict(ALWAYS)
    for field in fields_of(definition):
        kinds[field["code"]] = kind_of(field)
        for column in field.get("columns", ()):
            kinds[f"{field['code']}.{column['code']}"] = kind_of(column)
    return kinds


def expression_problems(
    service: Service, path: Path_, text: str, kinds: Mapping[str, str], want: str
) -> Iterator[Problem]:
    try:
        expressions.check(text, kinds, want)
    except expressions.ExpressionError as error:
        yield service.problem(
            path, f"Ekspresi {text!r}: {error.message} (huruf ke-{error.position + 1}).",
            "Lihat bagian Ekspresi di packs/README.md.",
        )
