"""What a levy comes to, line by line, by the tariff that the assessment uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from satupintu.catalogue.packs.checks.facts import fields_of
from satupintu.lib import fields, tariff
from satupintu.lib.errors import both
from satupintu.lib.expressions import ExpressionError
from satupintu.offices import queries as offices


@dataclass(frozen=True)
class Line:
    code: str
    label: Any  # in both languages, as the pack has it
    explanation: str  # the formula with the numbers put in
    amount: Decimal


@dataclass(frozen=True)
class Sum:
    lines: list[Line]
    workings: list[Line]  # values that lines use, not amounts to pay
    total: Decimal


@dataclass(frozen=True)
class Estimate:
    answers: dict[str, Any]
    sum: Sum | None = None
    errors: dict[str, str] = field(default_factory=dict)  # by field; "" for all together


def asked_for_estimate(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions of a service's calculator; none where nothing is to be computed."""
    if definition["fee"]["kind"] != "levy":
        return []
    known = {one["code"]: one for one in fields_of(definition)}
    return [known[code] for code in definition["fee"].get("calculator", ())]


def estimate(definition: Mapping[str, Any], raw: Mapping[str, Any]) -> Estimate:
    """The levy for what somebody types, before anything was applied for."""
    asked = asked_for_estimate(definition)
    answers, errors = fields.clean(asked, raw, facts={"today": offices.today()})
    if errors:
        return Estimate(answers, errors=errors)
    facts = {
        "request": definition["request_types"][0]["code"],
        "applicant": definition["applicants"][0],
        **fields.facts_of(answers, fields_of(definition)),
    }
    try:
        return Estimate(answers, computed(definition, facts))
    except ExpressionError as error:
        sentence = both(
            "Isian ini belum cukup untuk menghitung biaya. {why}",
            "This is not enough to calculate the fee. {why}",
            why=error.message,
        )
        return Estimate(answers, errors={"": sentence})


def computed(definition: Mapping[str, Any], facts: Mapping[str, Any]) -> Sum:
    """Raises ExpressionError."""
    labels = {item["code"]: item["label"] for item in definition["fee"]["tariff"]["lines"]}
    found = tariff.compute(definition["fee"]["tariff"], facts)
    lines, workings = (
        [
            Line(
                line.code,
                labels[line.code],
                line.explanation,
                line.amount.quantize(Decimal("0.0001")).normalize(),
            )
            for line in rows
        ]
        for rows in (found.lines, found.workings)
    )
    return Sum(lines, workings, found.total)
