"""Hold a case against erasing, and lift that: for the officers who decide on erasing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases import access, queries
from satupintu.cases.actions import holds
from satupintu.cases.queries import retention
from satupintu.lib.errors import both
from satupintu.people import queries as people
from satupintu.people.requests import Request, fresh_second_factor


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def hold(request: Request, number: str) -> HttpResponse:
    """Its holds so far, and the form that places or lifts one."""
    reach = people.admin_reach(request.by)
    case = queries.by_number(number)
    if case is None or (reach is not None and case.office_id not in reach):
        raise Http404
    access.require_not_own(request.by, case)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            said = _act(request, case.pk)
        except holds.NotHeld as refused:
            errors[refused.field or ""] = refused.message
        else:
            messages.success(request, said)
            return redirect("cases:hold", number)
    context = {
        "case": case,
        "held": retention.hold_on(case),
        "earlier": retention.lifted_holds(case),
        "errors": errors,
        "typed": request.POST,
    }
    return render(request, "cases/hold.html", context, status=422 if errors else 200)


def _act(request: Request, case_id: int) -> str:
    if request.POST.get("act") == "lift":
        holds.lift(case_id, reason=request.POST.get("lift", ""), by=request.by)
        return both("Penahanan dicabut", "The hold is lifted")
    reason, ground = request.POST.get("reason", ""), request.POST.get("ground", "")
    holds.place(case_id, reason=reason, ground=ground, by=request.by)
    return both("Permohonan ditahan", "The application is held")


urlpatterns = [path("pejabat/retensi/<str:number>/", hold, name="hold")]
