"""The review of rights: who may do what, since when, by whose decision; for auditors too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.journal import queries as journal
from satupintu.lib import posted, tables
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account, Mandate
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.people.web.forms import DayForm
from satupintu.people.web.sign_in.words import both

if TYPE_CHECKING:
    from satupintu.offices.models import Post

HEADER = (
    "unit", "jabatan", "nama", "sebagai", "sejak", "sampai", "nomor keputusan",
    "tanggal keputusan", "dicatat oleh", "masuk terakhir", "kode kedua", "akun", "hak",
)  # fmt: skip
GIVEN = {"people.HolderAppointed": "holding_id", "people.MandateGiven": "mandate_id"}
REVIEWS = 10


@dataclass(frozen=True)
class Line:
    """One person in one post."""

    post: Post
    rights: frozenset[str]
    account: Account
    kind: str  # empty, Plh or Plt
    since: Any
    until: Any
    decision: str
    decided_on: Any
    recorded_by: str
    factors: frozenset[str]


@dataclass(frozen=True)
class Asked:
    office_id: int | None
    right: str
    reach: frozenset[int] | None


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def review(request: Request) -> HttpResponse:
    asked = _asked(request)
    form = DayForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        form.initial["on"] = offices.today()
    elif form.is_valid():
        try:
            actions.confirm_review(
                office_id=asked.office_id,
                reviewed_on=form.cleaned_data["on"],
                note=request.POST.get("note", ""),
                by=request.by,
            )
        except Refused as refused:
            form.add_error("on", refused.message)
        else:
            messages.success(request, both("Peninjauan tercatat", "The review is recorded"))
            return redirect(request.get_full_path())
    page = _page(asked, request.GET.get("after", "")[:80])
    units = offices.offices()
    done = list(queries.reviews(asked.office_id)[:REVIEWS])
    left = offices.posts().in_bulk({post for one in done for post in one.withdrawn})
    context = {
        "lines": list(_lines(page)),
        "page": page,
        "asked": asked,
        "rights": queries.RIGHTS,
        "units": units if asked.reach is None else units.filter(pk__in=asked.reach),
        "form": form,
        "reviews": [
            {"row": one, "left": [left[post] for post in one.withdrawn if post in left]}
            for one in done
        ],
        "may_confirm": asked.reach is None or asked.office_id is not None,
    }
    return render(request, "people/review.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
@fresh_second_factor
def review_csv(request: Request) -> StreamingHttpResponse:
    asked = _asked(request)
    actions.note_access_list(office_id=asked.office_id, by=request.by)
    return StreamingHttpResponse(
        tables.write(HEADER, (_cells(line) for line in _all(asked))),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="hak-akses.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _asked(request: Request) -> Asked:
    """What is asked for, within one's reach. Raises NoRight."""
    _, reach = queries.review_reach(request.by)
    office_id = posted.whole(request.GET.get("unit", ""))
    if office_id is not None and reach is not None and office_id not in reach:
        office_id = None
    right = request.GET.get("hak", "")
    return Asked(office_id, right if right in queries.RIGHTS else "", reach)


def _page(asked: Asked, after: str) -> queries.MatrixPage:
    return queries.matrix(
        offices.today(),
        reach=asked.reach,
        right=asked.right,
        office_id=asked.office_id,
        after=after,
    )


def _all(asked: Asked) -> Iterator[Line]:
    page = _page(asked, "")
    yield from _lines(page)
    while page.next:
        page = _page(asked, page.next)
        yield from _lines(page)


def _lines(page: queries.MatrixPage) -> Iterator[Line]:
    held = [
        (row, one) for row in page.rows for one in (row.holding, row.mandate) if one is not None
    ]
    recorded = _recorded(row.post.pk for row, _ in held)
    factors = queries.second_factors(one.account_id for _, one in held)
    for row, one in held:
        acting = isinstance(one, Mandate)
        yield Line(
            post=row.post,
            rights=row.rights,
            account=one.account,
            kind=one.get_kind_display() if isinstance(one, Mandate) else "",
            since=one.from_date,
            until=one.to_date,
            decision=one.decision_number,
            decided_on=one.decision_date,
            recorded_by=recorded.get(("mandate_id" if acting else "holding_id", one.pk), ""),
            factors=frozenset(factors.get(one.account_id, ())),
        )


def _recorded(posts: Iterable[int]) -> dict[tuple[str, int], str]:
    """Who entered a holding or a mandate, from the journal."""
    rows = [
        row
        for row in journal.timeline({f"post:{post}" for post in posts}, limit=1000)
        if row.event in GIVEN
    ]
    names = queries.names(row.account_id for row in rows)
    return {
        (GIVEN[row.event], row.data[GIVEN[row.event]]): names.get(row.account_id or 0, "")
        for row in rows
    }


def _cells(line: Line) -> tuple[object, ...]:
    seen = line.account.last_login
    return (
        line.post.office.name,
        line.post.name,
        line.account.name,
        line.kind or "definitif",
        line.since,
        line.until,
        line.decision,
        line.decided_on,
        line.recorded_by,
        seen.astimezone(offices.zone()).date() if seen else "",
        ", ".join(sorted(line.factors)),
        "aktif" if line.account.is_active else "ditutup",
        "; ".join(str(queries.RIGHTS[right]) for right in queries.RIGHTS if right in line.rights),
    )
