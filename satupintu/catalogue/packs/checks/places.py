"""The city, its areas, calendar, offices and posts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Document, Path_
from satupintu.catalogue.packs.resolver import Pack

AREA_KINDS = ("kecamatan", "kelurahan", "rw", "rt")
HOLIDAY_KINDS = ("public", "joint", "local")
CONTRAST = 4.5
ACTIVE_SVG = re.compile(
    r"<script|\son\w+\s*=|javascript:|<foreignObject|(?:href|src)\s*=\s*[\"'](?!#)", re.IGNORECASE
)


def place_problems(pack: Pack) -> Iterator[Problem]:
    yield from _city(pack)
    yield from _areas(pack)
    yield from _calendar(pack)
    yield from _offices(pack)


def _at(document: Document, path: Path_, message: str, cure: str = "") -> Problem:
    place = document.place(path)
    return Problem(place.file, place.line, message, cure)


def _city(pack: Pack) -> Iterator[Problem]:
    document, city = pack.layered.yaml["city.yaml"], pack.city
    crest = pack.layered.texts.get(city["crest"])
    if crest is None:
        yield _at(
            document,
            ("crest",),
            f"Berkas lambang {city['crest']!r} tidak ada.",
            "Letakkan di folder pack.",
        )
    elif "<svg" not in crest or ACTIVE_SVG.search(crest):
        yield Problem(
            pack.layered.files[city["crest"]],
            0,
            "Lambang harus SVG tanpa skrip dan tanpa tautan ke luar.",
            "Simpan ulang sebagai SVG sederhana.",
        )
    ratio = contrast_with_white(city["brand_color"])
    if ratio < CONTRAST:
        yield _at(
            document,
            ("brand_color",),
            f"Kontras warna ini dengan putih {ratio:.2f}, kurang dari {CONTRAST}.",
            "Pilih warna yang lebih gelap.",
        )
    if city["hours"]["opens"] >= city["hours"]["closes"]:
        yield _at(
            document,
            ("hours", "opens"),
            "Jam buka tidak mendahului jam tutup.",
            "Periksa keduanya.",
        )


def contrast_with_white(color: str) -> float:
    """WCAG 2.2 contrast ratio."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _areas(pack: Pack) -> Iterator[Problem]:
    rows = pack.layered.rows.get("areas.csv")
    if rows is None:
        yield _at(
            pack.layered.yaml["city.yaml"],
            (),
            "Pack kota ini belum punya areas.csv.",
            "Tulis kecamatan dan kelurahannya.",
        )
        return
    file = pack.layered.files["areas.csv"]
    codes = [row["code"] for _, row in rows]
    seen: set[str] = set()
    for line, row in rows:
        if row["code"] in seen:
            yield Problem(
                file, line, f"Wilayah {row['code']} ditulis dua kali.", "Hapus salah satu."
            )
        if row["kind"] not in AREA_KINDS:
            yield Problem(
                file,
                line,
                f"Jenis wilayah {row['kind']!r} tidak dikenal.",
                nearest(row["kind"], AREA_KINDS),
            )
        if row["parent"] and row["parent"] not in seen:
            cure = (
                "Tulis induknya di atas baris ini."
                if row["parent"] in codes
                else nearest(row["parent"], codes)
            )
            yield Problem(
                file, line, f"Wilayah induk {row['parent']!r} tidak ada di atasnya.", cure
            )
        seen.add(row["code"])


def _calendar(pack: Pack) -> Iterator[Problem]:
    rows = pack.layered.rows.get("calendar.csv")
    if rows is None:
        yield _at(
            pack.layered.yaml["city.yaml"],
            (),
            "Pack kota ini belum punya calendar.csv.",
            "Tulis hari liburnya.",
        )
        return
    file = pack.layered.files["calendar.csv"]
    seen: set[tuple[str, str]] = set()
    for line, row in rows:
        try:
            date.fromisoformat(row["date"])
        except ValueError:
            yield Problem(
                file,
                line,
                f"{row['date']!r} bukan tanggal.",
                "Tulis tahun-bulan-hari, misalnya 2026-08-17.",
            )
        if row["kind"] not in HOLIDAY_KINDS:
            yield Problem(
                file,
                line,
                f"Jenis libur {row['kind']!r} tidak dikenal.",
                nearest(row["kind"], HOLIDAY_KINDS),
            )
        if (row["date"], row["kind"]) in seen:
            yield Problem(
                file, line, f"Tanggal {row['date']} ditulis dua kali.", "Hapus salah satu."
            )
        seen.add((row["date"], row["kind"]))


def _offices(pack: Pack) -> Iterator[Problem]:
    document = pack.layered.yaml.get("offices.yaml")
    if document is None:
        yield _at(
            pack.layered.yaml["city.yaml"],
            (),
            "Pack kota ini belum punya offices.yaml.",
            "Tulis unit dan jabatannya.",
        )
        return
    areas = {row["code"] for _, row in pack.layered.rows.get("areas.csv", ())}
    seen: set[str] = set()
    for at, office in enumerate(pack.offices):
        path: Path_ = ("offices", at)
        if office["code"] in seen:
            yield _at(
                document,
                (*path, "code"),
                f"Unit {office['code']!r} ditulis dua kali.",
                "Beri kode lain.",
            )
        yield from _known(
            document, (*path, "area"), office.get("area"), areas, "Wilayah", "areas.csv"
        )
        yield from _known(
            document, (*path, "parent"), office.get("parent"), seen, "Unit induk", "atasnya"
        )
        seen.add(office["code"])
    posts: set[tuple[str, str]] = set()
    for at, post in enumerate(pack.posts):
        path = ("posts", at)
        if (post["office"], post["code"]) in posts:
            yield _at(
                document,
                (*path, "code"),
                f"Jabatan {post['code']!r} ditulis dua kali di unit ini.",
                "Beri kode lain.",
            )
        posts.add((post["office"], post["code"]))
        yield from _known(document, (*path, "office"), post["office"], seen, "Unit", "offices.yaml")
        yield from _known(
            document, (*path, "role"), post["role"], set(pack.roles), "Peran", "roles.yaml"
        )


def _known(
    document: Document, path: Path_, code: Any, known: set[str], what: str, where: str
) -> Iterator[Problem]:
    if code is not None and code not in known:
        yield _at(
            document, path, f"{what} {code!r} tidak ada di {where}.", nearest(str(code), known)
        )
