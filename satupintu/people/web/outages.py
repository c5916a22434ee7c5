"""Declaring that the service stood still; here, because only this floor knows who may."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satupintu.lib.errors import Refused
from satupintu.offices import actions, queries
from satupintu.people import queries as people
from satupintu.people.requests import Request
from satupintu.people.web.forms import OutageForm
from satupintu.people.web.sign_in.words import both


@login_required
@require_http_methods(["GET", "POST"])
def outages(request: Request) -> HttpResponse:
    by = people.acting_as(request.by, right="outage")
    now = queries.local(timezone.now())
    form = OutageForm(
        request.POST or None,
        offices=[(office.code, office.name) for office in queries.offices()],
        initial={"started_on": now.date(), "started_at": f"{now:%H:%M}"},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.declare_outage(
                kind=data["kind"],
                reason=data["reason"],
                started_at=_moment(data["started_on"], data["started_at"]),
                ended_at=_moment(data["ended_on"], data["ended_at"]) if data["ended_on"] else None,
                offices=[queries.office(code) for code in data["offices"]],
                decision=data["decision"],
                by=by,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                both(
                    "Gangguan dinyatakan. Tenggat permohonan yang terkena berhenti dihitung",
                    "The outage is declared. Clocks of the cases it touches stand still",
                ),
            )
            return redirect("people:outages")
    return render(
        request,
        "people/outages.html",
        {"form": form, "outages": queries.declared_outages()},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def end_outage(request: Request, outage_id: int) -> HttpResponse:
    by = people.acting_as(request.by, right="outage")
    if not queries.declared_outages().filter(pk=outage_id).exists():
        raise Http404
    actions.end_outage(outage_id, by=by)
    messages.success(request, both("Gangguan diakhiri", "The outage is over"))
    return redirect("people:outages")


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=queries.zone())
