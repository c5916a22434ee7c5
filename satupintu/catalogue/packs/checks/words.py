"""Messages and public pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Document
from satupintu.catalogue.packs.resolver import Pack
from satupintu.catalogue.packs.texts import (
    SMS_LENGTH,
    fill,
    languages,
    localized,
    not_in_sms,
    placeholders,
    sms_length,
    stray_braces,
)
from satupintu.catalogue.packs.vocabulary import MESSAGE_VALUES, PAGE_VALUES

PARTS: tuple[tuple[str, ...], ...] = (("inbox",), ("email", "subject"), ("email", "body"), ("sms",))
PAGE = re.compile(r"pages/([a-z0-9-]+)\.(id|en)\.md")


def message_problems(pack: Pack) -> Iterator[Problem]:
    for document in pack.messages.values():
        data = document.data
        for at, name in enumerate(data["values"]):
            if name not in MESSAGE_VALUES:
                yield _at(
                    document,
                    ("values", at),
                    f"Program tidak mengenal nilai {name!r}.",
                    nearest(name, MESSAGE_VALUES),
                )
        if ("inbox" in data) != ("email" in data) or not {"inbox", "sms"} & set(data):
            yield _at(
                document,
                (),
                "Pesan harus punya `inbox` dan `email`, atau hanya `sms` (jawaban SMS).",
                "Tambahkan yang kurang.",
            )
        for part in PARTS:
            if (text := part_of(data, part)) is not None:
                for language in languages(text):
                    yield from _text(document, part, text, language)


def part_of(message: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    part: Any = message
    for key in path:
        part = part.get(key, {})
    return part or None


def _text(
    document: Document, part: tuple[str, ...], written: Any, language: str
) -> Iterator[Problem]:
    given = document.data["values"]
    text = localized(written, language)
    path = (*part, language) if isinstance(written, Mapping) else part
    for name in placeholders(text):
        if name not in given:
            yield _at(
                document,
                path,
                f"Nilai {{{name}}} tidak diberikan untuk pesan ini.",
                nearest(name, given),
            )
    if stray_braces(text):
        yield _at(
            document, path, "Ada kurung kurawal yang bukan nama nilai.", "Tulis {nama_nilai}."
        )
    shown = fill(text, MESSAGE_VALUES)
    if part[-1] == "subject" and ("\n" in shown or len(shown) > 120):
        yield _at(
            document,
            path,
            "Judul pesan harus satu baris dan paling banyak 120 huruf.",
            "Pendekkan.",
        )
    if part == ("sms",):
        # CLDR writes amounts with a no-break space, which an SMS sends as a plain one.
        plain = shown.replace("\u00a0", " ")
        if strange := not_in_sms(plain):
            yield _at(
                document,
                path,
                f"SMS ini memuat huruf yang tidak dikenal GSM-7: {strange}",
                "Pakai huruf dan tanda baca biasa.",
            )
        elif sms_length(plain) > SMS_LENGTH:
            yield _at(
                document,
                path,
                f"SMS ini {sms_length(plain)} huruf dengan nilai contoh.",
                f"Paling banyak {SMS_LENGTH}.",
            )


def _at(document: Document, path: tuple[Any, ...], message: str, cure: str = "") -> Problem:
    place = document.place(path)
    return Problem(place.file, place.line, message, cure)


def page_problems(pack: Pack) -> Iterator[Problem]:
    found: dict[str, set[str]] = {}
    for key, text in sorted(pack.layered.texts.items()):
        if not key.startswith("pages/"):
            continue
        file = pack.layered.files[key]
        name = PAGE.fullmatch(key)
        if name is None:
            yield Problem(
                file, 0, "Nama halaman harus <nama>.id.md atau <nama>.en.md.", "Ganti nama berkas."
            )
            continue
        found.setdefault(name[1], set()).add(name[2])
        if not text.startswith("# "):
            yield Problem(
                file, 1, "Halaman harus diawali judul.", "Tulis `# Judul` di baris pertama."
            )
        for line, written in enumerate(text.splitlines(), 1):
            for value in placeholders(written):
                if value not in PAGE_VALUES:
                    yield Problem(
                        file,
                        line,
                        f"Nilai {{{value}}} tidak dikenal di halaman.",
                        nearest(value, PAGE_VALUES),
                    )
    for slug, written_in in found.items():
        if "id" not in written_in:
            yield Problem(
                pack.layered.files[f"pages/{slug}.en.md"],
                0,
                "Halaman ini belum ada dalam bahasa Indonesia.",
                f"Tambahkan pages/{slug}.id.md.",
            )
