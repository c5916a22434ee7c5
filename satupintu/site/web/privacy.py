"""What we hold of a person, and who looked at it (UU 27/2022): for that person alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from satupintu.cases import queries as cases
from satupintu.notifications import queries as notifications
from satupintu.people import actions
from satupintu.people import queries as people
from satupintu.people.requests import ONLY_CASE, Request
from satupintu.site.web import data_requests

SEEN = {
    "case": {"id": "permohonan", "en": "the application"},
    "draft": {"id": "draf", "en": "the draft"},
    "document": {"id": "berkas", "en": "a file"},
    "paper": {"id": "dokumen", "en": "a document"},
}


@login_required
@require_safe
def own_data(request: Request) -> HttpResponse:
    mine = cases.personal_cases(request.user.pk, request.session.get(ONLY_CASE))
    readers = [
        {**row, "what": SEEN.get(row["what"], SEEN["case"])}
        for row in cases.readers(mine, request.user.pk)
    ]
    asked = data_requests.own(request)
    return render(request, "site/own_data.html", {"readers": readers, "asked": asked})


@login_required
@require_POST
def own_data_file(request: Request) -> HttpResponse:
    """Everything as one JSON file; whoever came by a receipt's code gets that application."""
    only = request.session.get(ONLY_CASE)
    mine = cases.personal_cases(request.user.pk, only)
    looked = [
        {"at": row["at"], "number": row["case"].number, "what": row["what"], "post": row["post"]}
        for row in cases.readers(mine, request.user.pk)
    ]
    held = {"made_at": timezone.now(), "cases": cases.personal_data(mine), "looked_at_by": looked}
    if only is None:
        held |= people.personal_data(request.user.pk)
        held["corrections_asked"] = [
            {"asked_at": row.made_at, "words": row.words, "answer": row.answer}
            for row in people.data_requests_of(request.user.pk)
        ]
        held["notices"] = notifications.personal_data(request.user.pk)
    actions.note_own_data_taken(by=request.by)
    answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="data-pribadi.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("data-pribadi/", own_data, name="own_data"),
    path("data-pribadi/unduh/", own_data_file, name="own_data_file"),
]
