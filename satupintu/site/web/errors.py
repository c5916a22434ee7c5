"""When nothing else can answer any more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """Needs no database; the code stands in the log beside what broke."""
    incident = getattr(request, "request_id", "")[:8]
    page = loader.get_template("500.html").render({"incident": incident})
    return HttpResponse(page, status=500)
