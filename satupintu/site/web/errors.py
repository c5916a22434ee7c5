"""When nothing can be read, or nothing else can answer any more."""

from __future__ import annotations

import sys

import structlog
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import bad_request
from psycopg.errors import ReadOnlySqlTransaction

log = structlog.get_logger(__name__)
SECONDS_AWAY = 60  # after which whoever came in vain may try again


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host that is not ours is refused before anybody knows who asks: no menus, no page."""
    if not hasattr(request, "user"):
        return HttpResponse("400 Bad Request", status=400, content_type="text/plain")
    return bad_request(request, exception)


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """Needs no database; the code stands in the log beside what broke."""
    error = sys.exc_info()[1]
    return away(request, error) if error and is_away(error) else _bare(request, 500)


def is_away(error: BaseException) -> bool:
    """The database does not answer, has no room, or takes no writes."""
    read_only = isinstance(error.__cause__, ReadOnlySqlTransaction)
    return read_only or isinstance(error, OperationalError | InterfaceError)


def away(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.error("database_away", kind=type(error.__cause__).__name__)
    try:
        page = render(request, "503.html", status=503)
    except Error:  # not even the name of the city can be read
        page = _bare(request, 503)
    page.headers["Retry-After"] = str(SECONDS_AWAY)
    return page


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    incident = getattr(request, "request_id", "")[:8]
    words = {"incident": incident, "away": status == 503}
    return HttpResponse(loader.get_template("500.html").render(words), status=status)
