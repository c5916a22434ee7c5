"""Sections, fields and requirements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from satupintu.catalogue.packs.checks.facts import (
    ALWAYS,
    expression_problems,
    fact_kinds,
    fields_of,
)
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Pack, Service
from satupintu.catalogue.packs.texts import localized
from satupintu.lib.expressions.functions import FUNCTIONS

RESERVED = {
    *ALWAYS,
    *FUNCTIONS,
    "true",
    "false",
    "and",
    "or",
    "not",
    "if",
    "else",
    "in",
    "is",
    "for",
    "lambda",
    "none",
}
# A field of such a name would hide what every form on a page has, and its scripts send nothing.
OF_EVERY_FORM = {"form", "submit", "elements"}
DATE = re.compile(r"today|\d{4}-\d{2}-\d{2}")
WHO_ASKS = {"name", "nik", "birth_date", "area", "phone"}
WITH_OPTIONS = {"select", "radio"}
WITH_BOUNDS = {"text", "textarea", "address", "number", "money", "date", "table"}


def service_problems(service: Service, pack: Pack) -> Iterator[Problem]:
    """The service's own words: sector, office, request types, and the public standard."""
    data = service.definition
    if data["sector"] not in pack.sectors:
        yield service.problem(
            ("sector",),
            f"Bidang {data['sector']!r} tidak ada di sectors.yaml.",
            nearest(data["sector"], pack.sectors),
        )
    offices = {office["code"] for office in pack.offices}
    if data["office"].startswith("area:"):
        yield from area_problems(service, ("office",), data["office"], pack)
    elif data["office"] not in offices:
        yield service.problem(
            ("office",),
            f"Unit {data['office']!r} tidak ada di offices.yaml.",
            nearest(data["office"], offices),
        )
    yield from _twice(service, ("request_types",), data["request_types"])
    yield from _public_standard(service, data)
    known = {item.get("profile") for item in fields_of(data)}
    if data["without_account"] and (lacking := WHO_ASKS - known):
        yield service.problem(
            ("without_account",),
            f"Tanpa akun, formulir harus menanyakan siapa pemohonnya: tidak ada isian dengan "
            f"profile {', '.join(sorted(lacking))}.",
            "Pakai bagian warga (`use: warga`), atau tambahkan profile pada isian yang sesuai.",
        )


def area_problems(service: Service, path: Path_, office: str, pack: Pack) -> Iterator[Problem]:
    """`area:<field>` or `area:<field>:<kind>`: the field asks for an area, units serve areas."""
    _, _, rest = office.partition(":")
    code, _, kind = rest.partition(":")
    areas = {item["code"] for item in fields_of(service.definition) if item["type"] == "area"}
    kinds = {item["kind"] for item in pack.offices if item.get("area")}
    if code not in areas:
        yield service.problem(path, f"Isian wilayah {code!r} tidak ada.", nearest(code, areas))
    elif kind and kind not in kinds:
        yield service.problem(
            path, f"Belum ada unit wilayah berjenis {kind!r}.", nearest(kind, kinds)
        )


def _public_standard(service: Service, data: Mapping[str, Any]) -> Iterator[Problem]:
    """PermenPANRB 15/2014: six components of the service standard must be public."""
    for key, what in (("product", "produk layanan"), ("complaint", "cara mengadu")):
        if not localized(data["standard"].get(key), "id").strip():
            yield service.problem(
                ("standard",),
                f"Standar pelayanan belum memuat {what}.",
                f"Tambahkan `{key}:` di `standard:`.",
            )
    if not data["requirements"]:
        yield service.problem(
            ("requirements",),
            "Standar pelayanan belum memuat persyaratan.",
            "Tulis paling sedikit satu syarat.",
        )


def form_problems(service: Service) -> Iterator[Problem]:
    data = service.definition
    yield from _twice(service, ("sections",), data["sections"])
    known = dict(ALWAYS)
    everything = fact_kinds(data)
    seen: set[str] = set()
    for s, section in enumerate(data["sections"]):
        path: Path_ = ("sections", s)
        if "when" in section:
            yield from _condition(service, (*path, "when"), section["when"], known, everything)
        for f, field in enumerate(section["fields"]):
            here = (*path, "fields", f)
            code = field["code"]
            if code in seen:
                yield service.problem(
                    (*here, "code"),
                    f"Isian {code!r} ada dua kali di layanan ini.",
                    "Beri kode lain.",
                )
            if code in RESERVED:
                yield service.problem(
                    (*here, "code"),
                    f"{code!r} adalah kata yang dipakai ekspresi.",
                    "Beri kode lain.",
                )
            if code in OF_EVERY_FORM:
                yield service.problem(
                    (*here, "code"),
                    f"{code!r} adalah nama yang dipakai peramban di setiap formulir.",
                    "Beri kode lain.",
                )
            seen.add(code)
            if "when" in field:
                yield from _condition(service, (*here, "when"), field["when"], known, everything)
            yield from _field(service, here, field)
            known.update(
                {name: kind for name, kind in everything.items() if name.split(".")[0] == code}
            )


def _condition(
    service: Service,
    path: Path_,
    text: str,
    known: Mapping[str, str],
    everything: Mapping[str, str],
) -> Iterator[Problem]:
    """A question may depend only on those before it, so the form can be asked in order."""
    problems = list(expression_problems(service, path, text, known, "bool"))
    if problems and not list(expression_problems(service, path, text, everything, "bool")):
        yield service.problem(
            path,
            f"Ekspresi {text!r} memakai isian yang baru ditanyakan sesudahnya.",
            "Pindahkan isian itu ke atas.",
        )
    else:
        yield from problems


def _field(service: Service, here: Path_, field: Mapping[str, Any]) -> Iterator[Problem]:
    kind = field["type"]
    for key, fits in (("options", kind in WITH_OPTIONS), ("columns", kind == "table")):
        if fits and key not in field:
            yield service.problem(
                here,
                f"Isian {field['code']!r} berjenis {kind} perlu `{key}:`.",
                f"Tambahkan `{key}:`.",
            )
        if not fits and key in field and (kind, key) != ("checkbox", "options"):
            yield service.problem(
                (*here, key),
                f"Isian berjenis {kind} tidak memakai `{key}:`.",
                "Hapus, atau ganti jenis isiannya.",
            )
    if "kinds" in field and kind != "area":
        yield service.problem(
            (*here, "kinds"),
            "`kinds:` hanya untuk isian berjenis area.",
            "Hapus, atau ganti jenis isiannya.",
        )
    for key in ("min", "max"):
        if key in field and kind not in WITH_BOUNDS:
            yield service.problem(
                (*here, key), f"Isian berjenis {kind} tidak memakai `{key}:`.", "Hapus."
            )
    yield from _bounds(service, here, field)
    yield from _twice(service, (*here, "options"), field.get("options", ()))
    yield from _twice(service, (*here, "columns"), field.get("columns", ()))
    for c, column in enumerate(field.get("columns", ())):
        yield from _field(service, (*here, "columns", c), column)


def _bounds(service: Service, here: Path_, field: Mapping[str, Any]) -> Iterator[Problem]:
    kind = field["type"]
    bounds = {key: str(field[key]) for key in ("min", "max") if key in field}
    wrong = [
        key for key, value in bounds.items() if bool(DATE.fullmatch(value)) != (kind == "date")
    ]
    for key in wrong:
        wanted = '"today" atau tanggal' if kind == "date" else "angka"
        yield service.problem(
            (*here, key), f"`{key}:` untuk isian {kind} harus {wanted}.", "Perbaiki nilainya."
        )
    if (
        kind != "date"
        and not wrong
        and len(bounds) == 2
        and Decimal(bounds["min"]) > Decimal(bounds["max"])
    ):
        yield service.problem(
            (*here, "min"), "`min` lebih besar daripada `max`.", "Tukar nilainya."
        )


def requirement_problems(service: Service, pack: Pack) -> Iterator[Problem]:
    data = service.definition
    kinds = fact_kinds(data)
    yield from _twice(service, ("requirements",), data["requirements"])
    for at, requirement in enumerate(data["requirements"]):
        if "when" in requirement:
            yield from expression_problems(
                service, ("requirements", at, "when"), requirement["when"], kinds, "bool"
            )
        yield from _letter(service, at, requirement, {known.code for known in pack.services})


def _letter(
    service: Service, at: int, requirement: Mapping[str, Any], known: set[str]
) -> Iterator[Problem]:
    """`letter:` names services whose signed PDF may stand for the upload."""
    for place, code in enumerate(requirement.get("letter", ())):
        if code not in known:
            yield service.problem(
                ("requirements", at, "letter", place),
                f"Layanan {code!r} tidak ada di pack ini.",
                nearest(code, known),
            )
    if "letter" in requirement and "pdf" not in requirement["accept"]:
        yield service.problem(
            ("requirements", at, "letter"),
            f"Syarat {requirement['code']!r} tidak menerima pdf, padahal surat berbentuk PDF.",
            "Tambahkan pdf di `accept:`, atau hapus `letter:`.",
        )


def _twice(service: Service, path: Path_, items: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, item in enumerate(items):
        if item["code"] in seen:
            yield service.problem(
                (*path, at, "code"), f"Kode {item['code']!r} dipakai dua kali.", "Beri kode lain."
            )
        seen.add(item["code"])
