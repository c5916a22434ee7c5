"""One's own tokens: made, shown once, seen at work, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from satupintu.api import actions, queries
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people.requests import Request

DAYS = (30, 90, 365)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """Whoever finds a browser open makes no key to the account: the password is asked again."""
    if is_reauthentication_required(request, app="account"):
        return redirect(f"{reverse('account_reauthenticate')}?next={reverse('api:tokens')}")
    context: dict[str, Any] = {"days": DAYS, "typed": request.POST}
    if request.method == "POST":
        try:
            context["secret"] = actions.make_token(
                name=request.POST.get("name", ""),
                ends_on=offices.today() + timedelta(days=_days(request.POST.get("days", ""))),
                by=request.by,
            )
        except Refused as refused:
            context["errors"] = {refused.field or "name": refused.message}
    context["tokens"] = queries.own_tokens(request.by.person)
    context["today"] = offices.today()
    status = 422 if "errors" in context else 200
    return render(request, "api/tokens.html", context, status=status)


@login_required
@require_POST
def withdraw(request: Request, token_id: int) -> HttpResponse:
    actions.withdraw_token(token_id, by=request.by)
    messages.success(request, both("Token dicabut", "The token is withdrawn"))
    return redirect("api:tokens")


def _days(text: str) -> int:
    return int(text) if text in map(str, DAYS) else DAYS[0]
