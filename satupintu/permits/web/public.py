"""Anybody checks a document: by its QR, its number or its file; and the public log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from satupintu.journal import queries as journal
from satupintu.people import actions as people
from satupintu.people.requests import address_of
from satupintu.permits import queries
from satupintu.permits.queries import Verification
from satupintu.signing import queries as signing

LARGEST = 20 * 1024 * 1024
LOG = "permits"


@require_GET
def document(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the QR."""
    try:
        people.take_turn("verify", address_of(request))
        return _answer(request, queries.verify_token(token), by="qr")
    except DatabaseError:
        return _cannot_check(request)


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """By number, or by the file itself; the file is looked at and not kept."""
    if request.method == "GET":
        return render(request, "permits/verify.html")
    try:
        people.take_turn("verify", address_of(request))
    except DatabaseError:
        return _cannot_check(request)
    upload, number = request.FILES.get("file"), request.POST.get("number", "").strip()
    if upload is None and not number:
        return _ask_again(
            request,
            {
                "number": _t(
                    "Isi nomor dokumen atau pilih berkas PDF", "Give a number or choose a PDF file"
                )
            },
        )
    if upload is not None and (upload.size or 0) > LARGEST:
        return _ask_again(
            request,
            {
                "file": _t(
                    "Berkas ini terlalu besar. Paling besar 20 MB",
                    "This file is too large. At most 20 MB",
                )
            },
        )
    try:
        if upload is not None:
            return _answer(request, queries.verify_file(upload.read()), by="file")
        return _answer(request, queries.verify_number(number), by="number")
    except signing.NotChecked as refused:
        return _ask_again(request, {"file": refused.message})
    except DatabaseError:
        return _cannot_check(request)


@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys that check the signed claim in a QR without a network."""
    found = [{"id": key.id, "pem": key.pem, "in_use": key.in_use} for key in signing.public_keys()]
    return JsonResponse({"keys": found}, headers={"Cache-Control": "public, max-age=300"})


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed size and root of the public log (C2SP checkpoint)."""
    newest = journal.checkpoint(LOG)
    if newest is None:
        raise Http404
    return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")


@require_GET
def tile(request: HttpRequest, level: str, index: str) -> HttpResponse:
    """A tile of hashes or, at level "entries", of leaves (C2SP tlog-tiles)."""
    place, width = _place(index)
    if level == "entries":
        content = journal.bundle(LOG, place, width)
    elif level.isdecimal() and len(level) < 3:
        content = journal.tile(LOG, int(level), place, width)
    else:
        content = None
    if content is None:
        raise Http404
    age = "public, max-age=31536000, immutable" if width == 256 else "public, max-age=60"
    return HttpResponse(
        content, content_type="application/octet-stream", headers={"Cache-Control": age}
    )


@require_GET
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """That this document stands in the log: its inclusion proof under the newest checkpoint."""
    found = queries.verify_token(token).permit
    text = (
        journal.proof(LOG, found.log_sequence) if found and found.log_sequence is not None else None
    )
    if text is None:
        raise Http404
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _place(index: str) -> tuple[int, int]:
    """x001/234 or 000.p/17: thousands in groups, a partial tile with its width."""
    full, _, partial = index.partition(".p/")
    digits = full.replace("x", "").replace("/", "")
    width = partial or "256"
    if not (digits.isdecimal() and len(digits) < 13 and width.isdecimal() and len(width) < 4):
        raise Http404
    if not 1 <= int(width) <= 256:
        raise Http404
    return int(digits), int(width)


def _answer(request: HttpRequest, found: Verification, *, by: str) -> HttpResponse:
    status = 404 if found.state == queries.UNKNOWN and by == "qr" else 200
    context: dict[str, Any] = {"found": found, "by": by, "now": timezone.now()}
    if found.permit:
        context["address"] = queries.address(found.permit)
        context["decisions"] = queries.public_decisions(found.permit)
    return render(request, "permits/document.html", context, status=status)


def _cannot_check(request: HttpRequest) -> HttpResponse:
    """Not being able to look is not the same as not being there (ux.md e)."""
    context = {"now": timezone.now(), "base_url": settings.BASE_URL}
    return render(request, "permits/cannot_check.html", context, status=503)


def _ask_again(request: HttpRequest, errors: dict[str, Any]) -> HttpResponse:
    context = {"errors": errors, "number": request.POST.get("number", "")}
    return render(request, "permits/verify.html", context, status=422)


def _t(indonesian: str, english: str) -> dict[str, str]:
    return {"id": indonesian, "en": english}


urlpatterns = [
    path("v/<str:token>/", document, name="document"),
    path("v/<str:token>", document),
    path("v/<str:token>/bukti-log/", proof, name="proof"),
    path("verifikasi/", verify, name="verify"),
    path(".well-known/satupintu/keys.json", keys, name="keys"),
    path("log/izin/checkpoint", checkpoint, name="checkpoint"),
    path("log/izin/tile/<str:level>/<path:index>", tile, name="tile"),
]
