"""The catalogue changes in one way only: a pack is loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value
from django.utils import timezone

from satupintu.catalogue.events import (
    ServiceClosed,
    ServiceOpened,
    ServicePublished,
    ServiceWithdrawn,
    TextsChanged,
)
from satupintu.catalogue.models import Availability, Reference, Service, ServiceVersion
from satupintu.catalogue.packs.checker import checked
from satupintu.catalogue.packs.problems import PackError
from satupintu.catalogue.packs.texts import localized, synonyms
from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused, both
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.people import queries as people

if TYPE_CHECKING:
    from datetime import date

    from satupintu.catalogue.packs.resolver import Pack
    from satupintu.journal.events import By

LOCK = 0x5A7C
LONGEST_REASON = 300


class PackRefused(Refused):
    """The pack has mistakes, so nothing of it was loaded; `problems` lists all of them."""

    def __init__(self, error: PackError) -> None:
        super().__init__(f"Pack ini punya {len(error.problems)} kesalahan, jadi belum dimuat")
        self.problems = error.problems


@transaction.atomic
def load_pack(path: Path, *, by: By) -> list[ServiceVersion]:
    """Bring the city to what the pack says; answers with the versions that are new.

    Repeatable: what did not change is left alone. Raises PackRefused, NoRight.
    """
    try:
        pack = checked(path)
    except PackError as error:
        raise PackRefused(error) from None
    _one_at_a_time()
    offices.load(pack.city_data(), by=by)
    for kind, content in pack.references().items():
        _put_reference(kind, content, by=by)
    published = []
    for definition in pack.definitions():
        version = _publish(definition, by=by)
        if version:
            published.append(version)
    _withdraw_all_but(pack, by=by)
    return published


class NotSet(Refused):
    """What is opened or closed, where and why is not all said."""


@transaction.atomic
def set_availability(
    *, service: str, office: str, is_open: bool, from_date: date, reason: str, by: By
) -> Availability:
    """Open or close a service (or, in a unit, all of them) from a day on. Running cases go on.

    A unit's is set by whoever reaches it, the city's by whoever reaches all. Raises NoRight.
    """
    unit = units.offices().filter(code=office).first() if office else None
    known = Service.objects.filter(code=service, active=True).first() if service else None
    by = people.require_admin(by, unit.pk) if unit else people.require_admin_everywhere(by)
    if (office and unit is None) or (service and known is None) or not (unit or known):
        raise NotSet(both("Pilih layanan atau unitnya", "Choose the service or the unit"))
    if from_date < units.today():
        raise NotSet(
            both("Pilih hari ini atau sesudahnya", "Choose today or a later day"),
            field="from_date",
        )
    if not reason.strip():
        raise NotSet(both("Tulis alasannya untuk warga", "Say why, for residents"), field="reason")
    row = Availability.objects.create(
        service=known,
        office=unit,
        is_open=is_open,
        from_date=from_date,
        reason=reason.strip()[:LONGEST_REASON],
    )
    event = ServiceOpened if is_open else ServiceClosed
    subject = known.subject if known else f"office:{row.office_id}"
    journal.record(event(subject=subject, availability_id=row.pk), by=by)
    return row


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _publish(definition: dict[str, Any], *, by: By) -> ServiceVersion | None:
    """Store the definition as a new version, unless it is the one that applies already."""
    digest = _digest(definition)
    shown = _shown(definition)
    service, _ = Service.objects.get_or_create(code=definition["code"], defaults=shown)
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if service.current and service.current.digest == digest:
        if not service.active:
            service.active = True
            service.save(update_fields=["active"])
        return None
    last = service.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = ServiceVersion.objects.create(
        service=service,
        number=last + 1,
        definition=definition,
        digest=digest,
        published_at=timezone.now(),
    )
    service.current = version
    service.active = True
    for name, value in shown.items():
        setattr(service, name, value)
    service.save()
    Service.objects.filter(pk=service.pk).update(search=_search_vector(definition))
    journal.record(
        ServicePublished(
            subject=service.subject,
            service_id=service.pk,
            version_id=version.pk,
            number=version.number,
            digest=digest,
        ),
        by=by,
    )
    return version


def _withdraw_all_but(pack: Pack, *, by: By) -> None:
    kept = [definition["code"] for definition in pack.definitions()]
    for service in Service.objects.filter(active=True).exclude(code__in=kept).order_by("pk"):
        service.active = False
        service.save(update_fields=["active"])
        journal.record(ServiceWithdrawn(subject=service.subject, service_id=service.pk), by=by)


def _put_reference(kind: str, content: Any, *, by: By) -> None:
    before = Reference.objects.filter(kind=kind).first()
    if before is not None and before.content == content:
        return
    Reference.objects.update_or_create(kind=kind, defaults={"content": content})
    journal.record(TextsChanged(subject=f"texts:{kind}", kind=kind, digest=_digest(content)), by=by)


def _digest(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _shown(definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": definition["name"],
        "summary": definition["summary"],
        "kind": definition["kind"],
        "sector": definition["sector"],
        "office": definition["office"],
        "stage": definition["stage"],
        "applicants": definition["applicants"],
        "free": definition["fee"]["kind"] == "none",
        "days": definition["clock"]["days"],
        "popular": definition["popular"],
    }


def _search_vector(definition: dict[str, Any]) -> Any:
    """Names weigh most, then the words people use for it, then the summary and the requirements."""
    weighed = [
        ("A", [definition["name"], definition["code"]]),
        ("B", [*definition["keywords"], *synonyms(definition)]),
        ("C", [definition["summary"]]),
        ("D", [item["name"] for item in definition["requirements"]]),
    ]
    vector: Any = None
    for weight, values in weighed:
        for language, config in (("id", "indonesian"), ("en", "english")):
            written = " ".join(localized(value, language) for value in values)
            part = SearchVector(Value(written), weight=weight, config=config)
            vector = part if vector is None else vector + part
    return vector
