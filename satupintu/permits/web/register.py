"""The register book of an office: its signed letters, unused numbers, and the recapitulation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.lib import identity, posted, tables
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.permits import access, actions, queries

if TYPE_CHECKING:
    from satupintu.people.queries import HeldPost

PAGE = 50
MOST_UNUSED = 200
YEARS = range(2000, 2101)
HEADER = ("Nomor", "Tanggal", "Jenis", "Nama", "Keadaan", "Keterangan")
STATES = {
    "valid": "Berlaku",
    "issued": "Terbit",
    "expired": "Kedaluwarsa",
    "suspended": "Dibekukan",
    "revoked": "Dicabut",
}


@dataclass(frozen=True)
class Asked:
    posts: list[HeldPost]  # one for each office whose book may be read
    office: HeldPost
    year: int
    month: int | None


@login_required
@require_safe
def register(request: Request) -> HttpResponse:
    asked = _asked(request)
    office = [asked.office.office_id]
    rows = list(
        queries.book(
            office, year=asked.year, month=asked.month, after=request.GET.get("after", "")[:40]
        )[: PAGE + 1]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    counted = queries.recapitulation(office, asked.year)
    context: dict[str, Any] = {
        "asked": asked,
        "rows": [(row, _masked(row), _state(row)) for row in rows[:PAGE]],
        "page": {"next": f"{last.valid_from.isoformat()}.{last.pk}" if last else ""},
        "unused": offices.unused_numbers(office, asked.year)[:MOST_UNUSED],
        "months": list(enumerate(queries.MONTHS, start=1)),
        "recapitulation": [
            (queries.MONTHS[month - 1], list(rows))
            for month, rows in groupby(counted, key=lambda row: row["month"])
        ],
        "total": sum(row["count"] for row in counted),
    }
    return render(request, "permits/register.html", context)


@login_required
@require_safe
@fresh_second_factor
def register_csv(request: Request) -> StreamingHttpResponse:
    """The same book for a spreadsheet; names stay masked, and no cell becomes a formula."""
    asked = _asked(request)
    when = f"{asked.year}-{asked.month:02}" if asked.month else str(asked.year)
    actions.note_export(asked.office.office_id, what=f"register:{when}", by=request.by)
    return StreamingHttpResponse(
        tables.write(HEADER, _lines(asked)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="register-{when}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _lines(asked: Asked) -> Iterator[tuple[object, ...]]:
    office = [asked.office.office_id]
    for row in queries.book(office, year=asked.year, month=asked.month).iterator():
        state = _state(row)
        yield row.number, row.valid_from, row.title, _masked(row), STATES.get(state, state), ""
    for number in offices.unused_numbers(office, asked.year).iterator():
        taken = offices.local(number.taken_at).date()
        if asked.month in (None, taken.month):
            yield number.text, taken, "", "", "Tidak dipakai", number.reason


def _asked(request: Request) -> Asked:
    """Which office, year and month; the first office and this year when nothing fits."""
    reading = [
        post
        for post in people.posts_held(request.by.account_id)
        if post.rights & access.READING_RIGHTS
    ]
    if not reading:
        people.acting_post(request.by, right="assign")
    posts = list({post.office_id: post for post in reversed(reading)}.values())
    unit = request.GET.get("unit", "")
    year = posted.whole(request.GET.get("tahun", ""))
    month = posted.whole(request.GET.get("bulan", ""))
    return Asked(
        posts=posts,
        office=next((post for post in posts if post.office_code == unit), posts[0]),
        year=year if year is not None and year in YEARS else offices.today().year,
        month=month if month in range(1, 13) else None,
    )


def _state(row: queries.Permit) -> str:
    """Only a permit holds for a time; other letters are merely issued."""
    if row.status != queries.VALID:
        return row.status
    if row.kind != "permit":
        return "issued"
    return "expired" if queries.state(row) == queries.ENDED else "valid"


def _masked(row: queries.Permit) -> str:
    return row.holder.display_name if row.holder.company else identity.mask_name(row.holder.name)


urlpatterns = [
    path("izin/register/", register, name="register"),
    path("izin/register/unduh.csv", register_csv, name="register_csv"),
]
