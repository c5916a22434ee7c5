"""Levies: what is owed (SKRD), what was paid (SSRD), and the cashier's day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from decimal import Decimal


class Bill(models.Model):
    """A levy as assessed (SKRD). Only its status, its file and how it ended ever change."""

    class Status(models.TextChoices):
        OPEN = "open", "Menunggu pembayaran"
        PAID = "paid", "Lunas"
        CANCELLED = "cancelled", "Dibatalkan"

    number = models.CharField(max_length=120, unique=True)
    applicant = models.ForeignKey("people.Applicant", on_delete=models.PROTECT)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT)
    subject = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    lines = models.JSONField()
    total = models.DecimalField(max_digits=14, decimal_places=2)
    # How the receipt will be numbered; it is the service's word, kept as it was when assessed.
    receipt_format = models.CharField(max_length=120)
    issued_date = models.DateField()
    due_date = models.DateField()
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    assessed_by = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # what it was paid for was withdrawn later
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(status="paid"),
                name="bill_withdrawn_after_payment",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="bill_total_not_negative"),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("issued_date")), name="bill_due_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancel_reason=""),
                name="bill_cancelled_with_reason",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(status="open"), name="one_open_bill_per_subject"
            ),
            # The receipt's amount refers to this pair: see migration 0002.
            models.UniqueConstraint(fields=["id", "total"], name="bill_with_its_total"),
        ]
        indexes = [
            models.Index(fields=["office", "-id"], name="open_bills", condition=Q(status="open")),
            models.Index(
                fields=["due_date", "id"], name="open_bills_by_due", condition=Q(status="open")
            ),
            models.Index(fields=["subject"], name="bills_of_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class CashClosing(models.Model):
    """A cashier counted the money and compared it with the receipts since the closing before."""

    cashier = models.ForeignKey("people.Account", on_delete=models.PROTECT)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT)
    expected = models.DecimalField(max_digits=14, decimal_places=2)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(reason=""),
                name="closing_difference_has_reason",
            ),
            models.CheckConstraint(condition=Q(counted__gte=0), name="closing_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.closed_at:%Y-%m-%d} {self.cashier_id}"

    @property
    def difference(self) -> Decimal:
        return self.counted - self.expected


class Receipt(models.Model):
    """A bill was paid (SSRD). Never changed, never deleted."""

    class Method(models.TextChoices):
        CASH = "cash", "Tunai"

    number = models.CharField(max_length=120, unique=True)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    method = models.CharField(max_length=12, choices=Method, default=Method.CASH)
    cash_given = models.DecimalField(max_digits=14, decimal_places=2)
    change = models.DecimalField(max_digits=14, decimal_places=2)
    key = models.UUIDField(unique=True)
    taken_by = models.ForeignKey("people.Account", on_delete=models.PROTECT)
    taken_at = models.DateTimeField(auto_now_add=True)
    closing = models.ForeignKey(CashClosing, null=True, on_delete=models.PROTECT)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(change=F("cash_given") - F("amount"), change__gte=0),
                name="receipt_change_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["taken_by", "-taken_at"], name="takings_of_cashier"),
            models.Index(fields=["taken_by"], name="takings_not_closed", condition=Q(closing=None)),
        ]

    def __str__(self) -> str:
        return self.number
