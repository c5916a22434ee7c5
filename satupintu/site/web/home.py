"""The front door: home, guides, units, reference data, and whether the service runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from satupintu.catalogue import queries as catalogue
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.queries import MatrixRow
from satupintu.site.templatetags.words import language

MOST_USED = 8
CLOSURES_AHEAD = timedelta(days=14)
OUTAGES_BACK = timedelta(days=90)
# Pages with an address and a place in the footer of their own.
NO_GUIDES = ("privasi", "aksesibilitas")
# Whoever holds one of these answers for the unit; the public may know them by name.
LEADING = frozenset({"assign", "sanction"})
AT_THE_COUNTER = frozenset({"counter", "cashier"})
LOCAL = frozenset({"kecamatan", "kelurahan"})
# Too many for one page, and people know their own.
NEIGHBOURS = ("rw", "rt")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = offices.today()
    context = {
        "popular": catalogue.services(popular=True).defer("search")[:MOST_USED],
        "has_purposes": bool(catalogue.purposes()),
        "running": offices.active_outages(),
        "counter": _counter(),
        "closures": _closures(today),
        "guides": _guides(),
        "today": today,
    }
    return render(request, "site/home.html", context)


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "site/guides.html", {"guides": _guides()})


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.page(slug, language())
    if found is None:
        raise Http404
    context = {"page": found, "guides": _guides(), "is_guide": slug not in NO_GUIDES}
    return render(request, "site/guide.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return guide(request, "privasi")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return guide(request, "aksesibilitas")


@require_safe
def service_status(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    seen = list(offices.outages_since(now - OUTAGES_BACK))
    running = [one for one in seen if one.started_at <= now and not _ended(one, now)]
    context = {
        "running": running,
        "past": [one for one in reversed(seen) if _ended(one, now)],
        "now": now,
        "days": OUTAGES_BACK.days,
    }
    return render(request, "site/status.html", context)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Every unit with who leads it, what its counters are, and when it is open (PLB-7-2-b)."""
    held: dict[int, list[MatrixRow]] = {}
    shown = offices.posts().exclude(office__kind__in=NEIGHBOURS)
    for row in people.who_may_do_what(posts=shown):
        held.setdefault(row.post.office_id, []).append(row)
    units = [
        _unit(office, held.get(office.pk, []))
        for office in offices.offices().exclude(kind__in=NEIGHBOURS)
    ]
    context = {
        "main": [one for one in units if one["office"].kind == "dpmptsp"],
        "agencies": [one for one in units if one["office"].kind not in LOCAL | {"dpmptsp"}],
        "districts": [
            (one, [two for two in units if two["office"].parent_id == one["office"].pk])
            for one in units
            if one["office"].kind == "kecamatan"
        ],
    }
    return render(request, "site/directory.html", context)


@require_safe
def reference_data(request: HttpRequest) -> HttpResponse:
    """The lists that applications are filled in and decided with (PLB-7-2-h)."""
    villages = sorted(
        (area for area in offices.areas("kelurahan") if area.parent),
        key=lambda area: (area.parent.code, area.code),  # type: ignore[union-attr]
    )
    today = offices.today()
    context = {
        "services": catalogue.services()
        .select_related("current")
        .defer("search", "current__definition"),
        "sectors": catalogue.sectors(),
        "districts": [
            (district, list(areas))
            for district, areas in groupby(villages, key=lambda area: area.parent)
        ],
        "holidays": offices.holidays(today.year),
        "year": today.year,
    }
    return render(request, "site/data.html", context)


def _guides() -> list[tuple[str, str]]:
    return [
        (slug, title)
        for slug, title in sorted(catalogue.titles(language()).items())
        if slug not in NO_GUIDES
    ]


def _counter() -> dict[str, Any]:
    """Whether somebody is at the counter now, and if not, when again."""
    work, now = offices.calendar(), offices.local(timezone.now())
    today, working = now.date(), offices.calendar().is_working_day(now.date())
    is_open = working and work.opens <= now.time() < work.closes
    later = working and now.time() < work.opens
    return {
        "is_open": is_open,
        "opens": work.opens,
        "closes": work.closes,
        "next": None if is_open else today if later else work.add_working_days(today, 1),
    }


def _closures(today: date) -> list[Any]:
    """Days off that people who plan to come should know of."""
    until = today + CLOSURES_AHEAD
    days = [day for year in {today.year, until.year} for day in offices.holidays(year)]
    return sorted((day for day in days if today <= day.date <= until), key=lambda day: day.date)


def _ended(outage: Any, now: Any) -> bool:
    return outage.ended_at is not None and outage.ended_at <= now


def _unit(office: Any, rows: Iterable[MatrixRow]) -> dict[str, Any]:
    rows = list(rows)
    leading = sorted(
        (row for row in rows if row.rights & LEADING), key=lambda row: len(row.rights), reverse=True
    )
    return {
        "office": office,
        "leaders": [_leader(row) for row in leading],
        "posts": [] if leading else [row.post.name for row in rows],
        "counters": [row.post.name for row in rows if row.rights & AT_THE_COUNTER],
    }


def _leader(row: MatrixRow) -> Mapping[str, Any]:
    acting = row.mandate
    person = acting.account if acting else row.holding.account if row.holding else None
    return {
        "post": row.post.name,
        "acting": acting.get_kind_display() if acting else "",
        "name": person.name if person else "",
    }


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """After sign-in: officers to their tasks, applicants to their applications."""
    return redirect("cases:tasks" if people.is_officer(request.user.pk) else "cases:home")


urlpatterns = [
    path("meja/", desk, name="desk"),
    path("", home, name="home"),
    path("panduan/", guides, name="guides"),
    path("panduan/<slug:slug>/", guide, name="guide"),
    path("privasi/", privacy, name="privacy"),
    path("aksesibilitas/", accessibility, name="accessibility"),
    path("status/", service_status, name="service_status"),
    path("direktori/", directory, name="directory"),
    path("data-acuan/", reference_data, name="reference_data"),
]
