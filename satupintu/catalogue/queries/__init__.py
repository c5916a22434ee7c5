"""What other packages and the pages may ask of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q, Subquery, TextField
from django.db.models.functions import MD5, Cast
from markdown_it import MarkdownIt

from satupintu.catalogue.models import Availability, Reference, Service, ServiceVersion
from satupintu.catalogue.packs.checker import examined
from satupintu.catalogue.packs.checks.facts import fields_of
from satupintu.catalogue.packs.checks.processes import process_of
from satupintu.catalogue.packs.checks.scenarios import cleaned, needed_files
from satupintu.catalogue.packs.printing import WEEKDAYS, printed
from satupintu.catalogue.packs.problems import Problem
from satupintu.catalogue.packs.resolver import Pack
from satupintu.catalogue.packs.texts import localized
from satupintu.catalogue.queries.duties import duties
from satupintu.catalogue.queries.fees import (
    Estimate,
    asked_for_estimate,
    computed,
    estimate,
)
from satupintu.catalogue.queries.processing import (
    CATEGORIES,
    FATES,
    Item,
    Retention,
    by_purpose,
    draft_days,
    every_version,
    hands,
    offered,
    personal_items,
    retention,
)
from satupintu.lib.fields import shown
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "CATEGORIES", "FATES", "WEEKDAYS", "Estimate", "Item", "Pack", "Problem", "Retention",
    "asked_for_estimate", "availability", "by_purpose", "closed_at", "closures", "computed",
    "current_version", "demo", "draft_days", "duties", "edition", "estimate", "every_version",
    "examined", "fields_of", "hands", "message", "names", "offered", "page", "pages",
    "personal_items", "printed", "process_of", "public_standard", "retention", "sample", "sectors",
    "service", "services", "text", "titles", "version", "versions",
]  # fmt: skip

LONGEST_SEARCH = 100
MOST_WORDS = 8
WORD = re.compile(r"\w{2,30}")
# Words that people put around what they look for.
FILLER = frozenset((
    "apply", "bagaimana", "bikin", "buat", "cara", "dan", "di", "for", "get", "how", "ingin",
    "ke", "mau", "mengajukan", "mengurus", "saya", "the", "to", "untuk", "urus", "yang",
))  # fmt: skip


@dataclass(frozen=True)
class Page:
    slug: str
    title: str
    html: str
    language: str


def text(value: Any, language: str = "id") -> str:
    """A text of the pack, plain or {id, en}, in a language; Indonesian where it has no other."""
    return localized(value, language)


def service(code: str) -> Service:
    """Raises Service.DoesNotExist."""
    return Service.objects.select_related("current").get(code=code)


def current_version(code: str) -> ServiceVersion | None:
    """The version for applications that begin now; None when the service is not offered."""
    found = (
        Service.objects.filter(code=code, active=True).select_related("current__service").first()
    )
    return found.current if found else None


def closed_at(service_code: str, office_id: int) -> Availability | None:
    """What keeps a service closed in a unit today; None where it can be begun."""
    levels = [*offices.around(office_id), None]
    rows = _in_force(
        Availability.objects.filter(
            Q(service=None) | Q(service__code=service_code),
            Q(office=None) | Q(office__in=levels[:-1]),
        )
    )
    known = {(row.office_id, row.service_id is None): row for row in rows}
    for level in levels:
        for all_services in (False, True):
            if row := known.get((level, all_services)):
                return None if row.is_open else row
    return None


def closures(service_code: str) -> list[Availability]:
    """Where a service is closed today, the city first, and what is open against that."""
    rows = _in_force(Availability.objects.filter(Q(service__code=service_code) | Q(service=None)))
    city_closed = any(row.office_id is None and not row.is_open for row in rows)
    shown = [row for row in rows if not row.is_open or (city_closed and row.office_id)]
    return sorted(shown, key=lambda row: (row.office_id is not None, row.pk))


def availability(
    reach: Collection[int] | None = None, *, after: int | None = None
) -> QuerySet[Availability]:
    """All that was set, newest first: of these units, or (None) of the whole city."""
    found = Availability.objects.select_related("service", "office").order_by("-id")
    if reach is not None:
        found = found.filter(Q(office__in=reach) | Q(office=None))
    return found if after is None else found.filter(pk__lt=after)


def _in_force(rows: QuerySet[Availability]) -> list[Availability]:
    return list(
        rows.filter(from_date__lte=offices.today())
        .select_related("service", "office")
        .order_by("service_id", "office_id", "-from_date", "-id")
        .distinct("service_id", "office_id")
    )


def version(version_id: int) -> ServiceVersion:
    """Raises ServiceVersion.DoesNotExist."""
    return ServiceVersion.objects.select_related("service").get(pk=version_id)


def names(codes: Iterable[str]) -> list[Any]:
    """What these services are called, in both languages."""
    return list(
        Service.objects.filter(code__in=codes).order_by("code").values_list("name", flat=True)
    )


def versions(code: str) -> QuerySet[ServiceVersion]:
    return ServiceVersion.objects.filter(service__code=code).order_by("-number")


def purposes() -> list[dict[str, Any]]:
    """What people need services for, each with the service that gives it, by service."""
    rows = (
        Service.objects.filter(active=True)
        .exclude(current__definition__purposes=[])
        .order_by("-popular", "code")
        .values_list("code", "name", "current__definition__purposes")
    )
    return [
        {"words": words, "code": code, "service": name}
        for code, name, all_words in rows
        for words in all_words or ()
    ]


def services(
    *,
    search: str = "",
    sector: str = "",
    applicant: str = "",
    channel: str = "",
    fee: str = "",
    popular: bool = False,
) -> QuerySet[Service]:
    """Offered services without their definitions.

    `applicant` is person or company, `channel` online or counter, `fee` free or paid. With a
    search the best fit comes first; when nothing has all the words, some of them are enough.
    """
    found = Service.objects.filter(active=True)
    if sector:
        found = found.filter(sector=sector)
    if applicant:
        found = found.filter(applicants__contains=[applicant])
    if channel:
        found = (
            found.filter(stage="online") if channel == "online" else found.exclude(stage="online")
        )
    if fee:
        found = found.filter(free=(fee == "free"))
    if popular:
        found = found.filter(popular=True)
    words = _words(search)
    if not words:
        return found.order_by("-popular", "code")
    whole = _matching(found, words, " & ")
    return whole if whole.exists() else _matching(found, words, " | ")


def _words(search: str) -> list[str]:
    words = WORD.findall(search[:LONGEST_SEARCH].lower())[:MOST_WORDS]
    return [word for word in words if word not in FILLER] or words


def _matching(found: QuerySet[Service], words: list[str], join: str) -> QuerySet[Service]:
    raw = join.join(f"{word}:*" for word in words)
    query = (
        SearchQuery(raw, config="indonesian", search_type="raw")
        | SearchQuery(raw, config="english", search_type="raw")
        | SearchQuery(raw, config="simple", search_type="raw")
    )
    return (
        found.filter(search=query)
        .annotate(rank=SearchRank(F("search"), query))
        .order_by("-rank", "code")
    )


def sectors() -> list[dict[str, Any]]:
    """The sectors that have services, by name: [{code, name, count}]."""
    names = _reference("sectors")
    counted = (
        Service.objects.filter(active=True)
        .values("sector")
        .annotate(count=Count("id"))
        .order_by("sector")
    )
    rows = [
        {
            "code": row["sector"],
            "name": names.get(row["sector"], row["sector"]),
            "count": row["count"],
        }
        for row in counted
    ]
    return sorted(rows, key=lambda row: localized(row["name"], "id"))


def message(code: str, language: str = "id") -> dict[str, Any]:
    """A message in one language: {inbox, email: {subject, body}, sms or None}. Raises KeyError."""
    found = _reference("messages")[code]
    return {
        "inbox": localized(found["inbox"], language),
        "email": {key: localized(value, language) for key, value in found["email"].items()},
        "sms": localized(found["sms"], language) if "sms" in found else None,
    }


def text_reply(code: str, language: str = "id") -> str:
    """The answer to an SMS, with its placeholders. Raises KeyError."""
    return localized(_reference("messages")[code]["sms"], language)


def page(slug: str, language: str = "id") -> Page | None:
    """A public page of the pack as HTML, in the language or else in Indonesian."""
    written = _reference("pages").get(slug)
    if written is None:
        return None
    shown = language if language in written else "id"
    title, _, body = written[shown].partition("\n")
    # Packs are data: markup of their own would be a script on our page.
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Page(slug, title.removeprefix("# ").strip(), html, shown)


def pages() -> list[str]:
    return sorted(_reference("pages"))


def titles(language: str = "id") -> dict[str, str]:
    """What the public pages of the pack are called, by slug."""
    return {
        slug: (written.get(language) or written["id"]).partition("\n")[0].removeprefix("# ").strip()
        for slug, written in _reference("pages").items()
    }


def edition() -> str:
    """A short text that changes whenever something of the catalogue is published or withdrawn."""
    last = Availability.objects.order_by("-pk").values("pk")[:1]
    offered = (
        Service.objects.filter(active=True).order_by("pk").values_list("current", Subquery(last))
    )
    texts = Reference.objects.order_by("kind").values_list(
        MD5(Cast("content", TextField())), flat=True
    )
    return sha256(repr((list(offered), list(texts))).encode()).hexdigest()[:16]


def public_standard(definition: Mapping[str, Any], language: str = "id") -> dict[str, Any]:
    """The six components that must be public (PermenPANRB 15/2014)."""
    standard, clock = definition["standard"], definition["clock"]
    return {
        "requirements": definition["requirements"],
        "procedure": process_of(definition)["main"],
        "duration": {
            "days": clock["days"],
            "note": localized(standard.get("duration_note"), language),
        },
        "fee": localized(definition["fee"]["note"], language),
        "product": localized(standard["product"], language),
        "complaint": localized(standard["complaint"], language),
    }


def sample(definition: Mapping[str, Any], index: int = 0) -> dict[str, Any]:
    """A stored scenario as a case would hold it: answers, in words too, and the files it needs."""
    scenario = definition["scenarios"][index]
    answers, _, facts = cleaned(definition, scenario)
    return {
        "name": scenario["name"],
        "request": scenario["request"],
        "applicant": scenario["applicant"],
        "answers": answers,
        "facts": facts,
        "said": {
            field["code"]: shown(field, answers.get(field["code"]))
            for field in fields_of(definition)
        },
        "files": [item["code"] for item in needed_files(definition, facts) if item["required"]],
    }


def demo(path: Path) -> dict[str, Any]:
    """People and cases for trying out, from a pack's demo.yaml; empty if it has none."""
    return examined(path)[0].demo()


def _reference(kind: str) -> dict[str, Any]:
    found = Reference.objects.filter(kind=kind).values_list("content", flat=True).first()
    return found or {}
