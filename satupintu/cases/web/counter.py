"""The front counter: find or register a person, choose a service, then the same form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from satupintu.cases import access, queries
from satupintu.cases.actions import drafts, paper_forms, review, submission
from satupintu.cases.queries import own
from satupintu.catalogue import queries as catalogue
from satupintu.lib import fields, identity, posted
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import actions as register
from satupintu.people import queries as people
from satupintu.people.requests import Request

if TYPE_CHECKING:
    from satupintu.cases.models import Case
    from satupintu.people.models import Applicant

SHOWN = 30
FOUND = "counter_found"
FOUND_AT_MOST = 50
FOCUS = {"autofocus": True}  # a counter works without a mouse
NIK = {
    "code": "nik",
    "label": {"id": "NIK pemohon", "en": "Identity number of the applicant"},
    "type": "nik",
    "required": True,
    "hint": {"id": "16 angka di KTP", "en": "16 digits on the identity card"},
}
# What the counter notes of a person who has no account; the form of the service asks the rest.
PERSON: list[dict[str, Any]] = [
    {
        "code": "name",
        "label": {"id": "Nama lengkap sesuai KTP", "en": "Full name as on the identity card"},
        "type": "text",
        "required": True,
    },
    {**NIK, "label": "NIK"},
    {
        "code": "birth_place",
        "label": {"id": "Tempat lahir", "en": "Place of birth"},
        "type": "text",
        "max": 120,
    },
    {
        "code": "birth_date",
        "label": {"id": "Tanggal lahir", "en": "Date of birth"},
        "type": "date",
        "max": "today",
    },
    {
        "code": "sex",
        "label": {"id": "Jenis kelamin", "en": "Sex"},
        "type": "radio",
        "options": [
            {"code": "L", "name": {"id": "Laki-laki", "en": "Male"}},
            {"code": "P", "name": {"id": "Perempuan", "en": "Female"}},
        ],
    },
    {
        "code": "address",
        "label": {"id": "Alamat sesuai KTP", "en": "Address on the identity card"},
        "type": "address",
    },
    {
        "code": "phone",
        "label": {"id": "Nomor ponsel untuk kabar", "en": "Phone number for notices"},
        "type": "phone",
    },
    {
        "code": "company",
        "label": {
            "id": "Nama badan usaha, bila mengurus untuk badan usaha",
            "en": "Name of the company, if it applies",
        },
        "type": "text",
        "max": 160,
    },
]
# Of an application that was written on paper while the system was down.
PAPER: list[dict[str, Any]] = [
    {
        "code": "paper",
        "label": {"id": "Nomor formulir kertas", "en": "Number of the paper form"},
        "type": "text",
        "required": True,
        "max": 40,
        "hint": {"id": "Misalnya 2026-004512-7KD", "en": "For example 2026-004512-7KD"},
    },
    {
        "code": "written_on",
        "label": {"id": "Tanggal di formulir", "en": "Date on the form"},
        "type": "date",
        "required": True,
        "max": "today",
    },
    {
        "code": "written_time",
        "label": {"id": "Jam di formulir", "en": "Hour on the form"},
        "type": "time",
        "required": True,
    },
]


@login_required
@require_http_methods(["GET", "POST"])
def counter(request: Request) -> HttpResponse:
    """Find a person by NIK. Posted, so that no identity number ever stands in an address."""
    people.acting_post(request.by, right="counter")
    if request.method == "GET":
        context = {"nik": NIK, "typed": {}, "focus": dict(FOCUS)}
        context["asked"] = queries.withdrawals_asked(request.by)
        return render(request, "cases/counter/find.html", context)
    answers, errors = fields.clean([NIK], request.POST, facts={"today": offices.today()})
    context = {"nik": NIK, "focus": {}, "typed": request.POST, "errors": errors}
    if not errors:
        found = people.applicants_by_nik(answers["nik"])
        _remember(request, *(one.id for one in found))
        context |= {"found": found, "searched": True, "questions": PERSON}
        context["prefill"] = _from_nik(answers["nik"])
    return render(request, "cases/counter/find.html", context, status=422 if errors else 200)


@login_required
@require_POST
def counter_register(request: Request) -> HttpResponse:
    """Register the person who stands at the counter."""
    people.acting_post(request.by, right="counter")
    raw = posted.read(PERSON, request.POST)
    answers, errors = fields.clean(PERSON, raw, facts={"today": offices.today()})
    if not errors:
        try:
            made = register.create_applicant(by=request.by, **_person(answers))
            _remember(request, made.pk)
            return redirect("cases:counter_applicant", made.pk)
        except Refused as refused:
            errors[refused.field or ""] = refused.message
    context = {"questions": PERSON, "typed": raw, "errors": errors}
    return render(request, "cases/counter/register.html", context, status=422)


@login_required
@require_safe
def counter_applicant(request: Request, applicant_id: int) -> HttpResponse:
    """What runs already for this person, and what else they can apply for."""
    desks = _desks(request)
    applicant = _applicant(request, applicant_id, desks)
    search = request.GET.get("cari", "")
    context = {
        "applicant": applicant,
        "search": search,
        "running": [
            (case, own.standing(case))
            for case in own.running_of(applicant.pk, applicant.nik, office_ids=desks)
        ],
        "services": catalogue.services(search=search, applicant=applicant.kind)[:SHOWN],
    }
    return render(request, "cases/counter/applicant.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def counter_start(request: Request, applicant_id: int, service: str) -> HttpResponse:
    """Begin the form. A second application for the same thing is begun only on purpose."""
    desks = _desks(request)
    applicant = _applicant(request, applicant_id, desks)
    version = catalogue.current_version(service)
    if version is None:
        raise Http404
    running = own.running_of(applicant.pk, applicant.nik, office_ids=desks)
    same = [case for case in running if case.service_code == service]
    on_paper = posted.read(PAPER, request.POST)
    errors: dict[str, str] = {}
    if request.method == "POST" and same and not request.POST.get("anyway"):
        errors["anyway"] = both(
            "Centang bahwa pemohon tetap ingin mengajukan lagi",
            "Tick that the applicant wants to apply again all the same",
        )
    elif request.method == "POST":
        written, errors = _written(on_paper)
        try:
            if not errors:
                return redirect("cases:draft", _begin(request, applicant, service, written).pk)
        except paper_forms.LikelyDouble as refused:
            same, errors = refused.cases, {"anyway": refused.message}
        except (drafts.NotOffered, paper_forms.NotEnterable) as refused:
            errors[refused.field or ""] = refused.message
    context = {
        "applicant": applicant,
        "service": version.service,
        "definition": version.definition,
        "same": same,
        "errors": errors,
        "typed": request.POST,
        "paper": PAPER,
        "on_paper": on_paper,
        "is_on_paper": any(on_paper.values()),
    }
    return render(request, "cases/counter/start.html", context, status=422 if errors else 200)


def _begin(
    request: Request, applicant: Applicant, service: str, written: tuple[str, datetime] | None
) -> Case:
    by = replace(request.by, door="counter")
    request_type = request.POST.get("request_type", "")
    if written is None:
        return drafts.start(
            service=service,
            request_type=request_type,
            applicant=applicant,
            channel="counter",
            by=by,
        )
    number, written_at = written
    return paper_forms.begin(
        number,
        written_at=written_at,
        service=service,
        request_type=request_type,
        applicant=applicant,
        confirmed=bool(request.POST.get("anyway")),
        by=by,
    )


def _written(raw: Mapping[str, Any]) -> tuple[tuple[str, datetime] | None, dict[str, str]]:
    """Number and time of a form on paper, and what is wrong with them; nothing without one."""
    if not any(raw.values()):
        return None, {}
    answers, errors = fields.clean(PAPER, raw, facts={"today": offices.today()})
    if errors:
        return None, errors
    day, at = date.fromisoformat(answers["written_on"]), time.fromisoformat(answers["written_time"])
    return (answers["paper"], datetime.combine(day, at, tzinfo=offices.zone())), {}


@login_required
@require_http_methods(["GET", "POST"])
def cancel_paid(request: Request, number: str) -> HttpResponse:
    """After payment only the counter cancels, because the applicant asks for it."""
    case = access.officer_case(request.by, number)
    access.counter_clerk(request.by, case.office_id)
    if not access.may_cancel_paid(request.by, case):
        return redirect("cases:officer_case", number=number)
    context: dict[str, Any] = {"case": case}
    if request.method == "POST":
        try:
            submission.cancel_paid(
                case.pk,
                reason=request.POST.get("reason", ""),
                by=replace(request.by, door="counter"),
            )
        except review.ReasonMissing as refused:
            context["errors"] = {"reason": refused.message}
            return render(request, "cases/counter/cancel.html", context, status=422)
        messages.success(request, f"Permohonan {number} dibatalkan.")
        return redirect("cases:officer_case", number=number)
    return render(request, "cases/counter/cancel.html", context)


def _desks(request: Request) -> list[int]:
    """The offices at whose counter this officer works. Raises NoRight."""
    people.acting_post(request.by, right="counter")
    posts = people.posts_held(request.by.account_id)
    return [post.office_id for post in posts if "counter" in post.rights]


def _remember(request: Request, *applicant_ids: int) -> None:
    """Who was found by NIK or registered may be opened in this session."""
    known = [*request.session.get(FOUND, []), *applicant_ids]
    request.session[FOUND] = known[-FOUND_AT_MOST:]


def _applicant(request: Request, applicant_id: int, desks: list[int]) -> Applicant:
    """A person who stood here and showed the identity card, or has an application here."""
    found = applicant_id in request.session.get(FOUND, [])
    if not found and not own.is_known_at(applicant_id, desks):
        raise Http404
    try:
        return people.applicant(applicant_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def _from_nik(number: str) -> dict[str, str]:
    """What the number itself says, so that nobody types it again."""
    read = identity.nik(number, today=offices.today())
    return {"nik": number, "birth_date": read.birth_date.isoformat(), "sex": read.sex}


def _person(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the register of applicants wants them."""
    known = dict(answers)
    company = known.pop("company", "")
    if born := known.get("birth_date"):
        known["birth_date"] = date.fromisoformat(born)
    if company:
        return {"kind": "company", **known, "company": {"name": company}}
    return {"kind": "person", **known}


urlpatterns = [
    path("loket/batal/<str:number>/", cancel_paid, name="cancel_paid"),
    path("loket/", counter, name="counter"),
    path("loket/pemohon/", counter_register, name="counter_register"),
    path("loket/pemohon/<int:applicant_id>/", counter_applicant, name="counter_applicant"),
    path("loket/pemohon/<int:applicant_id>/<str:service>/", counter_start, name="counter_start"),
]
