"""After a refusal by RT or RW: appeal to the Lurah, or accept it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases import access
from satupintu.cases.actions import appeals
from satupintu.cases.actions.review import ReasonMissing
from satupintu.cases.models import Case
from satupintu.cases.queries import own
from satupintu.cases.web.applicant import door
from satupintu.people.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def appeal(request: Request, case_id: int) -> HttpResponse:
    """Why it was refused, until when one may appeal, and the two answers."""
    found = access.appellant(request.by, case_id)
    by, frame = door.by(request, found), door.frame(request, found)
    words, errors = request.POST.get("words", ""), {}
    if request.method == "POST" and request.POST.get("answer") == "accept":
        appeals.accept(found.pk, by=by)
        door.say(request, "Penolakan Anda terima.", "You accepted the refusal.")
        return _back(frame, found)
    if request.method == "POST":
        try:
            appeals.lodge(found.pk, words=words, by=by)
        except ReasonMissing as refused:
            errors["words"] = refused.message
        else:
            door.say(request, "Banding Anda sudah terkirim.", "Your appeal was sent.")
            return _back(frame, found)
    waiting = own.open_appeal(found)
    if waiting is None or waiting.status != "waiting":
        return _back(frame, found)
    context = {**frame, "waiting": waiting, "words": words, "errors": errors}
    status = 422 if errors else 200
    return render(request, "cases/applicant/appeal.html", context, status=status)


def _back(frame: dict[str, object], found: Case) -> HttpResponse:
    if frame["helped"]:
        return redirect("cases:officer_case", number=found.number)
    return redirect("cases:case", found.pk)


urlpatterns = [path("permohonan/<int:case_id>/banding/", appeal, name="appeal")]
