"""Units and posts that the city adds to those of its pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused, both
from satupintu.offices import access, queries
from satupintu.offices.events import OfficePut, PostPut
from satupintu.offices.models import Area, Office, Post

if TYPE_CHECKING:
    from satupintu.journal.events import By


class UnknownName(Refused):
    """The data names a role, office or area that it does not define."""


class NotOfTheCity(Refused):
    """A unit or post that may not be added or changed in this way."""


@transaction.atomic
def put_office(
    *, code: str, name: str, kind: str, parent_id: int, area: str = "", by: By
) -> tuple[Office, bool]:
    """Add a unit of the city's own, or change one; answers if anything changed.

    An RW or RT brings its area along. The area lies in that of the unit above, unless the
    administrator of the whole city says so. Raises NoRight, NotOfTheCity, UnknownName.
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
    if place is not None:
        _require_place(place, kind=kind, code=code, parent_id=parent_id, by=by)
    for field, value in wanted.items():
        setattr(office, field, value)
    office.active = True
    office.save()
    journal.record(OfficePut(subject=office.subject, office_id=office.pk), by=by)
    return office, True


def _put_area(code: str, *, name: str, kind: str) -> int:
    outer = code.rpartition(".")[0]
    places = Area.objects.select_for_update(no_key=True).filter(code__in=[code, outer])
    found = {one.code: one for one in places.order_by("code")}
    known, above = found.get(code), found.get(outer)
    if known is not None and known.active and known.kind == kind:
        return known.pk
    small = kind in (Area.Kind.RW, Area.Kind.RT)
    if known is not None or above is None or not above.active or not small:
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


def _require_place(area_id: int, *, kind: str, code: str, parent_id: int, by: By) -> None:
    same = Office.objects.filter(area=area_id, kind=kind, active=True).exclude(code=code)
    if other := same.first():
        raise NotOfTheCity(
            both(
                "Wilayah ini sudah dilayani {office}",
                "{office} already serves this area",
                office=other.name,
            ),
            field="area",
        )
    if not queries.in_area_of(area_id, parent_id) and not access.may(by, "admin_all"):
        raise NotOfTheCity(
            both(
                "Wilayah ini di luar wilayah unit induknya. Minta administrator kota",
                "This area lies outside that of the unit above. Ask the city's administrator",
            ),
            field="area",
        )


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
