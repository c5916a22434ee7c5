"""Everything that can happen to a bill, in the order of its life, and the closing of the cash.

Who may assess and cancel is said by the process of the service, so the caller checks that. Who may
take money is checked here: the cashier of the bill's office, and never the one who assessed it.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.levies import queries
from satupintu.levies.events import (
    BillCancelled,
    BillIssued,
    BillPaid,
    CashClosed,
    DocumentAttached,
    PaidBillWithdrawn,
)
from satupintu.levies.models import Bill, CashClosing, Receipt
from satupintu.lib.errors import Refused
from satupintu.lib.money import rupiah
from satupintu.lib.worktime import zone_label
from satupintu.offices import actions as numbers
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from uuid import UUID

    from satupintu.journal.events import By
    from satupintu.lib.tariff import Assessment

BILL_FORMAT = "{number:05}/SKRD/{unit}/{year}"
RECEIPT_FORMAT = "{number:05}/SSRD/{unit}/{year}"
SEN = Decimal("0.01")
MOST_CASH = Decimal(10) ** 11


class OpenBillExists(Refused):
    pass


class NotOpen(Refused):
    pass


class ReasonMissing(Refused):
    pass


class OwnAssessment(Refused):
    pass


class OwnBill(Refused):
    pass


class NotEnough(Refused):
    pass


class NotPlausible(Refused):
    pass


class FormUsed(Refused):
    """The key of the form belongs to another payment."""


class AlreadyPaid(Refused):
    """Someone took the money before; `receipt_id` is the proof."""

    def __init__(self, message: str, receipt_id: int) -> None:
        super().__init__(message)
        self.receipt_id = receipt_id


class NothingToClose(Refused):
    pass


@transaction.atomic
def assess(
    *,
    applicant_id: int,
    office_id: int,
    subject: str,
    assessment: Assessment,
    due_days: int,
    title: str,
    by: By,
    number_format: str = BILL_FORMAT,
    receipt_format: str = RECEIPT_FORMAT,
) -> Bill:
    """Set a levy (SKRD) with its number and due date. Raises OpenBillExists."""
    if earlier := Bill.objects.filter(subject=subject, status=Bill.Status.OPEN).first():
        raise OpenBillExists(f"Masih ada tagihan {earlier.number} yang belum dibayar")
    today = offices.today()
    bill = Bill(
        pk=_next_bill_id(),
        applicant_id=applicant_id,
        office_id=office_id,
        subject=subject,
        title=title[:200],
        lines=[
            {
                "code": line.code,
                "label": line.label,
                "formula": line.explanation,
                "amount": f"{line.amount:f}",
            }
            for line in assessment.lines
        ],
        total=assessment.total.quantize(SEN),
        receipt_format=receipt_format,
        issued_date=today,
        due_date=today + timedelta(days=due_days),
        assessed_by_id=by.account_id,
    )
    bill.number = numbers.take_number(
        office=bill.office,
        series="SKRD",
        template=number_format,
        on=today,
        subject=f"bill:{bill.pk}",
        by=by,
    ).text
    bill.save(force_insert=True)
    journal.record(BillIssued(subject=f"bill:{bill.pk}", bill_id=bill.pk, about=subject), by=by)
    return bill


@transaction.atomic
def cancel(bill_id: int, *, reason: str, by: By) -> Bill:
    """An open bill ends unpaid; its number stays with it. Raises NotOpen, ReasonMissing."""
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    if bill.status == Bill.Status.CANCELLED:
        return bill
    if bill.status == Bill.Status.PAID:
        raise NotOpen("Tagihan ini sudah dibayar, jadi tidak bisa dibatalkan")
    if not reason.strip():
        raise ReasonMissing("Tulis alasan tagihan ini dibatalkan", field="reason")
    bill.status, bill.cancel_reason = Bill.Status.CANCELLED, reason.strip()[:500]
    bill.cancelled_at = timezone.now()
    bill.save(update_fields=["status", "cancel_reason", "cancelled_at"])
    journal.record(
        BillCancelled(subject=f"bill:{bill.pk}", bill_id=bill.pk, about=bill.subject), by=by
    )
    return bill


@transaction.atomic
def take_cash(bill_id: int, *, cash_given: Decimal, key: UUID, by: By) -> Receipt:
    """The cashier took the money (SSRD). The same form again gives the same receipt.

    Raises NoRight, OwnAssessment, OwnBill, AlreadyPaid, NotOpen, NotEnough, NotPlausible, FormUsed.
    """
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    by = people.acting_as(by, right="cashier", office_id=bill.office_id)
    if bill.assessed_by_id == by.account_id:
        # Assessing and collecting are separate duties (segregation, domain.md 13).
        raise OwnAssessment(
            "Anda yang menetapkan tagihan ini. Minta kasir lain menerima pembayarannya"
        )
    if bill.applicant.account_id == by.account_id:
        raise OwnBill("Ini tagihan Anda sendiri. Minta kasir lain menerima pembayarannya")
    earlier = Receipt.objects.filter(Q(bill=bill) | Q(key=key)).order_by("id").first()
    if earlier and earlier.key == key:
        if (earlier.bill_id, earlier.cash_given) == (bill.pk, cash_given):
            return earlier
        raise FormUsed(
            f"Formulir ini sudah dipakai untuk bukti bayar {earlier.number}. "
            "Buka lagi tagihannya sebelum menerima uang"
        )
    if earlier:
        raise _already_paid(earlier)
    if bill.status != Bill.Status.OPEN:
        raise NotOpen(f"Tagihan ini sudah dibatalkan: {bill.cancel_reason}. Jangan terima uangnya")
    if cash_given < bill.total:
        raise NotEnough(
            f"Uang yang diterima kurang {rupiah(bill.total - cash_given)}", field="cash_given"
        )
    if cash_given >= MOST_CASH or cash_given != cash_given.quantize(SEN):
        raise NotPlausible("Periksa lagi jumlah uang yang diterima", field="cash_given")
    receipt = Receipt(
        bill=bill,
        amount=bill.total,
        cash_given=cash_given,
        change=cash_given - bill.total,
        key=key,
        taken_by_id=cast("int", by.account_id),
    )
    receipt.number = numbers.take_number(
        office=bill.office,
        series="SSRD",
        template=bill.receipt_format,
        on=offices.today(),
        subject=f"bill:{bill.pk}",
        by=by,
    ).text
    receipt.save(force_insert=True)
    bill.status = Bill.Status.PAID
    bill.save(update_fields=["status"])
    journal.record(
        BillPaid(
            subject=f"bill:{bill.pk}",
            bill_id=bill.pk,
            receipt_id=receipt.pk,
            about=bill.subject,
        ),
        by=by,
    )
    return receipt


@transaction.atomic
def note_withdrawal(bill_id: int, *, by: By) -> Bill:
    """What was paid for is withdrawn. Nothing is paid back here: that is the treasurer's."""
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    if bill.withdrawn_at:
        return bill
    if bill.status != Bill.Status.PAID:
        raise NotOpen("Tagihan ini belum dibayar")
    bill.withdrawn_at = timezone.now()
    bill.save(update_fields=["withdrawn_at"])
    journal.record(
        PaidBillWithdrawn(subject=f"bill:{bill.pk}", bill_id=bill.pk, about=bill.subject), by=by
    )
    return bill


@transaction.atomic
def attach_file(of: Bill | Receipt, *, file_id: int, by: By) -> None:
    """Keep the printed form with its bill or receipt; the first one stays."""
    row = type(of)._default_manager.select_for_update(no_key=True).get(pk=of.pk)
    if row.file_id is not None:
        return
    row.file_id = file_id
    row.save(update_fields=["file"])
    subject = f"{'bill' if isinstance(row, Bill) else 'receipt'}:{row.pk}"
    journal.record(DocumentAttached(subject=subject, file_id=file_id), by=by)


@transaction.atomic
def close_cash(*, office_id: int, counted: Decimal, reason: str, by: By) -> CashClosing:
    """Compare the counted money with the receipts not yet closed, and close them.

    Raises NoRight, NothingToClose, NotPlausible, ReasonMissing.
    """
    by = people.acting_as(by, right="cashier", office_id=office_id)
    cashier = cast("int", by.account_id)
    receipts = list(
        queries.not_closed(account_id=cashier, office_id=office_id).select_for_update(
            no_key=True, of=("self",)
        )
    )
    if not receipts:
        raise NothingToClose("Belum ada penerimaan yang perlu ditutup")
    if not 0 <= counted < MOST_CASH or counted != counted.quantize(SEN):
        raise NotPlausible("Periksa lagi jumlah uang yang dihitung", field="counted")
    expected = sum((receipt.amount for receipt in receipts), Decimal(0))
    if counted != expected and not reason.strip():
        more = "lebih" if counted > expected else "kurang"
        raise ReasonMissing(
            f"Uang yang Anda hitung {more} {rupiah(abs(counted - expected))} dari catatan. "
            "Hitung lagi, atau tulis alasannya",
            field="reason",
        )
    closing = CashClosing.objects.create(
        cashier_id=cashier,
        office_id=office_id,
        expected=expected,
        counted=counted,
        reason=reason.strip()[:500] if counted != expected else "",
    )
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts]).update(closing=closing)
    journal.record(
        CashClosed(subject=f"office:{office_id}", closing_id=closing.pk, office_id=office_id),
        by=by,
    )
    return closing


def _next_bill_id() -> int:
    """The bill's id before its row, so that its number can name it and the row is written once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('levies_bill', 'id'))")
        return int(cursor.fetchone()[0])


def _already_paid(receipt: Receipt) -> AlreadyPaid:
    at = offices.local(receipt.taken_at)
    zone = zone_label(offices.city().zone)
    return AlreadyPaid(
        f"Tagihan ini sudah dibayar {at:%d-%m-%Y} pukul {at:%H.%M} {zone}, bukti bayar "
        f"{receipt.number}, diterima {receipt.taken_by.name}. Jangan terima uang lagi",
        receipt.pk,
    )
