"""Whose bill it is, and at which counters someone may take money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from satupintu.levies.models import Bill, Receipt
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.journal.events import By


def cashier_offices(by: By) -> dict[int, str]:
    """Offices where this person is a cashier today, own posts first. Raises NoRight without one."""
    people.acting_post(by, right="cashier")
    return _cashier_offices(by)


def _cashier_offices(by: By) -> dict[int, str]:
    return {
        held.office_id: held.office_code
        for held in people.posts_held(by.account_id)
        if "cashier" in held.rights
    }


def bill_for(by: By, bill_id: int) -> Bill:
    """The bill for who owes it and for the cashiers of its office; Http404 for anyone else."""
    bill = (
        Bill.objects.select_related("applicant", "office", "file", "receipt__file")
        .filter(pk=bill_id)
        .first()
    )
    if bill is None or by.account_id is None:
        raise Http404
    is_payer = bill.applicant.account_id == by.account_id
    if not is_payer and bill.office_id not in _cashier_offices(by):
        raise Http404
    return bill


def receipt_for(by: By, receipt_id: int) -> Receipt:
    """The receipt for a cashier of its office; Http404 otherwise."""
    receipt = (
        Receipt.objects.select_related("bill__applicant", "bill__office", "taken_by", "file")
        .filter(pk=receipt_id, bill__office_id__in=cashier_offices(by))
        .first()
    )
    if receipt is None:
        raise Http404
    return receipt
