"""A bill as the person sees who owes it; its PDFs are also for the cashier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from satupintu.files import downloads
from satupintu.levies import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from satupintu.files.models import StoredFile


@require_safe
@login_required
def bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    found = queries.bill_for(request.by, bill_id)  # type: ignore[attr-defined]
    return render(request, "levies/bill.html", {"bill": found})


@require_safe
@login_required
def bill_pdf(request: HttpRequest, bill_id: int) -> HttpResponseBase:
    found = queries.bill_for(request.by, bill_id)  # type: ignore[attr-defined]
    return _pdf(found.file, found.number)


@require_safe
@login_required
def receipt_pdf(request: HttpRequest, bill_id: int) -> HttpResponseBase:
    found = queries.bill_for(request.by, bill_id)  # type: ignore[attr-defined]
    receipt = getattr(found, "receipt", None)
    if receipt is None:
        raise Http404
    return _pdf(receipt.file, receipt.number)


def _pdf(file: StoredFile | None, number: str) -> HttpResponseBase:
    if file is None:
        raise Http404
    return downloads.response(file, name=f"{number.replace('/', '-')}.pdf")
