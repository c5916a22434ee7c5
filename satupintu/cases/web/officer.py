"""The officer's workspace: one case and its tabs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satupintu.cases import access, queries
from satupintu.cases.actions import reading, review, talk
from satupintu.cases.models import Attachment, Case, Task
from satupintu.cases.queries import form, on_paper, retention
from satupintu.cases.web import marks, neighbourhood
from satupintu.cases.web.applicant import door
from satupintu.files import downloads
from satupintu.journal import queries as journal
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request, for_officers

TABS = (
    ("summary", {"id": "Ringkasan", "en": "Summary"}),
    ("documents", {"id": "Persyaratan", "en": "Documents"}),
    ("inspection", {"id": "Pemeriksaan", "en": "Inspection"}),
    ("opinions", {"id": "Pendapat instansi", "en": "Opinions"}),
    ("messages", {"id": "Pesan dan catatan", "en": "Messages and notes"}),
    ("history", {"id": "Riwayat", "en": "History"}),
)
# The page on which a step is worked, where it is not the case page itself.
WORKPLACES = {
    "inspect": "cases:visit",
    "recommend": "cases:recommendation",
    "opinion": "cases:recommendation",
    "assess": "cases:assessment",
    "draft": "cases:draft_document",
    "initial": "cases:draft_document",
    "sign": "cases:signing",
    "handover": "permits:handovers",
}


@login_required
@for_officers
@require_http_methods(["GET", "POST"])
def search(request: Request) -> HttpResponse:
    """By number or NIK. Posted, so that no identity number ever stands in an address."""
    wanted = request.POST.get("q", "")
    found = queries.search(request.by, wanted) if wanted else []
    if len(found) == 1 and found[0].number:
        return redirect("cases:officer_case", number=found[0].number)
    return render(request, "cases/search.html", {"wanted": wanted, "found": found})


@login_required
@require_GET
def officer_case(request: Request, number: str, tab: str = "summary") -> HttpResponse:
    """One case; each tab has its own address."""
    case = access.officer_case(request.by, number)
    if tab not in dict(TABS):
        raise Http404
    reading.seen(case, what="case", by=request.by)
    return render(request, f"cases/officer/{tab}.html", tab_data(request, case, tab))


@login_required
@require_GET
def officer_file(request: Request, number: str, attachment_id: int) -> HttpResponseBase:
    """A file of the case, to keep, with the reader's name across it; reading it is recorded.

    A letter of ours stays as it was signed.
    """
    case, attachment = _attachment(request, number, attachment_id)
    reading.seen(case, what=f"document:{attachment.requirement}", by=request.by)
    if attachment.permit_id:
        return downloads.response(attachment.file, to=request)
    return downloads.marked(attachment.file, mark=marks.of_reader(request.by, case))


@login_required
@require_POST
def officer_original(request: Request, number: str, attachment_id: int) -> HttpResponseBase:
    """The file as it was sent, for one of a few purposes."""
    case, attachment = _attachment(request, number, attachment_id)
    try:
        reading.take_original(attachment, purpose=request.POST.get("purpose", ""), by=request.by)
    except reading.NeedsPurpose as refused:
        context = tab_data(request, case, "documents") | {"original_error": refused.message}
        return render(request, "cases/officer/documents.html", context, status=422)
    return downloads.response(attachment.file)


@login_required
@require_GET
def officer_page(request: Request, number: str, attachment_id: int, page: int) -> HttpResponse:
    """One page of a file as a picture: nothing inside the file can act."""
    case, attachment = _attachment(request, number, attachment_id)
    reading.seen(case, what=f"document:{attachment.requirement}", by=request.by)
    picture = downloads.preview(attachment.file, page, mark=marks.of_reader(request.by, case))
    return HttpResponse(
        picture, content_type="image/png", headers={"Cache-Control": "private, max-age=300"}
    )


@login_required
@require_GET
def officer_paper(request: Request, number: str, what: str, record_id: int) -> HttpResponseBase:
    """Minutes, a recommendation or an opinion of the case as PDF."""
    case = access.officer_case(request.by, number)
    file = queries.paper_file(case, what, record_id)
    if file is None:
        raise Http404
    reading.seen(case, what=f"paper:{what}", by=request.by)
    return downloads.response(file, to=request)


def _attachment(request: Request, number: str, attachment_id: int) -> tuple[Case, Attachment]:
    case = access.officer_case(request.by, number)
    attachment = case.attachments.select_related("file").filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    return case, attachment


def tab_data(request: Request, case: Case, tab: str) -> dict[str, Any]:
    """What one tab of the case page shows."""
    return _frame(request, case, tab) | _TAB_DATA[tab](request, case)


def _frame(request: Request, case: Case, tab: str) -> dict[str, Any]:
    """What every tab shows: the head of the case, the tabs, and the officer's own task."""
    task = queries.own_task(request.by, case)
    calendar, today = offices.calendar(), offices.today()
    return {
        "case": case,
        "tabs": [
            {
                "label": label,
                "url": reverse("cases:officer_case", args=[case.number, code]),
                "current": code == tab,
                "count": None,
            }
            for code, label in TABS
        ],
        "task": task,
        "step": review.step_of(case, task) if task else None,
        "moves": review.task_moves(case, task) if task else [],
        "unready": SimpleLazyObject(lambda: review.unready(case, task) if task else ""),
        "workplace": _workplace(case, task) if task else "",
        "returns": [
            (code, queries.wording.step_name(case, code))
            for code in (review.step_of(case, task).get("return_to", []) if task else [])
        ],
        "days_left": calendar.working_days_between(today, case.due_date)
        if case.due_date and case.phase != Case.Phase.CLOSED
        else None,
        "late": case.due_date is not None and case.due_date < today,
        # officer_case() has looked already.
        "held": case.held if hasattr(case, "held") else retention.hold_on(case),
        "may_hold": access.may_hold(request.by, case),
        "may_cancel": access.may_cancel_paid(request.by, case),
        "running_pauses": queries.running_pauses(case),
        "now_at": queries.now_at(case),
    }


def _workplace(case: Case, task: Task) -> str:
    """Where this step is worked, when that is not the case page itself."""
    name = WORKPLACES.get(task.kind)
    if name is None:
        return ""
    return (
        reverse(name)
        if name in ("cases:signing", "permits:handovers")
        else reverse(name, args=[case.number])
    )


def _summary(request: Request, case: Case) -> dict[str, Any]:
    return {
        "answers": queries.wording.read_back(case, door.language()),
        "timeline": _timeline(case),
        "request_name": queries.wording.request_name(case),
        "others_with_nik": people.others_with_nik(case.applicant),
        "on_paper": on_paper.of_case(case),
        "corrections": [(one, queries.asked(case, one)) for one in queries.corrections(case)],
        # Asked for by the page where somebody may ask for a correction, and nowhere else.
        "correctable": partial(queries.correctable, case),
        "reasons": _reasons(case),
        "recommendations": queries.recommendations(case),
        "to_share_out": [
            (one, queries.step_of_task(case, one), queries.colleagues(one))
            for one in queries.to_share_out(request.by, case)
        ],
        **neighbourhood.shown(request, case),
    }


def _documents(request: Request, case: Case) -> dict[str, Any]:
    given = form.attachments(case)
    answered = [one for one in queries.corrections(case) if one.answered_at]
    before = {
        item["code"]: item["reason"]
        for item in (answered[0].items if answered else ())
        if item["kind"] == "requirement"
    }
    rows: list[dict[str, Any]] = [
        {
            "requirement": wanted,
            "attachment": given.get(wanted["code"]),
            "before": before.get(wanted["code"], ""),
            "letter_state": form.letter_state(given.get(wanted["code"])),
        }
        for wanted in form.requirements(case)
    ]
    chosen = request.GET.get("berkas", "")
    shown = next(
        (
            row
            for row in rows
            if row["attachment"] and (not chosen or str(row["attachment"].pk) == chosen)
        ),
        None,
    )
    attachment = shown["attachment"] if shown else None
    following = [
        row["attachment"].pk
        for row in rows
        if row["attachment"]
        and attachment
        and row["attachment"].pk != attachment.pk
        and not row["attachment"].verdict
    ]
    return {
        "documents": rows,
        "shown": shown,
        "following": following[0] if following else "",
        "pages": [
            reverse("cases:officer_page", args=[case.number, attachment.pk, page])
            for page in range(1, attachment.file.pages + 1)
        ]
        if attachment
        else [],
        "reasons": _reasons(case),
        "purposes": [(code, journal.words_of_value(code)) for code in reading.PURPOSES],
    }


def _reasons(case: Case) -> Sequence[str]:
    """What is offered to officers who say why something must be put right."""
    return case.definition.get("correction_reasons", queries.CORRECTION_REASONS)  # type: ignore[no-any-return]


def _inspection(request: Request, case: Case) -> dict[str, Any]:
    return {
        "visits": queries.visits(case),
        "recommendations": queries.recommendations(case),
    }


def _opinions(request: Request, case: Case) -> dict[str, Any]:
    names = queries.requirement_names(case)
    return {
        "opinions": queries.opinions(case),
        "agencies": [office for office in offices.offices() if office.pk != case.office_id],
        "attachments": [
            (attachment, names.get(code, attachment.file.name))
            for code, attachment in form.attachments(case).items()
        ],
    }


def _messages(request: Request, case: Case) -> dict[str, Any]:
    talk.mark_read(case, office=True)
    return {"thread": queries.thread(case), "notes": queries.notes(case), "key": uuid4()}


def _history(request: Request, case: Case) -> dict[str, Any]:
    entries = journal.timeline(queries.subjects(case), limit=300)
    names = people.names(entry.account_id for entry in entries)
    return {
        "entries": [
            {
                "happened_at": entry.happened_at,
                "words": journal.words_of(entry),
                "who": names.get(entry.account_id or 0, ""),
                "door": journal.words_of_door(entry.door),
            }
            for entry in entries
        ],
        "pauses": queries.all_pauses(case),
    }


_TAB_DATA = {
    "summary": _summary,
    "documents": _documents,
    "inspection": _inspection,
    "opinions": _opinions,
    "messages": _messages,
    "history": _history,
}


def _timeline(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "title": step.name,
            "state": step.status,
            "at": step.since if step.status != "now" else None,
            "due": step.due_date if step.status == "now" else None,
            "who": step.office,
            "text": step.note,
        }
        for step in queries.timeline(case)
    ]


urlpatterns = [
    path("berkas/", search, name="search"),
    path("berkas/<str:number>/", officer_case, name="officer_case"),
    path("berkas/<str:number>/<str:tab>/", officer_case, name="officer_case"),
    path("berkas/<str:number>/unduh/<int:attachment_id>/", officer_file, name="officer_file"),
    path(
        "berkas/<str:number>/asli/<int:attachment_id>/", officer_original, name="officer_original"
    ),
    path(
        "berkas/<str:number>/surat/<str:what>/<int:record_id>/",
        officer_paper,
        name="officer_paper",
    ),
    path(
        "berkas/<str:number>/lihat/<int:attachment_id>/<int:page>/",
        officer_page,
        name="officer_page",
    ),
]
