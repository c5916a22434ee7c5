"""The city brought to what its pack says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused, both
from satupintu.offices import access, queries
from satupintu.offices.actions.units import UnknownName
from satupintu.offices.events import OfficesLoaded
from satupintu.offices.models import Area, City, Holiday, Office, Post, Role

if TYPE_CHECKING:
    from django.db.models import Model

    from satupintu.journal.events import By

Row = Mapping[str, Any]


class OtherCity(Refused):
    """The database belongs to another city."""


class AreaTaken(Refused):
    """Two units of one kind would serve the same area."""


@transaction.atomic
def load(data: Mapping[str, Any], *, by: By) -> City:
    """Bring the city to what a pack says; repeatable. What vanished stays, but inactive.

    `data` holds city, roles, offices, posts, areas, holidays. Raises NoRight, UnknownName,
    OtherCity, AreaTaken.
    """
    access.require(by, "admin_all")
    known = City.objects.first()
    if known is not None and known.code != data["city"]["code"]:
        raise OtherCity(
            f"Basis data ini milik {known.name} ({known.code}), paket ini milik "
            f"{data['city']['name']} ({data['city']['code']}). Pakai basis data lain: "
            "SATUPINTU_DATA atau DATABASE_URL yang lain."
        )
    city, _ = City.objects.update_or_create(pk=1, defaults=dict(data["city"]))
    _load_areas(data["areas"])
    _load_roles(data["roles"])
    _load_offices(data["offices"])
    _load_posts(data["posts"])
    _load_holidays(data["holidays"])
    queries.forget_calendars()
    journal.record(
        OfficesLoaded(
            subject="city",
            areas=len(data["areas"]),
            offices=len(data["offices"]),
            posts=len(data["posts"]),
            holidays=len(data["holidays"]),
        ),
        by=by,
    )
    return city


def _load_areas(rows: Iterable[Row]) -> None:
    rows = list(rows)
    _upsert(
        Area,
        [
            Area(
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                aliases=list(row.get("aliases", ())),
            )
            for row in rows
        ],
        ["name", "kind", "aliases", "imported"],
    )
    ids = _ids(Area)
    _set_parents(Area, rows, ids)


def _load_roles(rows: Iterable[Row]) -> None:
    roles = [
        Role(code=row["code"], name=row["name"], rights=sorted(row.get("rights", ())))
        for row in rows
    ]
    _upsert(Role, roles, ["name", "rights"])


def _load_offices(rows: Iterable[Row]) -> None:
    rows = list(rows)
    areas = _ids(Area)
    offices = [
        Office(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            area_id=_id_if_named(areas, row.get("area"), "Wilayah"),
            contact=row.get("contact", {}),
            hours=row.get("hours", {}),
        )
        for row in rows
    ]
    # An area changes hands within the pack: the former unit lets go of it first.
    of_pack = Q(imported=False) | Q(code__in=[office.code for office in offices])
    Office.objects.filter(of_pack).update(active=False)
    _require_areas_of_their_own(offices)
    _upsert(Office, offices, ["name", "kind", "area", "contact", "hours", "imported"])
    _set_parents(Office, rows, _ids(Office))


def _require_areas_of_their_own(offices: Iterable[Office]) -> None:
    staying = Office.objects.filter(active=True).exclude(area=None)
    taken = {(office.area_id, office.kind): office.code for office in staying}
    for office in offices:
        if office.area_id is None:
            continue
        other = taken.setdefault((office.area_id, office.kind), office.code)
        if other != office.code:
            raise AreaTaken(
                both(
                    "Unit {one} dan {other} melayani wilayah yang sama",
                    "The units {one} and {other} serve the same area",
                    one=office.code,
                    other=other,
                )
            )


def _load_posts(rows: Iterable[Row]) -> None:
    offices, roles = _ids(Office), _ids(Role)
    posts = [
        Post(
            office_id=_id(offices, row["office"], "Unit"),
            code=row["code"],
            name=row["name"],
            role_id=_id(roles, row["role"], "Peran"),
        )
        for row in rows
    ]
    _upsert(Post, posts, ["name", "role", "imported"], unique=["office", "code"])


def _load_holidays(rows: Iterable[Row]) -> None:
    """Past days stay as they were: due dates of old cases were counted with them."""
    holidays = [Holiday(date=row["date"], name=row["name"], kind=row["kind"]) for row in rows]
    saved = Holiday.objects.bulk_create(
        holidays,
        update_conflicts=True,
        unique_fields=["date", "kind"],
        update_fields=["name"],
    )
    kept = [row.pk for row in saved]
    Holiday.objects.filter(date__gt=queries.today()).exclude(pk__in=kept).delete()


def _upsert(
    model: type[Any], rows: list[Any], fields: list[str], unique: list[str] | None = None
) -> None:
    saved = model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=unique or ["code"],
        update_fields=[*fields, "active"],
    )
    gone = model.objects.exclude(pk__in=[row.pk for row in saved])
    if "imported" in fields:
        gone = gone.filter(imported=False)
    gone.update(active=False)


def _ids(model: type[Any]) -> dict[str, int]:
    return dict(model.objects.filter(active=True).values_list("code", "pk"))


def _id_if_named(ids: Mapping[str, int], code: str | None, what: str) -> int | None:
    return None if code is None else _id(ids, code, what)


def _id(ids: Mapping[str, int], code: str, what: str) -> int:
    if code not in ids:
        raise UnknownName(f"{what} {code} dipakai, tetapi tidak ada di data kota")
    return ids[code]


def _set_parents(model: type[Any], rows: list[Row], ids: Mapping[str, int]) -> None:
    changed: list[Model] = []
    found = model.objects.in_bulk([row["code"] for row in rows], field_name="code")
    for row in rows:
        item, parent = found[row["code"]], _id_if_named(ids, row.get("parent"), "Induk")
        if item.parent_id != parent:
            item.parent_id = parent
            changed.append(item)
    model.objects.bulk_update(changed, ["parent"], batch_size=500)
