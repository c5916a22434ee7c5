"""Residents without an account: who they are, a texted code, and the way back to an application."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from satupintu.cases import queries
from satupintu.cases.actions import drafts
from satupintu.cases.queries import form
from satupintu.cases.web.applicant import door
from satupintu.catalogue import queries as catalogue
from satupintu.lib import fields, identity, numbers, posted
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.people.requests import Request, address_of, let_in

# The questions of the form that say who asks; its own words are used, and nothing is asked twice.
WHO = ("name", "nik", "birth_date", "area", "phone")
CODE = {
    "code": "code",
    "label": {"id": "Kode 6 angka dari SMS", "en": "6-digit code from the text message"},
    "type": "text",
}


@never_cache
@require_http_methods(["GET", "POST"])
def who(request: Request, service: str) -> HttpResponse:
    """Who asks for the letter. With a phone a code is sent; without one the RT knows the person."""
    version = catalogue.current_version(service)
    if version is None or not version.definition["without_account"]:
        raise Http404
    if _has_account(request):
        return redirect("cases:start", service)
    questions = _questions(version.definition)
    if request.method == "GET":
        return _ask(request, version, questions, {}, {})
    raw = posted.read(questions, request.POST)
    has_phone = "no_phone" not in request.POST
    answers, errors = fields.clean(questions, raw, facts={"today": offices.today()})
    if not has_phone:
        errors.pop(next(one["code"] for one in questions if one["profile"] == "phone"), None)
    known = {field["profile"]: answers.get(field["code"], "") for field in questions}
    codes = {field["profile"]: field["code"] for field in questions}
    if has_phone and codes["phone"] not in errors and not known["phone"]:
        errors[codes["phone"]] = both(
            "Isi nomor ponsel Anda, atau tekan Lanjut tanpa ponsel",
            "Fill in your phone number, or press Go on without a phone",
        )
    if codes["area"] not in errors and not offices.has_area(known["area"]):
        errors[codes["area"]] = both("Pilih dari daftar", "Choose from the list")
    if not errors:
        errors |= _doubtful_birth_date(request, known)
    if errors:
        return _ask(request, version, questions, raw, errors)
    people.take_turn("guest", address_of(request))
    if not has_phone:
        return _begin(request, service, known | {"phone": ""})
    sent = people.send_code(known["phone"])
    request.session.cycle_key()  # a session that somebody planted learns nothing of this person
    request.session["guest"] = {"service": service, "known": known, "sent": sent.kept()}
    return redirect("cases:guest_code")


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: Request) -> HttpResponse:
    """The code from the text message opens the form."""
    asked = request.session.get("guest")
    if asked is None or _has_account(request):
        return redirect("catalogue:services")
    context: dict[str, Any] = {
        "question": CODE,
        "phone": asked["known"]["phone"],
        "back": asked["service"],
        "errors": {},
    }
    if request.method == "GET":
        return render(request, "cases/guest/code.html", context)
    if "again" in request.POST:
        people.take_turn("guest", address_of(request))
        sent = people.send_code(asked["known"]["phone"])
        request.session["guest"] = asked | {"sent": sent.kept()}
        door.say(request, "Kode baru sudah dikirim.", "A new code was sent.")
        return redirect("cases:guest_code")
    try:
        people.prove_code(people.SentCode(**asked["sent"]), request.POST.get("code", ""))
    except people.WrongCode as refused:
        context["errors"] = {"code": refused.message}
        return render(request, "cases/guest/code.html", context, status=422)
    return _begin(request, asked["service"], asked["known"])


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: Request) -> HttpResponse:
    """Number and code open the application: the code of the receipt, or one sent to the phone.

    Whatever does not fit is answered alike, so that nobody learns which part was right.
    """
    number = numbers.normalise((request.POST.get("nomor") or request.GET.get("nomor", ""))[:40])
    context: dict[str, Any] = {"number": number, "errors": {}, "sent": False}
    if request.method == "GET":
        return render(request, "cases/guest/follow.html", context)
    if _has_account(request):
        raise Refused(
            both(
                "Anda sedang masuk dengan akun. Keluar dulu, lalu buka permohonan dengan kodenya.",
                "You are signed in with an account. Sign out first, then open it with its code.",
            )
        )
    people.take_turn("follow_from", address_of(request))
    found = queries.for_follower(number)
    if "send" in request.POST:
        with suppress(people.TooOften):  # said of nobody, as nothing is said of who has a phone
            sent = people.send_code(found.applicant.phone if found else "", to="follow_text")
            request.session.cycle_key()
            request.session["follow"] = {"number": number, "sent": sent.kept()}
        return render(request, "cases/guest/follow.html", context | {"sent": True})
    people.take_turn("follow", f"{number}|{address_of(request)}")
    if found is None or not _opens(request, number, request.POST.get("kode", "")):
        context["errors"] = {
            "kode": both(
                "Nomor atau kode tidak cocok. Periksa keduanya, atau minta kode lewat SMS",
                "Number or code does not fit. Check both, or ask for a code by text message",
            )
        }
        return render(request, "cases/guest/follow.html", context, status=422)
    guest = people.account_of(found.applicant_id, by=request.by)
    by_receipt = queries.is_follow_code(number, request.POST.get("kode", ""))
    let_in(request, guest, case_id=found.pk if by_receipt else None)
    request.session.pop("follow", None)
    return redirect("cases:case", found.pk)


def _has_account(request: Request) -> bool:
    """Signed in, and not as a guest, whose short session may end for another one."""
    return request.user.is_authenticated and not request.user.is_guest


def _questions(definition: dict[str, Any]) -> list[dict[str, Any]]:
    asked = {field["profile"]: field for field in form.all_fields(definition) if "profile" in field}
    return [_always_asked(asked[profile], required=profile != "phone") for profile in WHO]


def _always_asked(field: dict[str, Any], *, required: bool) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key != "when"} | {"required": required}


def _ask(
    request: Request, version: Any, questions: Any, typed: Any, errors: dict[str, str]
) -> HttpResponse:
    context = {
        "service": version.service,
        "definition": version.definition,
        "questions": questions,
        "typed": typed,
        "errors": errors,
        "doubt": "as_on_card" in errors,
    }
    return render(request, "cases/guest/who.html", context, status=422 if errors else 200)


def _doubtful_birth_date(request: Request, known: dict[str, Any]) -> dict[str, str]:
    """A NIK holds a date of birth; where the card itself differs, the resident says so once."""
    said = identity.nik(known["nik"], today=offices.today()).birth_date
    if said.isoformat() == known["birth_date"] or request.POST.get("as_on_card"):
        return {}
    return {
        "as_on_card": both(
            "Tanggal lahir tidak sama dengan yang ada di dalam NIK. Periksa NIK dan tanggal lahir, "
            "atau centang bahwa di KTP memang begitu",
            "The date of birth is not the one inside the NIK. Check both, "
            "or tick that the identity card says so",
        )
    }


def _begin(request: Request, service: str, known: dict[str, Any]) -> HttpResponse:
    nik = identity.nik(known["nik"], today=offices.today())
    applicant = people.enter(
        name=known["name"],
        nik=nik.number,
        birth_date=date.fromisoformat(known["birth_date"]),
        sex=nik.sex,
        area=offices.area(known["area"]),
        phone=known["phone"],
        by=request.by,
    )
    assert applicant.account is not None
    let_in(request, applicant.account)
    request.session.pop("guest", None)
    version = catalogue.current_version(service)
    kinds = version.definition["request_types"] if version else []
    if len(kinds) != 1:
        return redirect("cases:start", service)
    case = drafts.start(
        service=service,
        request_type=kinds[0]["code"],
        applicant=applicant,
        language=door.language(),
        by=replace(request.by, account_id=applicant.account.pk),
    )
    return redirect("cases:draft", case.pk)


def _opens(request: Request, number: str, typed: str) -> bool:
    if queries.is_follow_code(number, typed):
        return True
    asked = request.session.get("follow")
    if asked is None or asked["number"] != number:
        return False
    try:
        people.prove_code(people.SentCode(**asked["sent"]), typed)
    except Refused:
        return False
    return True


urlpatterns = [
    path("tanpa-akun/kode/", code, name="guest_code"),
    path("tanpa-akun/<str:service>/", who, name="guest"),
    path("lacak/buka/", follow, name="follow"),
]
