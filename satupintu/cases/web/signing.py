"""The decision on paper: draft, preview, initials, and signatures, one or many at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from satupintu.cases import access, queries
from satupintu.cases.actions import decision, review
from satupintu.cases.models import Case, Task
from satupintu.cases.web import posted
from satupintu.documents import queries as documents
from satupintu.lib.errors import Refused
from satupintu.people.requests import Request, for_officers, fresh_second_factor
from satupintu.permits import queries as permits

RESULTS = "results of signing"  # in the session, by their own ids
MOST_RESULTS = 10


@login_required
@require_http_methods(["GET", "POST"])
def draft_document(request: Request, number: str) -> HttpResponse:
    """Write the draft (drafter) or read it (initials, signature)."""
    case, task = _case_and_task(request, number, ("draft", "initial", "sign"))
    document = review.step_of(case, task).get("document", "permit")
    if request.method == "POST":
        body = {
            "conditions": request.POST.get("conditions", "").splitlines(),
            "note": request.POST.get("note", ""),
        }
        decision.write_draft(task.pk, body=body, version=posted.version(request), by=request.by)
        messages.success(request, "Konsep naskah tersimpan.")
        return redirect("cases:draft_document", number=number)
    letter = case.definition["documents"][document]
    written = case.draft_body.get(document, {})
    return render(
        request,
        "cases/officer/draft.html",
        {
            "case": case,
            "task": task,
            "document": document,
            "letter": letter,
            "conditions": "\n".join(written.get("conditions", letter.get("conditions", []))),
            "note": written.get("note", ""),
            "unready": review.unready(case, task),
            "moves": review.task_moves(case, task),
            "pages": [
                reverse("cases:draft_page", args=[case.number, document, page])
                for page in range(1, documents.page_count(_draft(case, document)) + 1)
            ],
        },
    )


@login_required
@require_GET
def draft_page(request: Request, number: str, document: str, page: int) -> HttpResponse:
    """One page of the draft, marked KONSEP, as a picture."""
    case = access.officer_case(request.by, number)
    if document not in ("permit", "refusal"):
        raise Http404
    return HttpResponse(
        documents.preview(_draft(case, document), page),
        content_type="image/png",
        headers={"Cache-Control": "no-store"},
    )


@login_required
@for_officers
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def signing(request: Request) -> HttpResponse:
    """What waits for this signer; the ticked documents are signed in one act."""
    waiting = queries.to_sign(request.by)
    if request.method == "GET":
        return render(request, "cases/signing.html", _waiting(request, waiting))
    ticked = set(request.POST.getlist("task"))
    chosen = [row for row in waiting if str(row.pk) in ticked]
    if not chosen:
        return _again(request, waiting, "task", "Centang sedikitnya satu dokumen yang sudah dibaca")
    try:
        act = decision.consent(
            request.POST.get("passphrase", ""), documents=len(chosen), by=request.by
        )
    except Refused as refused:
        return _again(request, waiting, refused.field or "", refused.message, ticked)
    skipped = {row.case.number: message for row in chosen if (message := _sign(request, row, act))}
    result = str(uuid4())
    kept = {"permits": [permit.pk for permit in permits.by_act(act)], "skipped": skipped}
    earlier = list(request.session.get(RESULTS, {}).items())[1 - MOST_RESULTS :]
    request.session[RESULTS] = dict([*earlier, (result, kept)])
    return redirect("cases:signing_result", result=result)


@login_required
@require_GET
def signing_result(request: Request, result: UUID) -> HttpResponse:
    """Three groups: signed, failed, skipped; documents still under way refresh the page.

    Only the session that signed knows the result: the handle of the act stands in no address.
    """
    kept = request.session.get(RESULTS, {}).get(str(result))
    if kept is None:
        raise Http404
    found = permits.by_ids(kept["permits"])
    mine = [permit for permit in found if permit.signer_id == request.user.pk]
    skipped = kept["skipped"]
    return render(
        request,
        "cases/signing_result.html",
        {
            "under_way": [permit for permit in mine if permit.status == "signing"],
            "signed": [permit for permit in mine if permit.file_id],
            "failed": [permit for permit in mine if permit.status == "unsigned"],
            "skipped": skipped,
            "total": len(mine) + len(skipped),
        },
    )


def _draft(case: Case, document: str) -> bytes:
    letter = case.definition["documents"][document]
    return permits.paper(case.definition, letter["template"], queries.papers.draft(case, document))


def _sign(request: Request, task: Task, act: str) -> str:
    """Sign one document; the reason why not, if it was skipped."""
    version = posted.version(request, f"version-{task.pk}")
    try:
        decision.sign(task.pk, version=version, act=act, by=request.by)
    except Refused as refused:
        return refused.message
    return ""


def _again(
    request: Request,
    waiting: list[Any],
    field: str,
    message: str,
    ticked: Collection[str] = (),
) -> HttpResponse:
    for row in waiting:
        # What changed since it was read has to be read and ticked again.
        seen = request.POST.get(f"version-{row.pk}") == str(row.case.version)
        row.ticked = seen and str(row.pk) in ticked
    context = {**_waiting(request, waiting), "errors": {field: message}}
    return render(request, "cases/signing.html", context, status=422)


def _waiting(request: Request, rows: list[Any]) -> dict[str, Any]:
    for row in rows:
        done = [one for one in row.case.tasks.all() if one.status == "done" and one.done_by]
        # Once, also who did two steps.
        row.checked_by = list(dict.fromkeys(one.done_by.name for one in done))
    return {
        "rows": rows,
        "barred": {row.pk for row in rows if access.did_what_is_apart(request.by, row)},
        "decisions": permits.decisions_to_sign(request.by),
    }


def _case_and_task(request: Request, number: str, kinds: tuple[str, ...]) -> tuple[Case, Task]:
    case = access.officer_case(request.by, number)
    task = queries.own_task(request.by, case)
    if task is None or task.kind not in kinds:
        raise Http404
    return case, task


urlpatterns = [
    path("berkas/<str:number>/naskah/susun/", draft_document, name="draft_document"),
    path("berkas/<str:number>/naskah/<str:document>/<int:page>/", draft_page, name="draft_page"),
    path("tanda-tangan/", signing, name="signing"),
    path("tanda-tangan/<uuid:result>/", signing_result, name="signing_result"),
]
