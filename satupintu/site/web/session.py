"""Stay signed in: asked for by the warning that appears before a session ends."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from satupintu.people.requests import Request, keep


@require_POST
@login_required
def stay(request: Request) -> HttpResponse:
    return HttpResponse(str(int(keep(request).total_seconds())), content_type="text/plain")
