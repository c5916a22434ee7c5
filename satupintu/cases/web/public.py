"""Anybody with its number follows an application: steps and dates, no names."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from satupintu.cases import queries
from satupintu.cases.queries import on_paper
from satupintu.cases.queries.lists import Tracking
from satupintu.cases.web.applicant import door
from satupintu.people import actions as people
from satupintu.people.requests import address_of

# One sentence for a number we never gave and for one that nobody could: neither tells anything.
UNKNOWN = {
    "id": "Nomor ini tidak kami temukan. Periksa lagi huruf dan angkanya pada tanda terima",
    "en": "We did not find this number. Check its letters and digits on your receipt",
}
# What a slip of paper is good for until its form was entered.
ON_PAPER = {
    "waiting": {
        "id": "Formulir kertas dengan nomor ini belum dimasukkan petugas. Coba lagi besok, atau "
        "tanyakan di loket dengan membawa tanda terima sementara",
        "en": "The paper form with this number was not entered yet. Try again tomorrow, or ask at "
        "the counter with your slip",
    },
    "void": {
        "id": "Nomor formulir kertas ini dinyatakan tidak dipakai. Bawa tanda terima sementara "
        "ke loket",
        "en": "This number of a paper form was noted as not used. Bring your slip to the counter",
    },
}
EMPTY = {"id": "Isi nomor permohonan", "en": "Give the number of the application"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The number is posted; in the address it only comes from the QR of a receipt."""
    asked = request.method == "POST" or "nomor" in request.GET
    number = (request.POST.get("nomor") or request.GET.get("nomor", "")).strip()[:40]
    if not asked:
        return render(request, "cases/public/track.html")
    if not number:
        context: dict[str, Any] = {"errors": {"nomor": EMPTY[door.language()]}}
        return render(request, "cases/public/track.html", context, status=422)
    people.take_turn("track", address_of(request))
    found = queries.track(number, door.language())
    if found is None:
        known = ON_PAPER.get(on_paper.state_of_number(number), UNKNOWN)
        context = {"errors": {"nomor": known[door.language()]}, "number": number}
        return render(request, "cases/public/track.html", context, status=404)
    return render(request, "cases/public/tracked.html", _told(request, found))


def _told(request: HttpRequest, found: Tracking) -> dict[str, Any]:
    case = found.case
    return {
        "found": found,
        "case": case,
        "status": found.status,
        "steps": [
            {
                "title": step.name,
                "state": step.status,
                "at": step.since,
                "due": step.due_date,
                "who": step.office,
                "text": step.note,
            }
            for step in found.steps
        ],
        "pauses": found.pauses,
        "is_own": request.user.is_authenticated and case.applicant.account_id == request.user.pk,
    }


urlpatterns = [path("lacak/", track, name="track")]
