"""Letters: template, number, rows filled with answers, and the length of a permit's life."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from satupintu.catalogue.packs.checks.facts import (
    ALWAYS,
    expression_problems,
    fact_kinds,
    fields_of,
)
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import IMPORT, Pack, Service, steps_in
from satupintu.catalogue.packs.texts import placeholders, stray_braces
from satupintu.catalogue.packs.vocabulary import NUMBER_VALUES
from satupintu.lib.numbers import format_number

# Who agreed, and the number in a book, are told in letters by the code of the step.
TOLD = {"endorse", "register"}
FILLED = ("body", "conditions", "next_steps", "notes")


def letter_problems(service: Service, pack: Pack) -> Iterator[Problem]:
    data = service.definition
    letters = data["documents"]
    for needed in ("permit", "refusal", "receipt"):
        if needed not in letters:
            yield service.problem(
                ("documents",), f"Surat {needed!r} belum ada.", f"Tambahkan `documents: {needed}:`."
            )
    for code, letter in letters.items():
        path: Path_ = ("documents", code)
        yield from _template(service, path, letter, pack)
        yield from number_problems(service, path, letter, pack)
        yield from _content(service, path, letter)
    if "permit" in letters and "sections" not in letters["permit"]:
        yield service.problem(
            ("documents", "permit"),
            "Surat izin belum memuat data pemegang dan objek.",
            "Tambahkan `sections:`.",
        )
    until = data["validity"].get("until")
    dates = {field["code"] for field in fields_of(data) if field["type"] == "date"}
    if until is not None and until not in dates:
        yield service.problem(
            ("validity", "until"), f"Isian tanggal {until!r} tidak ada.", nearest(until, dates)
        )


def _template(
    service: Service, path: Path_, letter: Mapping[str, Any], pack: Pack
) -> Iterator[Problem]:
    name = letter.get("template")
    if name is None:
        yield service.problem(
            path,
            f"Surat {path[-1]!r} belum menyebut templatnya.",
            "Tambahkan `template: izin.typ`.",
        )
    elif name not in pack.templates:
        yield service.problem(
            (*path, "template"),
            f"Templat {name!r} tidak ada di folder documents/.",
            nearest(name, pack.templates),
        )


def number_problems(
    service: Service, path: Path_, letter: Mapping[str, Any], pack: Pack
) -> Iterator[Problem]:
    """The number of a letter, or of a register book."""
    series, template = letter.get("series"), letter.get("number")
    if (series is None) != (template is None):
        yield service.problem(
            path, "`series:` dan `number:` ditulis bersama.", "Tambahkan yang belum ada."
        )
        return
    if template is None:
        if letter.get("signature") != "none":
            yield service.problem(
                path,
                f"Surat bertanda tangan {path[-1]!r} belum punya nomor.",
                "Tambahkan `series:` dan `number:`.",
            )
        return
    if series not in pack.series:
        yield service.problem(
            (*path, "series"),
            f"Deret nomor {series!r} tidak ada di documents.yaml.",
            nearest(str(series), pack.series),
        )
    try:
        first = format_number(template, **NUMBER_VALUES)
        second = format_number(template, **{**NUMBER_VALUES, "number": 252})
        next_year = format_number(template, **{**NUMBER_VALUES, "year": 2027})
    except ValueError as error:
        yield service.problem(
            (*path, "number"),
            f"Nomor {template!r} tidak dapat dibuat: {error}.",
            f"Yang dikenal: {', '.join(NUMBER_VALUES)}.",
        )
        return
    if first in (second, next_year):
        yield service.problem(
            (*path, "number"),
            f"Nomor {template!r} tidak memuat nomor urut dan tahun, jadi dapat terulang.",
            "Pakai {number:04} dan {year}.",
        )


def _content(service: Service, path: Path_, letter: Mapping[str, Any]) -> Iterator[Problem]:
    data = service.definition
    yield from _printed(service, path, letter)
    for at, page in enumerate(letter.get("attachments", ())):
        yield from _printed(service, (*path, "attachments", at), page)
    if "photo" in letter:
        pictures = {
            item["code"] for item in data["requirements"] if set(item["accept"]) <= {"jpg", "png"}
        }
        if letter["photo"] not in pictures:
            yield service.problem(
                (*path, "photo"),
                f"Foto {letter['photo']!r} bukan syarat yang hanya menerima jpg atau png.",
                nearest(letter["photo"], pictures),
            )


def _printed(service: Service, path: Path_, part: Mapping[str, Any]) -> Iterator[Problem]:
    """What a letter, or one of its further pages, prints of the answers."""
    data = service.definition
    kinds = fact_kinds(data)
    told = [step["step"] for step in steps_in(data["process"]) if step["kind"] in TOLD]
    days = {f"{field['code']}.hari" for field in fields_of(data) if field["type"] == "date"}
    names = {*ALWAYS, *(field["code"] for field in fields_of(data)), *days, *told}
    tables = {field["code"] for field in fields_of(data) if field["type"] == "table"}
    for key in FILLED:
        for at, text in enumerate(part.get(key, ())):
            yield from _filled(service, (*path, key, at), text, names)
    if "when" in part:
        yield from expression_problems(service, (*path, "when"), part["when"], kinds, "bool")
    if "opening" in part:
        yield from _filled(service, (*path, "opening"), part["opening"], names)
    for at, signer in enumerate(part.get("signers", ())):
        yield from _filled(service, (*path, "signers", at, "name"), signer["name"], names)
    for s, section in enumerate(part.get("sections", ())):
        here = (*path, "sections", s)
        if "when" in section:
            yield from expression_problems(service, (*here, "when"), section["when"], kinds, "bool")
        if "table" in section and section["table"] not in tables:
            yield service.problem(
                (*here, "table"),
                f"Isian tabel {section['table']!r} tidak ada.",
                nearest(section["table"], tables),
            )
        for r, row in enumerate(section.get("rows", ())):
            spot = (*here, "rows", r)
            yield from _filled(service, (*spot, "value"), row["value"], names)
            if "when" in row:
                yield from expression_problems(service, (*spot, "when"), row["when"], kinds, "bool")


def _filled(service: Service, path: Path_, text: str, names: set[str]) -> Iterator[Problem]:
    for name in placeholders(text):
        if name not in names:
            yield service.problem(
                path, f"Isian {{{name}}} tidak ada di layanan ini.", nearest(name, names)
            )
    if stray_braces(text):
        yield service.problem(
            path,
            f"Kurung kurawal di {text!r} tidak berpasangan dengan kode isian.",
            "Tulis {kode_isian}.",
        )


def template_problems(pack: Pack) -> Iterator[Problem]:
    """A template may import only what the pack has, and is tried with data that can be read."""
    for name, text in sorted(pack.layered.samples.items()):
        if name.endswith(".json"):
            try:
                json.loads(text)
            except ValueError as error:
                line = getattr(error, "lineno", 0)
                yield Problem(
                    f"documents/samples/{name}",
                    line,
                    "Data contoh ini bukan JSON.",
                    "Periksa tanda koma dan kutip.",
                )
    for name, source in sorted(pack.templates.items()):
        file = pack.layered.files[f"documents/{name}"]
        for line, text in enumerate(source.splitlines(), 1):
            for imported in IMPORT.findall(text):
                if imported not in pack.templates:
                    yield Problem(
                        file,
                        line,
                        f"Templat ini memakai {imported!r} yang tidak ada.",
                        nearest(imported, pack.templates),
                    )
