"""What anybody may keep of the journal: its signed size and root, and the key that checks them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from satupintu.journal import queries

PLAIN = "text/plain; charset=utf-8"
BRIEFLY = {"Cache-Control": "public, max-age=60"}


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint (C2SP tlog-checkpoint): hashes and a signature, nothing else."""
    newest = queries.checkpoint()
    if newest is None:
        raise Http404
    return HttpResponse(newest.note, content_type=PLAIN, headers=BRIEFLY)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{queries.verifier_key()}\n", content_type=PLAIN, headers=BRIEFLY)
