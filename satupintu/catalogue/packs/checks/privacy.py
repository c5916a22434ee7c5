"""What a service says about personal data (UU 27/2022 art. 31) and how long it keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Pack, Service

CODES = (("purpose", "purposes", "Tujuan"), ("basis", "bases", "Dasar"))


def default_problems(pack: Pack) -> Iterator[Problem]:
    """The defaults of privacy.yaml name purposes and bases that it has."""
    document = pack.layered.yaml.get("privacy.yaml")
    if document is None:
        yield Problem(
            "privacy.yaml",
            0,
            "Pack ini tidak mengatakan untuk apa data pribadi diminta.",
            "Lapisi pack base (`extends: ../base`), atau tulis privacy.yaml.",
        )
    if document is None or not pack.privacy:
        return
    fields = pack.privacy["fields"]
    places: list[tuple[Path_, Mapping[str, Any]]] = [
        (("fields", "all"), fields["all"]),
        (("requirements",), pack.privacy["requirements"]),
    ]
    for group in ("types", "profiles"):
        places += [(("fields", group, code), part) for code, part in fields.get(group, {}).items()]
    for path, part in places:
        for key, message, cure in _unknown(part, pack):
            at = document.place((*path, key))
            yield Problem(at.file, at.line, message, cure)
    drafts = pack.privacy["drafts"]
    if drafts["warn_days"] >= drafts["days"]:
        at = document.place(("drafts",))
        yield Problem(at.file, at.line, *_WARNED_TOO_EARLY)


_WARNED_TOO_EARLY = (
    "Peringatan draf datang sebelum drafnya ada.",
    "`warn_days` harus lebih kecil daripada `days`.",
)


def privacy_problems(service: Service, pack: Pack) -> Iterator[Problem]:
    data = service.definition
    for s, section in enumerate(data["sections"]):
        for f, field in enumerate(section["fields"]):
            here = ("sections", s, "fields", f)
            if "personal" not in field:
                yield service.problem(
                    here,
                    f"Isian {field['code']!r} berjenis {field['type']} belum mengatakan apakah "
                    "berisi data pribadi.",
                    "Tambahkan `personal: none`, `personal: general`, atau `personal: specific`.",
                )
            yield from _item(service, here, field, pack)
    for at, requirement in enumerate(data["requirements"]):
        yield from _item(service, ("requirements", at), requirement, pack)
    drafts = data["privacy"].get("drafts")
    if drafts and drafts != pack.privacy.get("drafts") and drafts["warn_days"] >= drafts["days"]:
        yield service.problem(("drafts",), *_WARNED_TOO_EARLY)
    archive = data["archive"]
    if archive["fate"] != "permanent" and not archive["active_years"] + archive["inactive_years"]:
        yield service.problem(
            ("archive",),
            "Arsip layanan ini tidak disimpan setahun pun.",
            "Tulis `active_years` dan `inactive_years` menurut jadwal retensi arsip kota.",
        )


def _item(service: Service, here: Path_, item: Mapping[str, Any], pack: Pack) -> Iterator[Problem]:
    if item.get("personal", "none") == "none":
        return
    for key, message, cure in _unknown(item, pack):
        yield service.problem((*here, key), message, cure)
    for key, _, what in CODES:
        if key not in item and pack.privacy:
            yield service.problem(
                here,
                f"{what} mengolah data pribadi {item['code']!r} belum ada.",
                f"Tambahkan `{key}:` di sini, di bagiannya, atau di privacy.yaml.",
            )


def _unknown(part: Mapping[str, Any], pack: Pack) -> Iterator[tuple[str, str, str]]:
    for key, group, what in CODES:
        known = pack.privacy.get(group, {})
        if known and key in part and part[key] not in known:
            yield (
                key,
                f"{what} {part[key]!r} tidak ada di privacy.yaml.",
                nearest(part[key], known),
            )
