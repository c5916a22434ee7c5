"""The cashier: find a bill, take the money, hand over the receipt, close the day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.levies import actions, queries
from satupintu.levies.web.forms import CashForm, ClosingForm
from satupintu.lib import posted
from satupintu.lib.errors import Refused
from satupintu.lib.money import parse_rupiah
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from satupintu.journal.events import By
    from satupintu.levies.models import Bill


@require_safe
@login_required
def find(request: HttpRequest) -> HttpResponse:
    by = _by(request)
    mine = queries.cashier_offices(by)
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    page = queries.open_bills(mine, search=search, after=posted.whole(after))
    if search and len(page.bills) == 1 and page.bills[0].number.lower() == search.lower():
        return redirect("levies:collect", page.bills[0].pk)
    today = offices.today()
    takings = [
        queries.takings(account_id=cast("int", by.account_id), office_id=office_id, on=today)
        for office_id in mine
    ]
    context = {
        "page": page,
        "search": search,
        "settled": queries.settled_bill(mine, search) if search else None,
        "today": today,
        "taken": sum((one.total for one in takings), Decimal(0)),
        "receipts": sum(len(one.receipts) for one in takings),
    }
    return render(request, "levies/find.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def collect(request: HttpRequest, bill_id: int) -> HttpResponse:
    by = _by(request)
    bill = queries.bill_for(by, bill_id)
    if bill.office_id not in queries.cashier_offices(by):
        raise Http404
    context: dict[str, Any] = {"bill": bill, "status": 200}
    if request.method == "POST":
        context["form"] = form = CashForm(request.POST)
        context["status"] = 422
        if form.is_valid():
            try:
                receipt = actions.take_cash(bill.pk, by=by, **form.cleaned_data)
            except actions.AlreadyPaid as refusal:
                context |= {"paid_before": refusal, "status": 409}
            except Refused as refusal:
                _tell(form, refusal)
            else:
                return redirect("levies:receipt", receipt.pk)
        return _page(request, "levies/collect.html", context)
    if "cash_given" in request.GET:
        context["change"] = _change(bill, request.GET["cash_given"])
        return _page(request, "levies/collect.html#change", context)
    return _page(request, "levies/collect.html", {**context, "form": CashForm()})


@require_safe
@login_required
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    found = queries.receipt_for(_by(request), receipt_id)
    return render(request, "levies/receipt.html", {"receipt": found, "bill": found.bill})


@require_http_methods(["GET", "POST"])
@login_required
def close(request: HttpRequest) -> HttpResponse:
    by = _by(request)
    account_id = cast("int", by.account_id)
    mine = queries.cashier_offices(by)
    chosen = request.GET.get("unit", "")
    office_id = picked if (picked := posted.whole(chosen)) in mine else next(iter(mine))
    form, status = ClosingForm(), 200
    if request.method == "POST":
        form, status = ClosingForm(request.POST), 422
        if form.is_valid():
            try:
                closing = actions.close_cash(office_id=office_id, by=by, **form.cleaned_data)
            except Refused as refusal:
                _tell(form, refusal)
            else:
                messages.success(request, f"Kas ditutup. Penutupan nomor {closing.pk}.")
                return redirect(f"{reverse('levies:close')}?unit={office_id}")
    context = {
        "form": form,
        "units": [
            {
                "url": f"?unit={pk}",
                "label": offices.office_name(pk),
                "current": pk == office_id,
                "count": None,
            }
            for pk in mine
        ],
        "office": offices.office_name(office_id),
        "takings": queries.takings_to_close(account_id=account_id, office_id=office_id),
        "closings": queries.closings(account_id=account_id, office_id=office_id),
        "status": status,
    }
    return _page(request, "levies/close.html", context)


def _change(bill: Bill, typed: str) -> Decimal | None:
    """What goes back to the payer, negative when it is not enough, None when it is no amount."""
    try:
        return parse_rupiah(typed) - bill.total
    except Refused:
        return None


def _tell(form: forms.Form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=context["status"])


def _by(request: HttpRequest) -> By:
    by: By = request.by  # type: ignore[attr-defined]
    return by
