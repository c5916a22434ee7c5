"""Stay signed in: asked for by the warning that appears before a session ends."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from satupintu.people.requests import GUEST_STAYS, Request


@require_POST
@login_required
def stay(request: Request) -> HttpResponse:
    stays = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if request.user.is_guest:
        stays = GUEST_STAYS
    # A date, not a number of seconds, so that a page can tell how long is left.
    request.session.set_expiry(timezone.now() + stays)
    return HttpResponse(str(int(stays.total_seconds())), content_type="text/plain")
