"""What personal data a service asks for, for what, by which right and for how long (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from satupintu import workflow
from satupintu.catalogue.models import Service, ServiceVersion
from satupintu.catalogue.packs.checks.facts import fields_of
from satupintu.catalogue.packs.checks.processes import process_of
from satupintu.lib.errors import Text, both

# Drafts of services that were published before packs said how long they stay.
DRAFTS = {"days": 180, "warn_days": 14}
CATEGORIES = {"general": both("umum", "general"), "specific": both("spesifik", "specific")}
FATES = {
    "permanent": both(
        "diserahkan ke lembaga kearsipan kota dan disimpan tetap",
        "handed to the archive of the city and kept for good",
    ),
    "destroy": both("data pribadi dihapus", "the personal data are erased"),
    "review": both(
        "dinilai kembali, lalu dihapus atau disimpan", "judged again, then erased or kept"
    ),
}


@dataclass(frozen=True)
class Item:
    """A question or a file that holds personal data."""

    code: str
    label: Any
    is_file: bool
    category: str
    purpose: Any
    basis: Any

    @property
    def category_words(self) -> Text:
        return CATEGORIES[self.category]


@dataclass(frozen=True)
class Retention:
    """How long after the end of the matter, and what happens then (JRA)."""

    code: str
    active_years: int
    inactive_years: int
    fate: str

    @property
    def years(self) -> int:
        return self.active_years + self.inactive_years

    @property
    def fate_words(self) -> Text:
        return FATES[self.fate]


def personal_items(definition: Mapping[str, Any]) -> list[Item]:
    """In the order they are asked for, the files last."""
    words = definition.get("privacy", {})
    return [
        Item(
            code=item["code"],
            label=item["name"] if is_file else item["label"],
            is_file=is_file,
            category=item["personal"],
            purpose=words.get("purposes", {}).get(item.get("purpose"), "–"),
            basis=words.get("bases", {}).get(item.get("basis"), "–"),
        )
        for is_file, items in ((False, fields_of(definition)), (True, definition["requirements"]))
        for item in items
        if item.get("personal", "none") != "none"
    ]


def by_purpose(items: Iterable[Item]) -> list[tuple[Any, list[Item]]]:
    """What is asked for each purpose, in the order of the first question."""
    groups: dict[str, tuple[Any, list[Item]]] = {}
    for item in items:
        groups.setdefault(str(item.purpose), (item.purpose, []))[1].append(item)
    return list(groups.values())


def retention(definition: Mapping[str, Any]) -> Retention:
    archive = definition["archive"]
    return Retention(
        archive["class"], archive["active_years"], archive["inactive_years"], archive["fate"]
    )


def draft_days(definition: Mapping[str, Any]) -> tuple[int, int]:
    """After how many days an untouched draft goes, and how many before that its applicant knows."""
    drafts = {**DRAFTS, **definition.get("privacy", {}).get("drafts", {})}
    return drafts["days"], drafts["warn_days"]


def hands(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The roles that a step of the process shows the data to, each with its office, once."""
    steps = workflow.steps(process_of(definition))
    seen = {(step["role"], step.get("office", "own")): None for step in steps if step.get("role")}
    return list(seen)


def every_version() -> Iterator[ServiceVersion]:
    """All that was ever published: cases keep theirs."""
    return ServiceVersion.objects.order_by("pk").iterator(chunk_size=20)


def offered() -> list[Service]:
    """Every service with its current definition, by code."""
    return list(Service.objects.filter(active=True).select_related("current").order_by("code"))
