"""Requests to correct personal data: asked by their owner, answered by the unit's administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import queries as cases
from satupintu.lib import posted
from satupintu.lib.errors import Refused, both
from satupintu.lib.identity import mask_name
from satupintu.people import actions
from satupintu.people import queries as people
from satupintu.people.requests import ONLY_CASE, Request

if TYPE_CHECKING:
    from satupintu.people.models import DataRequest

OUTCOMES = {
    "corrected": both("Diperbaiki", "Corrected"),
    "partly": both("Sebagian diperbaiki", "Partly corrected"),
    "refused": both("Ditolak", "Refused"),
}


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Whoever came by the code of a receipt asks about that application alone."""
    only = request.session.get(ONLY_CASE)
    own = {case.subject: case for case in cases.personal_cases(request.user.pk, only)}
    typed = {name: request.POST.get(name, "") for name in ("about", "words", "key")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        case = own.get(typed["about"])
        try:
            if case is None and (only is not None or typed["about"]):
                raise Refused(
                    both("Pilih datanya dari daftar", "Choose the data from the list"),
                    field="about",
                )
            actions.ask_correction_of_data(
                words=typed["words"],
                about=typed["about"],
                office_id=case.office_id if case and case.number else None,
                key=posted.key(typed["key"]) or uuid4(),
                by=request.by,
            )
        except Refused as refused:
            errors = {refused.field or "words": refused.message}
        else:
            messages.success(
                request,
                both(
                    "Permintaan Anda kami terima dan kami jawab paling lambat 3 × 24 jam",
                    "We have your request and answer within 3 × 24 hours",
                ),
            )
            return redirect("own_data")
    context = {
        "cases": [case for case in own.values() if case.number][:50],
        "only": only,
        "typed": typed,
        "errors": errors,
        "key": typed["key"] or uuid4(),
    }
    return render(request, "site/ask_correction.html", context, status=422 if errors else 200)


@login_required
@require_safe
def waiting(request: Request) -> HttpResponse:
    reach = people.admin_reach(request.by)
    page = people.open_data_requests(reach, after=request.GET.get("after", "")[:60])
    context = {
        "page": page,
        "rows": _told(page.rows),
        "answered": _told(list(people.answered_data_requests(reach))),
        "now": timezone.now(),
    }
    return render(request, "site/data_requests.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: Request, request_id: int) -> HttpResponse:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            actions.answer_correction_of_data(
                request_id,
                outcome=request.POST.get("outcome", ""),
                words=request.POST.get("words", ""),
                by=request.by,
            )
        except people.NoRight:
            raise
        except Refused as refused:
            errors = {refused.field or "words": refused.message}
        else:
            messages.success(request, both("Jawaban dikirim kepada pemohon", "The answer was sent"))
            return redirect("data_requests")
    asked = actions.read_data_request(request_id, by=request.by)
    context = {
        "asked": asked,
        "number": _numbers([asked]).get(asked.about, ""),
        "outcomes": OUTCOMES,
        "outcome": OUTCOMES.get(asked.outcome, ""),
        "typed": request.POST,
        "errors": errors,
    }
    return render(request, "site/data_request.html", context, status=422 if errors else 200)


def own(request: Request) -> list[dict[str, Any]]:
    """One's own requests with their answers, for the page of one's data."""
    only = request.session.get(ONLY_CASE)
    about = None if only is None else f"case:{only}"
    return _told(list(people.data_requests_of(request.user.pk, about)))


def _told(rows: list[DataRequest]) -> list[dict[str, Any]]:
    numbers = _numbers(rows)
    return [
        {
            "asked": row,
            "who": mask_name(row.account.name),
            "number": numbers.get(row.about, ""),
            "outcome": OUTCOMES.get(row.outcome, ""),
        }
        for row in rows
    ]


def _numbers(rows: list[DataRequest]) -> dict[str, str]:
    """The numbers of the applications that these are about, by their subject."""
    return cases.numbers_of(row.about for row in rows if row.about)


urlpatterns = [
    path("data-pribadi/perbaikan/", ask, name="own_data_correction"),
    path("pejabat/perbaikan-data/", waiting, name="data_requests"),
    path("pejabat/perbaikan-data/<int:request_id>/", one, name="data_request"),
]
