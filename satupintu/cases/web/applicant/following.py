"""After it was sent: where it stands, messages, papers, withdrawal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import access, queries
from satupintu.cases.actions import submission, talk
from satupintu.cases.models import Case
from satupintu.cases.queries import form, on_paper, own, wording
from satupintu.cases.web import posted
from satupintu.cases.web.applicant import door
from satupintu.files import actions as files
from satupintu.files import downloads
from satupintu.lib.errors import Refused
from satupintu.people.requests import Request
from satupintu.permits import actions as permits
from satupintu.permits import queries as issued

WAITS = {
    "correction": {"id": "Menunggu perbaikan dari Anda", "en": "Waiting for your correction"},
    "appeal": {"id": "Menunggu jawaban dari Anda", "en": "Waiting for your answer"},
    "unpaid": {"id": "Menunggu pembayaran dari Anda", "en": "Waiting for your payment"},
}
LETTER_TYPES, LETTER_BYTES = ("pdf", "jpg", "png"), 10 * 1024 * 1024


@login_required
@require_safe
def case(request: Request, case_id: int) -> HttpResponse:
    """Where the application stands, and what its applicant can do now."""
    found = access.applicant_case(request.by, case_id)
    if found.phase == Case.Phase.DRAFT:
        return redirect("cases:draft", found.pk)
    signed, standing = own.decision_paper(found), own.standing(found)
    context = {
        "case": found,
        "standing": standing,
        "correction": own.open_correction(found),
        "appeal": own.open_appeal(found) if standing.act == "appeal" else None,
        "steps": _steps(found, standing.status),
        "unread": own.unread(found),
        "signed": signed,
        "ended": signed and signed.kind == "permit" and issued.state(signed),
        "pauses": queries.running_pauses(found),
        "request_name": wording.request_name(found, door.language()),
        "history": own.history(found),
        "on_paper": on_paper.of_case(found),
    }
    return render(request, "cases/applicant/case.html", context)


@login_required
@require_safe
def answers(request: Request, case_id: int) -> HttpResponse:
    """What was sent, as it was sent."""
    found = access.applicant_case(request.by, case_id)
    if found.phase == Case.Phase.DRAFT:
        return redirect("cases:draft", found.pk)
    context = {"case": found, "groups": wording.read_back(found, door.language())}
    return render(request, "cases/applicant/answers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def messages(request: Request, case_id: int) -> HttpResponse:
    """The talk with the office."""
    found = access.applicant_case(request.by, case_id)
    if found.phase == Case.Phase.DRAFT:
        return redirect("cases:draft", found.pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _send(request, found)
        except Refused as refused:
            errors[refused.field or "file"] = refused.message
        else:
            return redirect(reverse("cases:messages", args=[found.pk]) + "#terakhir")
    talk.mark_read(found, office=False)
    context = {
        "case": found,
        "thread": queries.thread(found),
        "key": request.POST.get("key") or uuid4(),
        "typed": request.POST.get("body", ""),
        "errors": errors,
        "max_bytes": LETTER_BYTES,
    }
    return render(request, "cases/applicant/messages.html", context, status=422 if errors else 200)


@login_required
@require_safe
def message_file(request: Request, case_id: int, message_id: int) -> HttpResponseBase:
    found = access.applicant_case(request.by, case_id)
    message = next((one for one in queries.thread(found) if one.pk == message_id), None)
    if message is None or message.file is None:
        raise Http404
    return downloads.response(message.file, to=request)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, case_id: int) -> HttpResponse:
    found = access.applicant_case(request.by, case_id)
    if found.phase in (Case.Phase.DRAFT, Case.Phase.CLOSED):
        return redirect("cases:case", found.pk)
    if request.method == "GET":
        return render(request, "cases/applicant/withdraw.html", {"case": found})
    if found.bill and found.bill.status == "paid":
        submission.ask_withdrawal(found.pk, reason=request.POST.get("reason", ""), by=request.by)
        door.say(
            request,
            "Permintaan pembatalan sudah dikirim ke loket.",
            "Your request to cancel was sent to the counter.",
        )
        return redirect("cases:case", found.pk)
    submission.withdraw(found.pk, reason=request.POST.get("reason", "").strip(), by=request.by)
    door.say(request, "Permohonan sudah Anda tarik.", "You have withdrawn the application.")
    return redirect("cases:case", found.pk)


@login_required
@require_safe
def papers(request: Request, case_id: int) -> HttpResponse:
    """All documents of the case in one place: ours, and those that were uploaded."""
    found = access.applicant_case(request.by, case_id)
    if found.phase == Case.Phase.DRAFT:
        return redirect("cases:files", found.pk)
    names = queries.requirement_names(found, door.language())
    context = {
        "case": found,
        "papers": own.shelf(found),
        "uploads": [
            (names.get(code, code), attachment)
            for code, attachment in form.attachments(found).items()
        ],
    }
    return render(request, "cases/applicant/papers.html", context)


@login_required
@require_safe
def paper(request: Request, case_id: int, what: str) -> HttpResponseBase:
    """One document to keep. Taking the decision online is its handover (Palembang art. 11(2)g)."""
    at_counter = what == "receipt"  # printed there, for whoever has no account
    found = (access.fillable_case if at_counter else access.applicant_case)(request.by, case_id)
    wanted = next((one for one in own.shelf(found) if one.what == what), None)
    if wanted is None:
        raise Http404
    if what == "decision" and (signed := own.decision_paper(found)):
        permits.hand_over_online(signed.pk, by=request.by)
    name = f"{wanted.title} {wanted.number}.pdf".replace("/", "-")
    return downloads.response(wanted.file, name=name, to=request)


def _send(request: Request, found: Case) -> None:
    """Keep what came with the message, then send it; the same form twice is one message."""
    upload, key = request.FILES.get("file"), posted.sent_key(request) or uuid4()
    if upload and not queries.was_sent(found, key):
        talk.require_room(found, upload.size or 0)
    stored = (
        files.store(
            upload,
            name=upload.name or "",
            accept=LETTER_TYPES,
            max_bytes=LETTER_BYTES,
            by=request.by,
        )
        if upload
        else None
    )
    talk.send_message(
        found.pk,
        body=request.POST.get("body", ""),
        key=key,
        from_office=False,
        file_id=stored.pk if stored else None,
        by=request.by,
    )


def _steps(found: Case, standing: str) -> list[dict[str, Any]]:
    """The way of the case; while it waits for the applicant, the office promises no day."""
    waits = WAITS.get(standing, "")
    steps: list[dict[str, Any]] = [
        {
            "title": {"id": "Permohonan diterima", "en": "Application received"},
            "state": "done",
            "at": found.submitted_at,
        }
    ]
    steps += [
        {
            "title": step.name,
            "state": step.status,
            "at": step.since if step.status != "now" else None,
            "due": step.due_date if step.status == "now" and not waits else None,
            "who": step.office,
            "text": waits if step.status == "now" and waits else step.note,
        }
        for step in queries.timeline(found, door.language())
    ]
    if found.outcome == Case.Outcome.WITHDRAWN:
        title = {"id": "Ditarik pemohon", "en": "Withdrawn"}
        steps.append({"title": title, "state": "stop", "at": found.closed_at})
    elif found.outcome == Case.Outcome.REFUSED and found.phase == Case.Phase.CLOSED:
        title = {"id": "Permohonan ditolak", "en": "Application refused"}
        steps.append({"title": title, "state": "stop", "at": found.closed_at})
    elif found.outcome == Case.Outcome.APPROVED and found.phase == Case.Phase.CLOSED:
        title = {"id": "Selesai", "en": "Completed"}
        steps.append({"title": title, "state": "done", "at": found.closed_at})
    return steps


urlpatterns = [
    path("permohonan/<int:case_id>/", case, name="case"),
    path("permohonan/<int:case_id>/isian/", answers, name="answers"),
    path("permohonan/<int:case_id>/pesan/", messages, name="messages"),
    path(
        "permohonan/<int:case_id>/pesan/<int:message_id>/berkas/",
        message_file,
        name="message_file",
    ),
    path("permohonan/<int:case_id>/tarik/", withdraw, name="withdraw"),
    path("permohonan/<int:case_id>/dokumen/", papers, name="papers"),
    path("permohonan/<int:case_id>/dokumen/<str:what>/", paper, name="paper"),
]
