"""Stay signed in, who is (asked for by the warning and the outbox), and what came too late."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from satupintu.people.requests import Request, keep
from satupintu.site.unsent import find, forget


@require_POST
@login_required
def stay(request: Request) -> HttpResponse:
    return HttpResponse(str(int(keep(request).total_seconds())), content_type="text/plain")


@require_safe
@never_cache
def now(request: HttpRequest) -> JsonResponse:
    """Whose session this browser holds, with a token that fits it: pages may be older than it."""
    return JsonResponse({"account": request.user.pk, "token": get_token(request)})


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def unsent(request: Request) -> HttpResponse:
    """The form that came when the session had ended, to be sent now or thrown away."""
    form = find(request)
    if form is None or request.method == "POST":
        forget(request)
        return redirect("desk")
    return render(request, "site/unsent.html", {"form": form})
