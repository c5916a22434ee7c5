"""Answers as people read them: on the check page, on the officer's page, and in documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from satupintu import workflow
from satupintu.cases.queries import form
from satupintu.catalogue import queries as catalogue
from satupintu.lib import fields
from satupintu.lib.expressions import holds
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.cases.models import Case
    from satupintu.offices.models import Area

# Why a step of RT or RW was passed over, as it stands with the task.
POST_VACANT = "Jabatan kosong, dilewati"
OWN_POST = "Pemohon sendiri pejabatnya, dilewati"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def said(
    field: Mapping[str, Any],
    value: Any,
    language: str = "id",
    areas: Mapping[str, str] | None = None,
) -> str:
    """One answer in words; empty when nothing was answered. `areas` are names known already."""
    if value in (None, "", [], {}):
        return ""
    if options := field.get("options"):
        names = {option["code"]: catalogue.text(option["name"], language) for option in options}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(names.get(code, str(code)) for code in chosen)
    match field["type"]:
        case "date" if language == "en":
            return f"{(day := date.fromisoformat(value)).day} {MONTHS[day.month - 1]} {day.year}"
        case "date":
            return permits.long_date(date.fromisoformat(value))
        case "checkbox" if language == "en":
            return "Yes" if value else "No"
        case "area":
            return (areas or {}).get(value) or area_name(value)
        case "table":
            return "; ".join(
                ", ".join(
                    words
                    for column in field["columns"]
                    if (words := said(column, row.get(column["code"]), language, areas))
                )
                for row in value
            )
    return fields.shown(field, value)


def area_name(code: str) -> str:
    """Imopuro, Kecamatan Metro Pusat."""
    return _full_name(offices.area(code))


def area_names(fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, str]:
    """The names of all areas in these answers, asked for at once."""
    codes: set[str] = set()
    for field in fields:
        value = answers.get(field["code"])
        if field["type"] == "area" and value:
            codes.add(value)
        elif field["type"] == "table":
            inner = [column["code"] for column in field["columns"] if column["type"] == "area"]
            codes |= {row[code] for row in value or () for code in inner if row.get(code)}
    if not codes:
        return {}
    return {area.code: _full_name(area) for area in offices.named_areas(tuple(codes))}


def _full_name(area: Area) -> str:
    if area.kind == "kelurahan" and area.parent:
        return f"Kelurahan {area.name}, Kecamatan {area.parent.name}"
    if area.kind in ("rw", "rt"):  # named with their kelurahan: RT 001 RW 002 Ketapang
        district = area
        while district.parent:
            district = district.parent
        return f"{area.name}, Kecamatan {district.name}"
    return f"{area.get_kind_display()} {area.name}"


def written(case: Case) -> dict[str, str]:
    """Every answer of the case in words, by field code."""
    asked = form.all_fields(case.definition)
    areas = area_names(asked, case.answers)
    return {
        field["code"]: said(field, case.answers.get(field["code"]), areas=areas) for field in asked
    }


def with_unit(field: dict[str, Any], words: str) -> str:
    return f"{words} {field['unit']}" if words and isinstance(field.get("unit"), str) else words


def read_back(case: Case, language: str = "id") -> list[dict[str, Any]]:
    """The form as a summary: [{"section", "rows": [{"field", "label", "value"}]}]."""
    known = form.facts(case)
    areas = area_names(form.all_fields(case.definition), case.answers)
    return [
        {
            "section": section,
            "rows": [
                {
                    "field": field,
                    "label": catalogue.text(field["label"], language),
                    "value": with_unit(
                        field, said(field, case.answers.get(field["code"]), language, areas)
                    ),
                }
                for field in section["fields"]
                if not field.get("when") or holds(field["when"], known)
            ],
        }
        for section in form.sections(case, known)
    ]


def request_name(case: Case, language: str = "id") -> str:
    for known in case.definition["request_types"]:
        if known["code"] == case.request_type:
            return catalogue.text(known["name"], language)
    return case.request_type


def step_names(case: Case) -> dict[str, Any]:
    """What the steps of a case are called, in both languages."""
    return {step["step"]: step["name"] for step in workflow.steps(case.process) if "name" in step}


def step_name(case: Case, code: str, language: str = "id") -> str:
    step = workflow.step(case.process, code)
    return catalogue.text(step.get("name", code), language)
