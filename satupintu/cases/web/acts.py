"""What officers do on the case page: the decision box, documents, messages, opinions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from satupintu.cases import access
from satupintu.cases.actions import opinions, review, talk
from satupintu.cases.models import Task
from satupintu.cases.web import neighbourhood, officer, posted
from satupintu.lib.errors import Refused
from satupintu.people.requests import Request


@login_required
@require_POST
def act(request: Request, number: str, task_id: int) -> HttpResponse:
    """The acts of the decision box: take, hand back, assign, forward, return, refuse, ask."""
    case = access.officer_case(request.by, number)
    task = next((one for one in case.steps() if one.pk == task_id), None)
    if task is None or request.POST.get("act") not in _ACTS:
        raise Http404
    try:
        done = _ACTS[request.POST["act"]](request, task)
    except Refused as refused:
        if refused.field is None:
            raise
        context = officer.tab_data(request, case, "summary")
        context |= {"errors": {refused.field: refused.message}, "typed": request.POST}
        context["refusing"] = request.POST["act"] == "refuse"
        return render(request, "cases/officer/summary.html", context, status=422)
    messages.success(request, done)
    if request.POST["act"] in ("take", "back", "assign"):
        return redirect("cases:officer_case", number=number)
    return redirect("cases:tasks")


@login_required
@require_POST
def judge(request: Request, number: str, task_id: int, attachment_id: int) -> HttpResponse:
    case = access.officer_case(request.by, number)
    task = next((one for one in case.steps() if one.pk == task_id), None)
    if task is None:
        raise Http404
    try:
        review.judge(
            task.pk,
            attachment_id=attachment_id,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason_other") or request.POST.get("reason", ""),
            by=request.by,
        )
    except review.ReasonMissing as refused:
        context = officer.tab_data(request, case, "documents")
        context |= {"errors": {f"reason-{attachment_id}": refused.message}}
        return render(request, "cases/officer/documents.html", context, status=422)
    following = request.POST.get("next", "")
    return redirect(
        reverse("cases:officer_case", args=[number, "documents"])
        + (f"?berkas={following}" if posted.whole(following) else "")
    )


@login_required
@require_POST
def say(request: Request, number: str) -> HttpResponse:
    """A message to the applicant, or a note that only officers see."""
    case = access.officer_case(request.by, number)
    body, key = request.POST.get("body", ""), posted.key(request)
    try:
        if request.POST.get("kind") == "note":
            talk.write_note(case.pk, body=body, key=key, by=request.by)
        else:
            talk.send_message(case.pk, body=body, key=key, from_office=True, by=request.by)
    except review.ReasonMissing as refused:
        context = officer.tab_data(request, case, "messages")
        context |= {"errors": {"body": refused.message}, "typed": body}
        return render(request, "cases/officer/messages.html", context, status=422)
    return redirect("cases:officer_case", number=number, tab="messages")


@login_required
@require_POST
def ask_opinion(request: Request, number: str, task_id: int) -> HttpResponse:
    case = access.officer_case(request.by, number)
    task = next((one for one in case.steps() if one.pk == task_id), None)
    if task is None:
        raise Http404
    days = request.POST.get("days", "")
    try:
        opinions.ask(
            task.pk,
            office=request.POST.get("office", ""),
            question=request.POST.get("question", ""),
            shown=[posted.whole(pk) for pk in request.POST.getlist("shown")],
            days=posted.whole(days),
            by=request.by,
        )
    except opinions.OpinionIncomplete as refused:
        context = officer.tab_data(request, case, "opinions")
        context |= {"errors": {refused.field or "": refused.message}, "typed": request.POST}
        return render(request, "cases/officer/opinions.html", context, status=422)
    messages.success(request, "Permintaan pendapat sudah dikirim.")
    return redirect("cases:officer_case", number=number, tab="opinions")


def _take(request: Request, task: Task) -> str:
    review.take(task.pk, by=request.by)
    return "Tugas ini sekarang di tangan Anda."


def _hand_back(request: Request, task: Task) -> str:
    review.hand_back(task.pk, by=request.by)
    return "Tugas dikembalikan ke daftar bersama."


def _assign(request: Request, task: Task) -> str:
    to = request.POST.get("to", "")
    review.assign(task.pk, to=posted.whole(to), by=request.by)
    return "Tugas sudah dibagi."


def _forward(request: Request, task: Task) -> str:
    review.forward(task.pk, version=posted.version(request), by=request.by)
    return f"Permohonan {task.case.number} diteruskan."


def _return(request: Request, task: Task) -> str:
    review.send_back(
        task.pk,
        to=request.POST.get("to", ""),
        reason=request.POST.get("reason", ""),
        version=posted.version(request),
        by=request.by,
    )
    return f"Permohonan {task.case.number} dikembalikan."


def _refuse(request: Request, task: Task) -> str:
    review.refuse(
        task.pk,
        reason=request.POST.get("refusal_reason", ""),
        ground=request.POST.get("ground", ""),
        version=posted.version(request),
        by=request.by,
    )
    if task.kind == "endorse":
        return f"Permohonan {task.case.number} ditolak. Pemohon kami kabari."
    return f"Permohonan {task.case.number} diusulkan ditolak. Surat penolakan perlu disusun."


def _ask(request: Request, task: Task) -> str:
    items = [
        {"kind": kind, "code": code, "reason": request.POST.get(f"why-{kind}-{code}", "")}
        for kind, _, code in (item.partition(":") for item in request.POST.getlist("items"))
    ]
    review.ask_correction(
        task.pk,
        items=items,
        note=request.POST.get("note", ""),
        version=posted.version(request),
        by=request.by,
    )
    return f"Permintaan perbaikan {task.case.number} sudah dikirim ke pemohon."


_ACTS = {
    "take": _take,
    "back": _hand_back,
    "assign": _assign,
    "forward": _forward,
    "return": _return,
    "refuse": _refuse,
    "ask": _ask,
    **neighbourhood.ACTS,
}

urlpatterns = [
    path("berkas/<str:number>/tugas/<int:task_id>/", act, name="act"),
    path("berkas/<str:number>/tugas/<int:task_id>/nilai/<int:attachment_id>/", judge, name="judge"),
    path("berkas/<str:number>/tugas/<int:task_id>/pendapat/", ask_opinion, name="ask_opinion"),
    path("berkas/<str:number>/ucapan/kirim/", say, name="say"),
]
