"""The state of the units in an administrator's reach."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.cases.queries import units
from satupintu.people import queries as people
from satupintu.people.requests import Request


@login_required
@require_safe
def state(request: Request) -> HttpResponse:
    """Load, late cases, cases waiting for the applicant, empty posts, failed messages: counts."""
    page = units.states(people.admin_reach(request.by), after=request.GET.get("after", "")[:80])
    return render(request, "cases/units.html", {"page": page})


urlpatterns = [path("pejabat/keadaan/", state, name="units")]
