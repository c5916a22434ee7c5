"""Everything that can happen to the city's own data: loading, outages, official numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused, both
from satupintu.lib.numbers import format_number, roman
from satupintu.offices import access, queries
from satupintu.offices.events import (
    NumberTaken,
    NumberVoided,
    OfficePut,
    OfficesLoaded,
    OutageDeclared,
    OutageEnded,
    PostPut,
)
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
    from django.db.models import Model

    from satupintu.journal.events import By

Row = Mapping[str, Any]


class UnknownName(Refused):
    """The data names a role, office or area that it does not define."""


class OtherCity(Refused):
    """The database belongs to another city."""


@transaction.atomic
def load(data: Mapping[str, Any], *, by: By) -> City:
    """Bring the city to what a pack says; repeatable. What vanished stays, but inactive.

    `data` holds city, roles, offices, posts, areas, holidays. Raises NoRight, UnknownName,
    OtherCity.
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
    _upsert(Office, offices, ["name", "kind", "area", "contact", "hours", "imported"])
    _set_parents(Office, rows, _ids(Office))


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


class NotOfTheCity(Refused):
    """A unit or post that may not be added or changed in this way."""


@transaction.atomic
def put_office(
    *, code: str, name: str, kind: str, parent_id: int, area: str = "", by: By
) -> tuple[Office, bool]:
    """Add a unit of the city's own, or change one; answers if anything changed.

    An RW or RT brings its area along. Raises NoRight, NotOfTheCity, UnknownName.
    """
    access.require(by, "admin")
    office = Office.objects.select_for_update(no_key=True).filter(code=code).first()
    place = _put_area(area, name=name, kind=kind) if area else None
    wanted = {"name": name, "kind": kind, "parent_id": parent_id, "area_id": place}
    if office is None:
        office = Office(code=code, imported=True, **wanted)
    elif all(getattr(office, field) == value for field, value in wanted.items()) and office.active:
        return office, False
    elif not office.imported:
        raise NotOfTheCity(
            both(
                "Unit ini berasal dari paket kota dan berbeda dari berkas ini",
                "This unit comes from the city's pack and differs from this file",
            ),
            field="name",
        )
    for field, value in wanted.items():
        setattr(office, field, value)
    office.active = True
    office.save()
    journal.record(OfficePut(subject=office.subject, office_id=office.pk), by=by)
    return office, True


def _put_area(code: str, *, name: str, kind: str) -> int:
    outer = code.rpartition(".")[0]
    found = {one.code: one for one in Area.objects.filter(code__in=[code, outer], active=True)}
    known, above = found.get(code), found.get(outer)
    if known is not None and known.kind == kind:
        return known.pk
    if known is not None or above is None or kind not in (Area.Kind.RW, Area.Kind.RT):
        raise UnknownName(
            both(
                "Wilayah {code} tidak ada di data kota untuk unit berjenis {kind}",
                "The city has no area {code} for a unit of kind {kind}",
                code=code,
                kind=kind,
            ),
            field="area",
        )
    return Area.objects.create(code=code, name=name, kind=kind, parent=above, imported=True).pk


@transaction.atomic
def put_post(*, office_id: int, code: str, name: str, role_id: int, by: By) -> tuple[Post, bool]:
    """Add a post of the city's own, or change one. Raises NoRight, NotOfTheCity."""
    access.require(by, "admin")
    post = Post.objects.select_for_update(no_key=True).filter(office=office_id, code=code).first()
    wanted = {"name": name, "role_id": role_id}
    if post is None:
        post = Post(office_id=office_id, code=code, imported=True, **wanted)
    elif all(getattr(post, field) == value for field, value in wanted.items()) and post.active:
        return post, False
    elif not post.imported:
        raise NotOfTheCity(
            both(
                "Jabatan ini berasal dari paket kota dan berbeda dari berkas ini",
                "This post comes from the city's pack and differs from this file",
            ),
            field="post_name",
        )
    for field, value in wanted.items():
        setattr(post, field, value)
    post.active = True
    post.save()
    journal.record(PostPut(subject=post.subject, post_id=post.pk), by=by)
    return post, True


class OutageRefused(Refused):
    """The period of an outage does not fit."""


@transaction.atomic
def declare_outage(
    *,
    kind: str,
    reason: str,
    started_at: datetime,
    ended_at: datetime | None = None,
    offices: Iterable[Office] = (),
    decision: str = "",
    by: By,
) -> Outage:
    """State that the service stood still, for some units or, when none is named, for all.

    May be declared afterwards for a past period, by a decision that is named; periods may overlap.
    Raises NoRight, OutageRefused.
    """
    access.require(by, "outage")
    now = timezone.now()
    if started_at > now:
        raise OutageRefused("Gangguan dinyatakan saat atau setelah terjadi", field="started_at")
    if ended_at is not None and not started_at < ended_at <= now:
        raise OutageRefused(
            "Waktu selesai ada di antara waktu mulai dan sekarang", field="ended_at"
        )
    if not reason.strip():
        raise OutageRefused("Tulis penyebab gangguan", field="reason")
    if ended_at is not None and not decision.strip():
        raise OutageRefused(
            "Tulis nomor dan tanggal keputusan untuk gangguan yang sudah lewat", field="decision"
        )
    outage = Outage.objects.create(
        kind=kind,
        reason=reason.strip(),
        decision=decision.strip(),
        started_at=started_at,
        ended_at=ended_at,
        declared_by=by.account_id,
    )
    ids = tuple(sorted(office.pk for office in offices))
    outage.offices.set(ids)
    journal.record(
        OutageDeclared(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by
    )
    if ended_at is not None:
        journal.record(
            OutageEnded(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by
        )
    return outage


@transaction.atomic
def end_outage(outage_id: int, *, by: By) -> Outage:
    """The service works again from now on. Ending it twice changes nothing. Raises NoRight."""
    outage = Outage.objects.select_for_update(no_key=True).get(pk=outage_id)
    access.require(by, "outage")
    if outage.ended_at is not None:
        return outage
    outage.ended_at = timezone.now()
    outage.save()
    ids = tuple(outage.offices.order_by("pk").values_list("pk", flat=True))
    journal.record(OutageEnded(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by)
    return outage


@transaction.atomic
def take_number(
    *,
    office: Office,
    series: str,
    template: str,
    on: date,
    subject: str,
    by: By,
    **values: object,
) -> Number:
    """The next number of a series for a subject; a subject that has one keeps it (R4).

    The row lock lasts until the caller's transaction ends, so an undone act leaves no gap.
    """
    row, _ = NumberSeries.objects.get_or_create(office=office, series=series, year=on.year)
    row = NumberSeries.objects.select_for_update(no_key=True).get(pk=row.pk)
    kept = Number.objects.filter(
        series__office=office, series__series=series, purpose=subject, status=Number.Status.USED
    ).first()
    if kept is not None:
        return kept
    row.last += 1
    row.save(update_fields=["last"])
    text = format_number(
        template,
        **{
            "number": row.last,
            "unit": office.code.upper(),
            "year": on.year,
            "month": on.month,
            "month_roman": roman(on.month),
            **values,
        },
    )
    number = Number.objects.create(series=row, value=row.last, text=text, purpose=subject)
    journal.record(NumberTaken(subject=subject, number_id=number.pk, text=text), by=by)
    return number


class ReasonMissing(Refused):
    """A number may only end unused with a reason."""


@transaction.atomic
def void_number(number_id: int, *, reason: str, by: By) -> Number:
    """Note that a number ends unused, and why; it is never given out again."""
    number = Number.objects.select_for_update(no_key=True).get(pk=number_id)
    if number.status == Number.Status.VOID:
        return number
    if not reason.strip():
        raise ReasonMissing("Tulis alasan nomor ini tidak dipakai", field="reason")
    number.status, number.reason = Number.Status.VOID, reason.strip()
    number.save()
    journal.record(
        NumberVoided(subject=number.purpose, number_id=number.pk, text=number.text), by=by
    )
    return number
