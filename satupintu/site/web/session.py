"""Stay signed in: asked for by the warning that appears before a session ends."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST


@require_POST
@login_required
def stay(request: HttpRequest) -> HttpResponse:
    # A date, not a number of seconds, so that a page can tell how long is left.
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    return HttpResponse(str(settings.SESSION_COOKIE_AGE), content_type="text/plain")
