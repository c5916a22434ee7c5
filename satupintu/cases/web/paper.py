"""Numbered forms on paper: set aside and print them, and see what became of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import access
from satupintu.cases.actions import paper_forms
from satupintu.cases.queries import on_paper
from satupintu.cases.web import posted
from satupintu.catalogue import queries as catalogue
from satupintu.lib import fields
from satupintu.lib.errors import both
from satupintu.lib.posted import read
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.cases.models import FormBlock


@login_required
@require_http_methods(["GET", "POST"])
def blocks(request: Request) -> HttpResponse:
    """What was printed, and for whoever may set numbers aside the form for more."""
    found = on_paper.blocks(request.by, before=posted.whole(request.GET.get("before", "")) or None)
    questions = _questions(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        made, errors = _reserve(request, questions)
        if made is not None:
            messages.success(
                request,
                both(
                    "Nomor sudah dicadangkan. Cetak formulirnya sekarang",
                    "The numbers are set aside. Print the forms now",
                ),
            )
            return redirect("cases:paper_block", made.pk)
    context = {
        "blocks": found,
        "older": found[-1].pk if len(found) == on_paper.SHOWN else None,
        "questions": questions,
        "typed": read(questions, request.POST),
        "errors": errors,
        "key": request.POST.get("key") or uuid4(),
    }
    return render(request, "cases/paper/blocks.html", context, status=422 if errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def block(request: Request, block_id: int) -> HttpResponse:
    """Each number of the block: waiting, entered as which application, or void and why."""
    found = on_paper.block(request.by, block_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            done = paper_forms.void(
                found.pk,
                form_ids=[posted.whole(one) for one in request.POST.getlist("chosen")],
                reason=request.POST.get("reason", ""),
                by=request.by,
            )
        except paper_forms.NotVoidable as refused:
            errors[refused.field or ""] = refused.message
        else:
            messages.success(
                request,
                both("{n} nomor dinyatakan tidak dipakai", "{n} numbers noted as unused", n=done),
            )
            return redirect("cases:paper_block", found.pk)
    context = {
        "found": found,
        "forms": on_paper.forms_of(found),
        "may_void": access.keeps_forms(request.by, found.office_id),
        "ticked": set(request.POST.getlist("chosen")),
        "reason": request.POST.get("reason", ""),
        "errors": errors,
    }
    return render(request, "cases/paper/block.html", context, status=422 if errors else 200)


@login_required
@require_safe
def sheets(request: Request, block_id: int) -> HttpResponse:
    """The forms that still wait, one after the other, to be printed."""
    found = on_paper.block(request.by, block_id)
    data = on_paper.sheets(found)
    if not data["numbers"]:
        raise Http404
    definition = found.service_version.definition
    letter = definition["documents"]["paper_form"]
    answer = HttpResponse(
        permits.paper(definition, letter["template"], data), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="formulir-kertas-{found.pk}.pdf"'
    return answer


def _questions(request: Request) -> list[dict[str, Any]]:
    """Which forms, of which unit, and how many; none for somebody who may only look."""
    units = [one for one in offices.offices() if access.keeps_forms(request.by, one.pk)]
    if not units:
        return []
    return [
        {
            "code": "service",
            "label": {"id": "Layanan", "en": "Service"},
            "type": "select",
            "required": True,
            "options": [{"code": one.code, "name": one.name} for one in catalogue.services()],
        },
        {
            "code": "office",
            "label": {"id": "Unit yang menerima", "en": "Unit that takes them in"},
            "type": "select",
            "required": True,
            "options": [{"code": one.code, "name": one.name} for one in units],
        },
        {
            "code": "count",
            "label": {"id": "Jumlah formulir", "en": "Number of forms"},
            "type": "number",
            "required": True,
            "min": 1,
            "max": paper_forms.MOST,
        },
    ]


def _reserve(
    request: Request, questions: list[dict[str, Any]]
) -> tuple[FormBlock | None, dict[str, str]]:
    if not questions:
        people.acting_post(request.by, right="outage")
    raw = read(questions, request.POST)
    answers, errors = fields.clean(questions, raw, facts={})
    if errors:
        return None, errors
    try:
        made = paper_forms.reserve(
            office=offices.office(answers["office"]),
            service=answers["service"],
            count=posted.whole(answers["count"]),
            key=posted.key(request),
            by=request.by,
        )
    except paper_forms.NotPrintable as refused:
        return None, {refused.field or "": refused.message}
    return made, {}


urlpatterns = [
    path("loket/kertas/", blocks, name="paper_blocks"),
    path("loket/kertas/<int:block_id>/", block, name="paper_block"),
    path("loket/kertas/<int:block_id>/formulir/", sheets, name="paper_sheets"),
]
