"""Stay signed in, and who is: asked for by the warning before a session ends and by the outbox."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.people.requests import Request, keep


@require_POST
@login_required
def stay(request: Request) -> HttpResponse:
    return HttpResponse(str(int(keep(request).total_seconds())), content_type="text/plain")


@require_safe
@never_cache
def now(request: HttpRequest) -> JsonResponse:
    """Whose session this browser holds, with a token that fits it: pages may be older than it."""
    return JsonResponse({"account": request.user.pk, "token": get_token(request)})
