"""All applications of a person, and the page before a new one begins."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases.actions import drafts
from satupintu.cases.queries import form, own
from satupintu.cases.web.applicant import door
from satupintu.catalogue import queries as catalogue
from satupintu.lib.errors import both
from satupintu.people import queries as people
from satupintu.people.requests import Request


@login_required
@require_safe
def home(request: Request) -> HttpResponse:
    """What waits for the applicant first, then what is under way, then what is done."""
    groups: dict[str, list[Any]] = {"act": [], "running": [], "done": []}
    for case in own.cases_of(request.user.pk):
        standing = own.standing(case)
        done = case.phase == "closed" or standing.status == "issued"
        groups["act" if standing.act else "done" if done else "running"].append((case, standing))
    return render(request, "cases/applicant/home.html", {"groups": groups})


@login_required
@require_http_methods(["GET", "POST"])
def start(request: Request, service: str) -> HttpResponse:
    """What is needed, how long it takes and what it costs; then a draft, or the one there is."""
    version = catalogue.current_version(service)
    if version is None:
        raise Http404
    definition = version.definition
    mine = list(people.applicants_of(request.user.pk))
    fitting = [one for one in mine if one.kind in definition["applicants"]]
    errors: dict[str, str] = {}
    if request.method == "POST":
        wanted = request.POST.get("applicant", "")
        chosen = next((one for one in fitting if str(one.pk) == wanted), None)
        if chosen is None:
            errors["applicant"] = both("Pilih siapa pemohonnya", "Choose who applies")
        else:
            try:
                case = drafts.start(
                    service=service,
                    request_type=request.POST.get("request_type", ""),
                    applicant=chosen,
                    anew=bool(request.POST.get("anew")),
                    language=door.language(),
                    by=request.by,
                )
            except drafts.NotOffered as refused:
                errors[refused.field or ""] = refused.message
            else:
                return redirect("cases:draft", case.pk)
    context = {
        "service": version.service,
        "definition": definition,
        "minutes": form.minutes_to_fill(definition),
        "applicants": fitting,
        "has_profile": any(one.kind == "person" for one in mine),
        "drafts": own.drafts(request.user.pk, service),
        "errors": errors,
        "typed": request.POST,
    }
    return render(request, "cases/applicant/start.html", context, status=422 if errors else 200)


urlpatterns = [
    path("permohonan/", home, name="home"),
    path("permohonan/mulai/<str:service>/", start, name="start"),
]
