"""For the machine's keeper: is the process alive, can it serve, and what should be watched?"""

from __future__ import annotations

import hmac
import threading

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from satupintu.files import queries as files
from satupintu.signing import queries as signing
from satupintu.site import metrics as measured

_applied = threading.Event()


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether this node can do its work; 503 takes it out of the rotation.

    A signer that stands still takes no node out: every page works without it and says so.
    """
    needed = {"database": _database_answers(), "migrations": False, "files": files.is_writable()}
    if needed["database"]:
        needed["migrations"] = _migrated()
    status = 200 if all(needed.values()) else 503
    return JsonResponse({**needed, "signer": signing.signer_answers()}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who holds the token of the settings; without a token in the settings for nobody."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(measured.text(), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrated() -> bool:
    """Reading all migrations takes a moment; once applied, none is ever missing again."""
    if not _applied.is_set():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _applied.set()
    return True
