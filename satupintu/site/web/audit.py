"""The auditor's reading of everything that happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.journal import queries
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.people.requests import Request


@login_required
@require_safe
def audit(request: Request) -> HttpResponse:
    people.acting_post(request.by, right="audit")
    return render(request, "site/audit.html", {"page": queries.entries()})


urlpatterns = [path("jejak/", audit, name="audit")]
