"""Reading bills, receipts and the cashier's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from satupintu.levies.access import bill_for as bill_for
from satupintu.levies.access import cashier_offices as cashier_offices
from satupintu.levies.access import receipt_for as receipt_for
from satupintu.levies.models import Bill, CashClosing, Receipt
from satupintu.lib.money import in_words
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

PAGE = 25


def is_of(bill_id: int, subject: str) -> bool:
    return Bill.objects.filter(pk=bill_id, subject=subject).exists()


def bill(bill_id: int) -> Bill:
    return Bill.objects.select_related("applicant", "office", "file").get(pk=bill_id)


def receipt(receipt_id: int) -> Receipt:
    return Receipt.objects.select_related("bill__applicant", "taken_by", "file").get(pk=receipt_id)


def bills_of(subject: str) -> list[Bill]:
    """Every bill of a case, cancelled ones too, newest first."""
    return list(
        Bill.objects.filter(subject=subject).select_related("receipt", "file").order_by("-id")
    )


def overdue(*, days: int) -> QuerySet[Bill]:
    """Open bills whose last day passed within so many days, the longest overdue first."""
    today = offices.today()
    return Bill.objects.filter(
        status=Bill.Status.OPEN,
        due_date__lt=today,
        due_date__gte=today - timedelta(days=days),
    ).order_by("due_date", "id")


@dataclass(frozen=True)
class OpenBills:
    """A page of what waits to be paid, newest first; the next one begins after `next`."""

    bills: list[Bill]
    next: int | None


def open_bills(
    office_ids: Collection[int], *, search: str = "", after: int | None = None
) -> OpenBills:
    """Open bills of these offices; `search` is (part of) the number."""
    found = (
        Bill.objects.filter(office_id__in=office_ids, status=Bill.Status.OPEN)
        .select_related("applicant", "office")
        .order_by("-id")
    )
    if search.strip():
        found = found.filter(number__icontains=search.strip())
    if after is not None:
        found = found.filter(pk__lt=after)
    bills = list(found[: PAGE + 1])
    return OpenBills(bills[:PAGE], bills[PAGE - 1].pk if len(bills) > PAGE else None)


def settled_bill(office_ids: Collection[int], number: str) -> Bill | None:
    """The paid or cancelled bill with exactly this number, to say so instead of "not found"."""
    return (
        Bill.objects.filter(office_id__in=office_ids, number__iexact=number.strip())
        .exclude(status=Bill.Status.OPEN)
        .select_related("receipt")
        .first()
    )


@dataclass(frozen=True)
class Takings:
    """What one cashier took."""

    receipts: list[Receipt]
    total: Decimal


def takings(*, account_id: int, office_id: int, on: date) -> Takings:
    """One day of one cashier, in the city's own time."""
    start = datetime.combine(on, time(), offices.zone())
    receipts = (
        Receipt.objects.filter(taken_by_id=account_id, bill__office_id=office_id)
        .filter(taken_at__gte=start, taken_at__lt=start + timedelta(days=1))
        .select_related("bill")
        .order_by("-id")
    )
    return _takings(receipts)


def not_closed(*, account_id: int, office_id: int) -> QuerySet[Receipt]:
    return (
        Receipt.objects.filter(
            taken_by_id=account_id,
            bill__office_id=office_id,
            closing=None,
            method=Receipt.Method.CASH,
        )
        .select_related("bill")
        .order_by("-id")
    )


def takings_to_close(*, account_id: int, office_id: int) -> Takings:
    return _takings(not_closed(account_id=account_id, office_id=office_id))


def closings(*, account_id: int, office_id: int) -> list[CashClosing]:
    """The last closings of one cashier."""
    return list(
        CashClosing.objects.filter(cashier_id=account_id, office_id=office_id).order_by("-id")[:10]
    )


def bill_data(bill_id: int) -> dict[str, Any]:
    """What the SKRD template wants of the bill itself (packs/base/documents/skrd.typ)."""
    found = bill(bill_id)
    return {
        "number": found.number,
        "year": found.issued_date.year,
        "date": found.issued_date.isoformat(),
        "payer": _payer(found),
        "lines": [
            {
                "label": line["label"],
                "amount": line["amount"],
                **({"formula": line["formula"]} if line["formula"] else {}),
            }
            for line in found.lines
        ],
        "total": _plain(found.total),
        "in_words": _in_words(found.total),
        "due": found.due_date.isoformat(),
    }


def receipt_data(receipt_id: int) -> dict[str, Any]:
    """What the SSRD template wants of the receipt itself (packs/base/documents/ssrd.typ)."""
    found = receipt(receipt_id)
    return {
        "number": found.number,
        "bill_number": found.bill.number,
        "paid_at": offices.local(found.taken_at).strftime("%Y-%m-%dT%H:%M"),
        "payer": _payer(found.bill),
        "lines": [{"label": line["label"], "amount": line["amount"]} for line in found.bill.lines],
        "total": _plain(found.amount),
        "in_words": _in_words(found.amount),
        "method": f"{found.get_method_display()} di loket kasir",
        "cash_given": _plain(found.cash_given),
        "change": _plain(found.change),
        "cashier": found.taken_by.name,
    }


def _payer(found: Bill) -> list[dict[str, str]]:
    return [{"label": "Nama", "value": found.applicant.name}]


def _plain(amount: Decimal) -> str:
    """In figures, with decimals only where there are some."""
    return f"{amount:f}".removesuffix(".00")


def _in_words(amount: Decimal) -> str:
    """Rupiah in words; a levy is rounded to whole rupiah, and a rest would be said in figures."""
    words = in_words(int(amount))
    sen = int(amount * 100) % 100
    return f"{words} {sen} sen" if sen else words


def _takings(receipts: QuerySet[Receipt]) -> Takings:
    found = list(receipts)
    return Takings(found, sum((receipt.amount for receipt in found), Decimal(0)))
