"""What expressions may ask for, and whether they ask rightly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satupintu.catalogue.packs.problems import Problem
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Service
from satupintu.lib import expressions, fields

# Beside the answers: the kind of request, person or company, and the levy once it is assessed.
ALWAYS = {"request": "text", "applicant": "text", "levy": "number"}


def fields_of(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [field for section in definition["sections"] for field in section["fields"]]


def fact_kinds(definition: Mapping[str, Any]) -> dict[str, str]:
    """Every name an expression of this service may use, with its kind."""
    return {**ALWAYS, **fields.types_of(well_formed(definition))}


def well_formed(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields without tables that forgot their columns, which are reported elsewhere."""
    return [item for item in fields_of(definition) if item["type"] != "table" or "columns" in item]


def expression_problems(
    service: Service, path: Path_, text: str, kinds: Mapping[str, str], want: str
) -> Iterator[Problem]:
    try:
        expressions.check(text, kinds, want)
    except expressions.ExpressionError as error:
        yield service.problem(
            path,
            f"Ekspresi {text!r}: {error.message} (huruf ke-{error.position + 1}).",
            "Lihat bagian Ekspresi di packs/README.md.",
        )
