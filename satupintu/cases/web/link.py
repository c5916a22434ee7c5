"""Heads of RT and RW answer one letter by a link and a PIN, on any phone."""

from __future__ import annotations

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import queries
from satupintu.cases.actions import endorsements, reading, review
from satupintu.cases.models import Link, Task
from satupintu.cases.queries import endorsements as asked
from satupintu.cases.web import marks, posted
from satupintu.cases.web.applicant import door
from satupintu.files import downloads
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.lib.identity import mask_name
from satupintu.people import actions as people
from satupintu.people import queries as accounts

OPEN_FOR = 15 * 60  # seconds in which the buttons work without the PIN
NOTE = "opened_links"  # in the session: id of the link -> until when, and by which PIN
STRANGER = "Bukan warga saya"
# One sentence for a wrong and for a locked PIN: neither tells a guesser anything.
WRONG_PIN = both(
    "PIN salah, atau terkunci. Setelah 5 kali salah, PIN terkunci 30 menit. "
    "Lupa PIN? Hubungi kelurahan.",
    "The PIN is wrong, or locked. After 5 wrong tries it is locked for 30 minutes. "
    "Forgotten? Ask the kelurahan.",
)
NO_PIN = both("Isi PIN Anda, 6 angka", "Give your PIN, 6 digits")
DIGITS = 6


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """Three taps: the link, opening it with the PIN, the answer."""
    link = asked.link(endorsements.digest(token))
    if link is None:
        return _gone(request)
    waits = link.task.status == Task.Status.OPEN
    if "pin" in request.POST:
        pin = request.POST["pin"].strip()
        whole = len(pin) == DIGITS  # a finger that slipped is no guess
        if whole and people.check_pin(link.account_id, pin, by=_nobody(request)):
            _note(request, link)
            return redirect("cases:link", token)
        error = WRONG_PIN if whole else NO_PIN
        return _door(request, link, error=error) if waits else _gone(request)
    if not _is_noted(request, link):
        return _door(request, link) if waits else _gone(request)
    if not waits:
        return render(request, "cases/link/answered.html", _history(link))
    if request.method != "POST":
        reading.seen(link.task.case, what="case", by=_by(request, link))
        return _card(request, link)
    try:
        _answer(request, link)
    except Refused as refused:
        if not Task.objects.filter(pk=link.task_id, status=Task.Status.OPEN).exists():
            return redirect("cases:link", token)
        status = 422 if refused.field else 409
        return _card(request, link, refused=refused, status=status)
    return redirect("cases:link", token)


@never_cache
@require_safe
def identity(request: HttpRequest, token: str) -> HttpResponse:
    """The first page of the identity card, drawn anew."""
    link = asked.link(endorsements.digest(token))
    if link is None or not _is_noted(request, link):
        raise Http404
    case = link.task.case
    card = asked.identity(case)
    if card is None or link.task.status != Task.Status.OPEN:
        raise Http404
    reading.seen(case, what=f"document:{asked.IDENTITY}", by=_by(request, link))
    picture = downloads.preview(card.file, mark=marks.of_reader(_by(request, link), case))
    return HttpResponse(picture, content_type="image/png")


def _answer(request: HttpRequest, link: Link) -> None:
    """The same acts as on the work list, by the owner of the link."""
    task, by = link.task, _by(request, link)
    version = posted.version(request)  # type: ignore[arg-type]
    answer = request.POST.get("answer")
    if answer == "agree":
        review.forward(task.pk, version=version, by=by)
    elif answer in ("refuse", "stranger"):
        reason = STRANGER if answer == "stranger" else request.POST.get("reason", "")
        review.refuse(task.pk, reason=reason, ground="", version=version, by=by)
    else:
        raise Http404


def _door(request: HttpRequest, link: Link, *, error: str = "") -> HttpResponse:
    """Without the PIN: whose letters, since when, and nothing of anybody."""
    context = {"task": link.task, "error": error}
    return render(request, "cases/link/door.html", context, status=422 if error else 200)


def _card(
    request: HttpRequest, link: Link, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    task = Task.objects.select_related("case__applicant", "case__service_version").get(
        pk=link.task_id
    )
    case = task.case
    context = {
        **_history(link),
        "case": case,
        "named": queries.form.name_on_letter(case),
        "step": review.step_of(case, task),
        "address": queries.papers.address(case),
        "purpose": asked.purpose(case, task, door.language()),
        "has_card": asked.identity(case) is not None,
        "token": request.path.strip("/").rpartition("/")[2],
        "refused": refused,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "cases/link/card.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    """Unknown, expired, ended, or given to somebody who has left: one page for all."""
    return render(request, "cases/link/gone.html", status=404)


def _history(link: Link) -> dict[str, Any]:
    return {
        "task": link.task,
        "history": [
            {
                "name": mask_name(task.case.applicant.display_name),
                "service": task.case.definition["name"],
                "agreed": task.move == "forward",
                "at": task.done_at,
            }
            for task in asked.last_answers(link.account_id)
        ],
    }


def _by(request: HttpRequest, link: Link) -> By:
    return By(link.account_id, "link", request_id=request.request_id)  # type: ignore[attr-defined]


def _nobody(request: HttpRequest) -> By:
    """Until the PIN is right it may be anybody."""
    return By(None, "link", request_id=request.request_id)  # type: ignore[attr-defined]


def _note(request: HttpRequest, link: Link) -> None:
    if not request.user.is_authenticated:
        request.session.cycle_key()
    known = request.session.get(NOTE, {})
    note = [int(time.time()) + OPEN_FOR, accounts.pin_mark(link.account_id)]
    request.session[NOTE] = {**known, str(link.pk): note}


def _is_noted(request: HttpRequest, link: Link) -> bool:
    until, mark = request.session.get(NOTE, {}).get(str(link.pk), (0, ""))
    return bool(until > time.time()) and mark == accounts.pin_mark(link.account_id)


urlpatterns = [
    path("j/<str:token>/", letter, name="link"),
    path("j/<str:token>/ktp/", identity, name="link_identity"),
]
