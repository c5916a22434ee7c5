"""What a case's form asks, now that these answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from satupintu.cases.models import Attachment, Case
from satupintu.lib import fields
from satupintu.lib.expressions import holds
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from satupintu.people.models import Applicant

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class SectionState:
    """One row of the task list: not started, in progress, or done."""

    section: dict[str, Any]
    status: str  # empty | started | done
    errors: dict[str, str]


def all_fields(definition: Definition) -> list[dict[str, Any]]:
    return [field for section in definition["sections"] for field in section["fields"]]


def facts(case: Case) -> dict[str, Any]:
    """What conditions and tariffs may ask: the answers, and three things the case knows."""
    return {
        **fields.facts_of(case.answers, all_fields(case.definition)),
        "request": case.request_type,
        "applicant": case.applicant.kind,
        "levy": case.bill.total if case.bill else Decimal(0),
        "today": offices.today(),
    }


def from_profile(definition: Definition, applicant: Applicant) -> dict[str, Any]:
    """What the office knows already, for the fields that name a place in the profile."""
    known = {}
    for field in all_fields(definition):
        if place := field.get("profile"):
            part, _, key = place.partition(".")
            value = getattr(applicant, part)
            if key:
                value = value.get(key)
            elif isinstance(value, dict):
                value = value.get("text")
            if value:
                known[field["code"]] = value.lower() if part == "sex" else str(value)
    return known


def sections(case: Case, known: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    known = known if known is not None else facts(case)
    return [
        section
        for section in case.definition["sections"]
        if not section.get("when") or holds(section["when"], known)
    ]


def section(case: Case, code: str) -> dict[str, Any] | None:
    return next((found for found in sections(case) if found["code"] == code), None)


def requirements(case: Case, known: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    known = known if known is not None else facts(case)
    return [
        requirement
        for requirement in case.definition["requirements"]
        if not requirement.get("when") or holds(requirement["when"], known)
    ]


def requirement(case: Case, code: str) -> dict[str, Any] | None:
    return next((found for found in requirements(case) if found["code"] == code), None)


def section_states(case: Case) -> list[SectionState]:
    known = facts(case)
    states = []
    for found in sections(case, known):
        _, errors = fields.clean(found["fields"], case.answers, facts=known)
        codes = {field["code"] for field in found["fields"]}
        if not errors and found["code"] not in case.typed:
            status = "done"
        elif codes & case.answers.keys() or found["code"] in case.typed:
            status = "started"
        else:
            status = "empty"
        states.append(SectionState(found, status, errors))
    return states


def attachments(case: Case) -> dict[str, Attachment]:
    """The file in force for each requirement."""
    return {
        attachment.requirement: attachment
        for attachment in case.attachments.filter(current=True).select_related("file")
    }


def missing(case: Case) -> list[dict[str, Any]]:
    """What still keeps the case from being sent: [{"kind", "code", "section", "message"}]."""
    problems = [
        {"kind": "field", "code": code, "section": state.section["code"], "message": message}
        for state in section_states(case)
        for code, message in state.errors.items()
    ]
    given = attachments(case)
    problems += [
        {"kind": "requirement", "code": required["code"], "section": "", "message": ""}
        for required in requirements(case)
        if required.get("required") and required["code"] not in given
    ]
    return problems
