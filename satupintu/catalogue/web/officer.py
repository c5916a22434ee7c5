"""Opening and closing services, in the whole city or in one unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.catalogue import actions, queries
from satupintu.lib import posted
from satupintu.lib.errors import both
from satupintu.offices import queries as offices
from satupintu.people import queries as people

SHOWN = 30
NEIGHBOURS = ("rw", "rt")  # these endorse; no service begins at their desk


@login_required
@require_http_methods(["GET", "POST"])
def availability(request: HttpRequest) -> HttpResponse:
    by = request.by  # type: ignore[attr-defined]
    reach = people.admin_reach(by)
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.POST
        try:
            actions.set_availability(
                service=sent.get("service", ""),
                office=sent.get("office", ""),
                is_open=sent.get("state") == "open",
                from_date=_day(sent.get("from_date", "")),
                reason=sent.get("reason", ""),
                by=by,
            )
        except actions.NotSet as refused:
            errors = {refused.field or "service": refused.message}
        else:
            messages.success(request, "Tersimpan. Permohonan yang sudah berjalan tetap diproses.")
            return redirect("catalogue:availability")
    units = offices.offices().exclude(kind__in=NEIGHBOURS)
    rows = list(
        queries.availability(reach, after=posted.whole(request.GET.get("after", "")))[: SHOWN + 1]
    )
    context: dict[str, Any] = {
        "rows": rows[:SHOWN],
        "page": {"next": rows[SHOWN - 1].pk if len(rows) > SHOWN else ""},
        "services": queries.services().order_by("code"),
        "units": units if reach is None else units.filter(pk__in=reach),
        "whole_city": reach is None,
        "today": offices.today(),
        "errors": errors,
        "typed": request.POST,
    }
    return render(request, "catalogue/availability.html", context, status=422 if errors else 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else offices.today()
    except ValueError:
        raise actions.NotSet(
            both("Tulis tanggal yang ada", "Write a real date"), field="from_date"
        ) from None


urlpatterns = [path("pejabat/layanan/", availability, name="availability")]
