"""Other systems, for an administrator: who is let in, and what did not reach them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from satupintu.api import actions, queries
from satupintu.lib import posted
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request

NEIGHBOURS = ("rw", "rt")  # no application begins at their desk


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def clients(request: Request) -> HttpResponse:
    reach = people.admin_reach(request.by)
    units = offices.offices().exclude(kind__in=NEIGHBOURS)
    context: dict[str, Any] = {
        "units": units if reach is None else units.filter(pk__in=reach),
        "scopes": queries.SCOPES,
        "typed": request.POST,
        "chosen": request.POST.getlist("scopes"),
        "today": offices.today(),
        "usual_end": offices.today() + timedelta(days=365),
        "errors": {},
    }
    if request.method == "POST":
        try:
            made, secret = _register(request)
        except Refused as refused:
            if isinstance(refused, people.NoRight):
                raise
            context["errors"] = {refused.field or "name": refused.message}
        else:
            return _shown_once(request, made.pk, secret)
    context["page"] = queries.clients(request.by, after=posted.whole(request.GET.get("after", "")))
    status = 422 if context["errors"] else 200
    return render(request, "api/clients.html", context, status=status)


@login_required
@never_cache
@require_safe
def client(request: Request, client_id: int) -> HttpResponse:
    return _shown_once(request, client_id, "")


@login_required
@never_cache
@require_POST
def renew(request: Request, client_id: int) -> HttpResponse:
    return _shown_once(request, client_id, actions.renew_client_token(client_id, by=request.by))


@login_required
@require_POST
def close(request: Request, client_id: int) -> HttpResponse:
    actions.close_client(client_id, by=request.by)
    messages.success(request, both("Sistem ini ditutup", "This system is closed"))
    return redirect("api:clients")


@login_required
@require_safe
def failed(request: Request) -> HttpResponse:
    page = queries.failed(request.by, after=posted.whole(request.GET.get("after", "")))
    return render(request, "api/failed.html", {"page": page})


@login_required
@require_POST
def send_again(request: Request, delivery_id: int) -> HttpResponse:
    actions.send_again(delivery_id, by=request.by)
    messages.success(request, both("Kiriman dicoba lagi", "It is being sent again"))
    return redirect("api:failed")


def _register(request: Request) -> tuple[Any, str]:
    sent = request.POST
    found = offices.offices().filter(code=sent.get("office", "")).first()
    if found is None:
        raise actions.NotRegistered(both("Pilih unit", "Choose a unit"), field="office")
    return actions.register_client(
        name=sent.get("name", ""),
        office_id=found.pk,
        scopes=sent.getlist("scopes"),
        per_minute=posted.whole(sent.get("per_minute", "")) or 0,
        ends_on=_day(sent.get("ends_on", "")),
        by=request.by,
    )


def _shown_once(request: Request, client_id: int, secret: str) -> HttpResponse:
    found = queries.client(request.by, client_id)
    context = {
        "client": found,
        "secret": secret,
        "token": queries.token_of(found),
        "scopes": [(one, queries.SCOPES[one]) for one in found.scopes],
        "subscriptions": queries.subscriptions(found.pk),
        "today": offices.today(),
    }
    return render(request, "api/client.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise actions.NotRegistered(
            both("Tulis tanggal yang ada", "Write a real date"), field="ends_on"
        ) from None
