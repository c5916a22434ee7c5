"""What can happen to bills."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class BillIssued(Event):
    bill_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class BillPaid(Event):
    bill_id: int
    receipt_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class BillCancelled(Event):
    bill_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class PaidBillWithdrawn(Event):
    """What the bill was paid for was withdrawn. The payment stays recorded."""

    bill_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class DocumentAttached(Event):
    """The printed form of a bill or a receipt is stored."""

    file_id: int


@dataclass(frozen=True, kw_only=True)
class CashClosed(Event):
    closing_id: int
    office_id: int
