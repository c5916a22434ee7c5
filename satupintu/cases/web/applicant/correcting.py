"""A correction: only what the office asked for is open, each with its reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from satupintu.cases import access
from satupintu.cases.actions import drafts, review
from satupintu.cases.models import Case
from satupintu.cases.queries import form, own
from satupintu.cases.web.applicant import door
from satupintu.cases.web.applicant.rows import rows
from satupintu.files import queries as files
from satupintu.lib import posted
from satupintu.people.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def correction(request: Request, case_id: int) -> HttpResponse:
    """Only what was asked for is open, with the officer's reason beside it."""
    found = access.fillable_case(request.by, case_id)
    if own.open_correction(found) is None:
        return redirect(_after(request, found))
    if request.method == "GET":
        return show(request, found)
    raw = posted.read(_open_fields(found, form.changeable(found)), request.POST)
    if posted.is_changing_rows(request.POST):
        return show(request, found, typed=raw)
    acting = door.by(request, found)
    if errors := drafts.correct_fields(found.pk, raw=raw, by=acting):
        return show(request, found, typed=raw, errors=errors)
    try:
        confirmed = request.POST.get("confirmed") == "true"
        review.answer_correction(found.pk, confirmed=confirmed, by=acting)
    except review.NotReady as refused:
        found = access.fillable_case(request.by, case_id)  # the answers may have opened a row
        return show(request, found, typed=raw, errors={refused.field or "": refused.message})
    door.say(
        request,
        "Perbaikan terkirim. Kami lanjutkan memeriksa permohonan Anda.",
        "Correction sent. We go on checking your application.",
    )
    return redirect(_after(request, found))


def show(
    request: Request,
    found: Case,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`errors` are those of the fields, `error` that of one upload."""
    asked = own.open_correction(found)
    if asked is None:
        raise Http404
    changeable = form.changeable(found)
    why = {(item["kind"], item["code"]): item["reason"] for item in asked.items}
    kept = {code: value for page in found.typed.values() for code, value in page.items()}
    context = door.frame(request, found) | {
        "correction": asked,
        "rows": rows(
            found,
            changeable,
            error=error,
            since=asked.asked_at,
            reasons={code: reason for (kind, code), reason in why.items() if kind == "requirement"},
        ),
        "are_scanned": files.are_scanned(),
        "fields": [
            {"field": field, "reason": why.get(("field", field["code"]), "")}
            for field in _open_fields(found, changeable)
        ],
        "typed": {**found.answers, **kept, **(typed or {})},
        "errors": {**(errors or {}), **(error or {})},
    }
    status = 422 if errors or error else 200
    return render(request, "cases/applicant/correction.html", context, status=status)


def _open_fields(found: Case, changeable: frozenset[tuple[str, str]]) -> list[dict[str, Any]]:
    """The fields that a correction opens, in the order of the form."""
    return [
        field
        for section in form.sections(found)
        for field in section["fields"]
        if ("field", field["code"]) in changeable
    ]


def _after(request: Request, found: Case) -> str:
    return reverse(
        "cases:sent" if door.is_helped(request, found) else "cases:case", args=[found.pk]
    )


urlpatterns = [path("permohonan/<int:case_id>/perbaikan/", correction, name="correction")]
