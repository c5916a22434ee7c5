"""Who may do what, and handing posts over: pages for the right "admin"."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from satupintu.lib import errors
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.people.web.forms import (
    AppointForm,
    DayForm,
    DecisionForm,
    EndForm,
    Form,
    MandateForm,
    OfficerForm,
)
from satupintu.people.web.sign_in.words import both

NO_DATE = errors.both(
    "Tulis tanggal yang ada, misalnya 20 11 2026", "Write a real date, like 20 11 2026"
)
UNKNOWN = both(
    "Belum ada akun dengan kontak ini. Buat akunnya dulu",
    "There is no account with this contact. Make the account first",
)


@login_required
@require_safe
def posts(request: Request) -> HttpResponse:
    """Posts, rights and people on a chosen day, of the units in one's reach."""
    reach = queries.admin_reach(request.by)
    form = DayForm(request.GET if "on_year" in request.GET else None)
    day: date = form.cleaned_data["on"] if form.is_valid() else offices.today()
    if not form.is_bound:
        form.initial["on"] = day
    page = queries.matrix(
        day,
        reach=reach,
        search=request.GET.get("q", "")[:100],
        vacant=request.GET.get("kosong") == "1",
        after=request.GET.get("after", "")[:80],
    )
    return render(
        request,
        "people/posts.html",
        {"form": form, "day": day, "page": page, "rights": queries.RIGHTS},
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def post(request: Request, post_id: int) -> HttpResponse:
    """One post: who holds it, who acts in it, who did and who will."""
    return render(
        request,
        "people/post.html",
        {
            "post": _post(request, post_id),
            "holdings": [
                (row, EndForm(auto_id=f"holding_{row.pk}_%s"))
                for row in queries.holdings_of_post(post_id)
            ],
            "mandates": [
                (row, EndForm(auto_id=f"mandate_{row.pk}_%s"))
                for row in queries.mandates_of_post(post_id)
            ],
            "today": offices.today(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def appoint(request: Request, post_id: int) -> HttpResponse:
    _post(request, post_id)
    form = AppointForm(request.POST or None, initial={"from_date": offices.today()})
    if request.method == "POST" and form.is_valid() and (account := _account(form)):
        try:
            actions.appoint(
                post_id=post_id,
                account_id=account.pk,
                from_date=form.cleaned_data["from_date"],
                to_date=form.cleaned_data["to_date"],
                decision_number=form.cleaned_data["decision_number"],
                decision_date=form.cleaned_data["decision_date"],
                by=request.by,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, both("Pejabat ditetapkan", "The official is appointed"))
            return redirect("people:post", post_id)
    return _page(request, "people/appoint.html", form, post_id)


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def decision(request: Request, holding_id: int) -> HttpResponse:
    """By which decree somebody holds a post, written down afterwards."""
    queries.admin_reach(request.by)
    try:
        holding = queries.holding(holding_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    _post(request, holding.post_id)
    known = {"decision_number": holding.decision_number, "decision_date": holding.decision_date}
    form = DecisionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_decision(holding_id, by=request.by, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, both("Surat keputusan dicatat", "The decree is recorded"))
            return redirect("people:post", holding.post_id)
    return _page(request, "people/decision.html", form, holding.post_id)


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def give_mandate(request: Request, post_id: int) -> HttpResponse:
    _post(request, post_id)
    form = MandateForm(request.POST or None, initial={"from_date": offices.today()})
    if request.method == "POST" and form.is_valid() and (account := _account(form)):
        data = {name: value for name, value in form.cleaned_data.items() if name != "contact"}
        try:
            actions.give_mandate(post_id=post_id, account_id=account.pk, by=request.by, **data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, both("Mandat diberikan", "The mandate is given"))
            return redirect("people:post", post_id)
    return _page(request, "people/mandate.html", form, post_id)


@login_required
@require_POST
@fresh_second_factor
def end_holding(request: Request, holding_id: int) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused(NO_DATE)
    ended = actions.end_holding(holding_id, last_day=form.cleaned_data["last_day"], by=request.by)
    messages.success(request, both("Masa jabatan diakhiri", "The holding is ended"))
    return redirect("people:post", ended.post_id)


@login_required
@require_POST
@fresh_second_factor
def revoke_mandate(request: Request, mandate_id: int) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused(NO_DATE)
    ended = actions.revoke_mandate(
        mandate_id, last_day=form.cleaned_data["last_day"], by=request.by
    )
    messages.success(request, both("Mandat dicabut", "The mandate is revoked"))
    return redirect("people:post", ended.post_id)


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def new_officer(request: Request) -> HttpResponse:
    """An account for an officer, who sets the password alone, by a code."""
    queries.acting_post(request.by, right="admin")
    form = OfficerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_account(by=request.by, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                both(
                    f"Akun {made.name} dibuat. Minta pemiliknya membuat kata sandi lewat "
                    "Lupa kata sandi",
                    f"The account of {made.name} is made. Ask its owner to set a password with "
                    "Forgot password",
                ),
            )
            return redirect("people:posts")
    return render(
        request, "people/officer_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _page(request: Request, template: str, form: Form, post_id: int) -> HttpResponse:
    return render(
        request,
        template,
        {"form": form, "post": _post(request, post_id)},
        status=422 if form.errors else 200,
    )


def _post(request: Request, post_id: int) -> object:
    """A post in one's reach; any other is a 404."""
    reach = queries.admin_reach(request.by)
    found = offices.posts().filter(pk=post_id).first()
    if found is None or (reach is not None and found.office_id not in reach):
        raise Http404
    return found


def _account(form: Form) -> Account | None:
    found = queries.account_by_contact(form.cleaned_data["contact"])
    if found is None:
        form.add_error("contact", UNKNOWN)
    return found
