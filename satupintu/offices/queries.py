"""Every read of the city, its units, calendar, outages and numbers."""

from __future__ import annotations

import time
from datetime import date, datetime
from datetime import time as clock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from satupintu.compiled import compiled
from satupintu.lib.worktime import Calendar
from satupintu.offices.access import NoRight as NoRight
from satupintu.offices.models import (
    Area,
    City,
    Holiday,
    Number,
    NumberSeries,
    Office,
    Outage,
    Post,
    Role,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

CALENDAR_SECONDS = 30
DEEPEST = 20  # units below units; also what ends a circle
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_calendars: dict[int | None, tuple[float, Calendar]] = {}


def city() -> City:
    """Raises City.DoesNotExist before a pack is loaded."""
    return City.objects.get()


def zone() -> ZoneInfo:
    return ZoneInfo(calendar().zone)


def today() -> date:
    """The day it is in the city, which for seven hours is not the day it is in UTC."""
    return local(timezone.now()).date()


def local(moment: datetime) -> datetime:
    """A moment as the clocks of the city show it."""
    return moment.astimezone(zone())


def calendar(office: Office | None = None) -> Calendar:
    """When an office works, or the city as a whole; kept for half a minute in each process."""
    key = office.pk if office else None
    until, kept = _calendars.get(key, (0.0, None))
    if kept is None or until < time.monotonic():
        kept = _read_calendar(office)
        _calendars[key] = (time.monotonic() + CALENDAR_SECONDS, kept)
    return kept


def forget_calendars() -> None:
    _calendars.clear()


def _read_calendar(office: Office | None) -> Calendar:
    here = city()
    hours = here.hours | (office.hours if office else {})
    return Calendar(
        zone=here.zone,
        holidays=frozenset(Holiday.objects.values_list("date", flat=True)),
        weekdays=frozenset(WEEKDAYS.index(day) for day in hours["weekdays"]),
        opens=clock.fromisoformat(hours["opens"]),
        closes=clock.fromisoformat(hours["closes"]),
    )


def holidays(year: int) -> QuerySet[Holiday]:
    return Holiday.objects.filter(date__year=year).order_by("date", "id")


def areas(kind: str | None = None, parent: str | None = None) -> QuerySet[Area]:
    found = Area.objects.filter(active=True).select_related("parent__parent")
    if kind:
        found = found.filter(kind=kind)
    if parent:
        found = found.filter(parent__code=parent)
    return found.order_by("code")


@compiled
def named_areas(codes: tuple[str, ...]) -> QuerySet[Area]:
    """With the areas around them."""
    return Area.objects.select_related("parent__parent__parent").filter(code__in=codes)


def area(code: str) -> Area:
    return Area.objects.select_related("parent").get(code=code)


def has_area(code: str) -> bool:
    return Area.objects.filter(code=code).exists()


def offices(kind: str | None = None) -> QuerySet[Office]:
    found = Office.objects.filter(active=True).select_related("parent", "area")
    return (found.filter(kind=kind) if kind else found).order_by("code")


def office(code: str) -> Office:
    return Office.objects.get(code=code)


def office_of_area(code: str, kind: str = "") -> Office | None:
    """The unit (of a kind) that serves an area: its own, or that of the nearest area around it."""
    places: list[Area | None] = [*named_areas((code,))]
    if not places:
        raise Area.DoesNotExist
    place = places[0]
    around: list[int] = []
    while place is not None:
        around.append(place.pk)
        place = place.parent
    found = [unit for unit in _units_of(tuple(around)) if kind in ("", unit.kind)]
    return min(found, key=lambda unit: around.index(unit.area_id or 0), default=None)


@compiled
def _units_of(areas: tuple[int, ...]) -> QuerySet[Office]:
    return Office.objects.filter(area__in=areas, active=True).order_by("id")


def in_area_of(area_id: int, office_id: int) -> bool:
    """Whether an area lies in that of a unit, or of the nearest unit above it that has one."""
    above = around(office_id)
    areas = dict(Office.objects.filter(pk__in=above).values_list("pk", "area"))
    outer = next((areas[pk] for pk in above if areas[pk]), None)
    place: Area | None = Area.objects.select_related("parent__parent__parent").get(pk=area_id)
    while place is not None and place.pk != outer:
        place = place.parent
    return place is not None


def around(office_id: int) -> list[int]:
    """A unit and the units above it, the nearest first."""
    return _tree(
        "WITH RECURSIVE found AS ("
        " SELECT id, parent_id, 0 AS far FROM offices_office WHERE id = ANY(%s)"
        " UNION SELECT o.id, o.parent_id, far + 1 FROM offices_office o"
        " JOIN found ON o.id = found.parent_id WHERE far < %s"
        ") SELECT id FROM found ORDER BY far",
        [office_id],
    )


def below(office_ids: Iterable[int]) -> frozenset[int]:
    """These units and all units below them."""
    return frozenset(
        _tree(
            "WITH RECURSIVE found AS ("
            " SELECT id, 0 AS far FROM offices_office WHERE id = ANY(%s)"
            " UNION SELECT o.id, far + 1 FROM offices_office o"
            " JOIN found ON o.parent_id = found.id WHERE far < %s"
            ") SELECT id FROM found",
            list(office_ids),
        )
    )


def _tree(query: str, start: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [start, DEEPEST])
        return [office_id for (office_id,) in cursor.fetchall()]


def posts(role: str | None = None, office_id: int | None = None) -> QuerySet[Post]:
    found = Post.objects.filter(active=True, office__active=True).select_related("office", "role")
    if role:
        found = found.filter(role__code=role)
    if office_id:
        found = found.filter(office_id=office_id)
    return found.order_by("office__code", "id")


def post(office_code: str, code: str) -> Post:
    return Post.objects.select_related("office", "role").get(office__code=office_code, code=code)


def post_by_id(post_id: int) -> Post:
    return Post.objects.select_related("office", "role").get(pk=post_id)


def roles() -> QuerySet[Role]:
    return Role.objects.filter(active=True).order_by("code")


def role_name(code: str) -> str:
    """A role in the language of the city; its code if the pack does not know it any more."""
    role = Role.objects.filter(code=code).first()
    name = role.name if role else code
    return name if isinstance(name, str) else str(name.get("id", code))


def main_office() -> Office:
    """The unit that keeps the books of the whole city: the first one its pack named."""
    return Office.objects.filter(active=True).order_by("id")[0]


def office_name(office_id: int) -> str:
    return Office.objects.values_list("name", flat=True).get(pk=office_id)


def active_outages(office: Office | None = None, at: datetime | None = None) -> QuerySet[Outage]:
    """What stands still at a moment; without an office, every declared outage."""
    at = at or timezone.now()
    return _outages(office).filter(Q(ended_at=None) | Q(ended_at__gt=at), started_at__lte=at)


def was_disturbed(office: Office, at: datetime) -> bool:
    """Whether an outage was declared that had begun by then and had not ended before that day.

    The rest of the day on which it ended counts: a counter learns of it late.
    """
    morning = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    by_then = _outages(office).filter(started_at__lte=at)
    return by_then.filter(Q(ended_at=None) | Q(ended_at__gte=morning)).exists()


def outages_since(moment: datetime, office: Office | None = None) -> QuerySet[Outage]:
    """Every declared period that touches the time after a moment, for the clock of a case."""
    return _outages(office).filter(Q(ended_at=None) | Q(ended_at__gt=moment))


def _outages(office: Office | None) -> QuerySet[Outage]:
    found = Outage.objects.prefetch_related("offices").order_by("started_at", "id")
    if office is None:
        return found
    return found.filter(Q(offices=None) | Q(offices=office)).distinct()


def declared_outages() -> QuerySet[Outage]:
    """All of them, the latest first."""
    return _outages(None).reverse()


def outage(outage_id: int) -> Outage:
    return Outage.objects.prefetch_related("offices").get(pk=outage_id)


def number_of(purpose: str, series: str) -> Number | None:
    """The number that a subject has in a series, if it was not voided."""
    return Number.objects.filter(
        purpose=purpose, series__series=series, status=Number.Status.USED
    ).first()


def numbers(series: NumberSeries) -> QuerySet[Number]:
    return series.numbers.order_by("value")


def number_series(office: Office, series: str, year: int) -> NumberSeries:
    return NumberSeries.objects.get(office=office, series=series, year=year)


def unused_numbers(office_ids: Iterable[int], year: int) -> QuerySet[Number]:
    """Numbers of these offices that ended unused, each with its reason: the gaps of the book."""
    return (
        Number.objects.filter(
            series__office__in=list(office_ids), series__year=year, status=Number.Status.VOID
        )
        .select_related("series__office")
        .order_by("series__series", "value", "id")
    )


def unexplained_gaps(series: NumberSeries) -> tuple[int, ...]:
    """Values up to the last one that are neither used nor voided with a reason."""
    series.refresh_from_db(fields=["last"])
    known = set(series.numbers.values_list("value", flat=True))
    return tuple(value for value in range(1, series.last + 1) if value not in known)
