"""When nothing can be read, or nothing else can answer any more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import bad_request


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host that is not ours is refused before anybody knows who asks: no menus, no page."""
    if not hasattr(request, "user"):
        return HttpResponse("400 Bad Request", status=400, content_type="text/plain")
    return bad_request(request, exception)


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """Needs no database; the code stands in the log beside what broke."""
    incident = getattr(request, "request_id", "")[:8]
    page = loader.get_template("500.html").render({"incident": incident})
    return HttpResponse(page, status=500)
