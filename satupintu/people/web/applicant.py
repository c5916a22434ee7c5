"""A person's own data: what we know of them and the companies they apply for."""

from __future__ import annotations

import contextlib
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST

from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account, Applicant
from satupintu.people.requests import Request
from satupintu.people.web.forms import CompanyForm, PinForm, ProfileForm
from satupintu.people.web.sign_in.words import both

SAVED = both("Data Anda tersimpan", "Your details are saved")


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: Request) -> HttpResponse:
    account = queries.account(request.user.pk)
    own = queries.own_applicant(account.pk)
    form = ProfileForm(request.POST or None, initial=_known(own, account), areas=_areas())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        data["area"] = offices.area(data["area"]) if data["area"] else None
        try:
            if own is None:
                actions.create_applicant(
                    kind="person", account_id=account.pk, by=request.by, **data
                )
            else:
                actions.update_applicant(own.pk, by=request.by, **data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, SAVED)
            return redirect(_onwards(request))
    return render(
        request,
        "people/profile.html",
        {
            "form": form,
            "account": account,
            "contacts": queries.contacts(account.pk),
            "companies": queries.companies_of(account.pk),
            "known": own is not None,
            "answers_by_link": queries.answers_by_link(account.pk),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def pin(request: Request) -> HttpResponse:
    """Heads of RT and RW choose the PIN that opens the links we send them."""
    if not queries.answers_by_link(request.user.pk):
        raise Http404
    if is_reauthentication_required(request, app="account"):
        # Not allauth's decorator: it keeps what was posted, and a PIN is kept nowhere.
        return redirect(f"{reverse('account_reauthenticate')}?next={reverse('people:pin')}")
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_pin(form.cleaned_data["pin"], by=request.by)
            get_adapter().tell_new_pin(request.user.pk)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, both("PIN Anda sudah diganti", "Your PIN is changed"))
            return redirect("people:profile")
    status = 422 if form.errors else 200
    return render(request, "people/pin.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def company(request: Request, applicant_id: int | None = None) -> HttpResponse:
    known = _own_company(request, applicant_id)
    form = CompanyForm(request.POST or None, initial=known.company if known else {})
    if request.method == "POST" and form.is_valid():
        try:
            if known is None:
                actions.add_company(
                    account_id=request.user.pk, company=form.cleaned_data, by=request.by
                )
            else:
                actions.update_applicant(known.pk, company=form.cleaned_data, by=request.by)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, SAVED)
            return redirect(_onwards(request))
    return render(
        request,
        "people/company.html",
        {"form": form, "known": known},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def end_device(request: Request, session_id: int) -> HttpResponse:
    actions.end_session(session_id, by=request.by)
    messages.success(request, both("Perangkat dikeluarkan", "The device is signed out"))
    return redirect("usersessions_list")


def _onwards(request: Request) -> str:
    """Whoever was about to apply for a service goes on there."""
    with contextlib.suppress(NoReverseMatch):
        if service := request.GET.get("untuk"):
            return reverse("cases:start", args=[service])
    return reverse("people:profile")


def _own_company(request: Request, applicant_id: int | None) -> Applicant | None:
    if applicant_id is None:
        return None
    found = queries.companies_of(request.user.pk).filter(pk=applicant_id).first()
    if found is None:
        raise Http404
    return found


def _known(own: Applicant | None, account: Account) -> dict[str, Any]:
    if own is None:
        return {"name": account.name, "phone": account.phone, "email": account.email}
    return {
        "name": own.name,
        "nik": own.nik,
        "birth_place": own.birth_place,
        "birth_date": own.birth_date,
        "sex": own.sex,
        "address": own.address,
        "area": own.area.code if own.area else "",
        "phone": own.phone,
        "email": own.email,
    }


def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for area in offices.areas("kelurahan"):
        groups.setdefault(area.parent.name if area.parent else "", []).append(
            (area.code, area.name)
        )
    return sorted(groups.items())
