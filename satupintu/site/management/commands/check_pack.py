"""Check a pack without a database: `manage.py check_pack packs/metro`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.catalogue import queries as catalogue
from satupintu.catalogue.queries import Pack, Problem
from satupintu.documents import queries as documents

ADDRESS = "https://layanan.kota.example/v/contoh"


class Command(BaseCommand):
    help = "Check a pack: every mistake with its file, its line and a cure."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"Folder {folder} tidak ada.")
        pack, problems = catalogue.examined(folder)
        if not problems:
            problems = sorted(set(_print_all(pack)))
        if problems:
            for problem in problems:
                self.stdout.write(str(problem))
            raise CommandError(f"{len(problems)} kesalahan di {folder}.")
        names = ", ".join(definition["code"] for definition in pack.definitions())
        self.stdout.write(f"{pack.city['name']}: tidak ada kesalahan. Layanan: {names}.")


def _print_all(pack: Pack) -> Iterator[Problem]:
    """Render every template with its sample, and every permit with the answers of its scenarios."""
    for name in sorted(pack.templates):
        if name in pack.samples:
            yield from _rendered(pack, name, pack.samples[name])
    for definition in pack.definitions():
        for letter in definition["documents"].values():
            if letter["template"] not in pack.samples:
                file = pack.layered.files[f"documents/{letter['template']}"]
                sample = f"documents/samples/{Path(letter['template']).stem}.json"
                yield Problem(
                    file, 0, "Templat ini belum punya data contoh.", f"Tambahkan {sample}."
                )
        permit = definition["documents"]["permit"]
        for index, scenario in enumerate(definition["scenarios"]):
            if (
                scenario["expect"].get("outcome") == "approved"
                and permit["template"] in pack.samples
            ):
                data = {**pack.samples[permit["template"]], **_content(definition, permit, index)}
                yield from _rendered(pack, permit["template"], data)


def _content(
    definition: Mapping[str, Any], letter: Mapping[str, Any], index: int
) -> dict[str, Any]:
    sample = catalogue.sample(definition, index)
    return {
        **catalogue.printed(definition, "permit", answers=sample["answers"], facts=sample["facts"]),
        "title": letter["title"],
        "subtitle": letter.get("subtitle", ""),
        "legal_basis": [law["title"] for law in definition["legal_basis"]],
        "conditions": letter.get("conditions", []),
        "copies": letter.get("copies", []),
    }


def _rendered(pack: Pack, name: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    files = {key: text.encode() for key, text in pack.templates.items() if key != name}
    files |= {key: text.encode() for key, text in pack.pictures.items()}
    files["crest.svg"] = pack.layered.texts[pack.city["crest"]].encode()
    files["qr.svg"] = documents.qr(ADDRESS)
    try:
        documents.render(pack.templates[name], data, files=files, name=name)
    except documents.DocumentError as error:
        file = pack.layered.files.get(f"documents/{error.file or name}", name)
        yield Problem(
            file,
            error.line,
            f"Templat ini tidak dapat dicetak: {error.message}",
            "Perbaiki templat atau data contohnya.",
        )
