"""Numbered forms on paper, for the hours in which the system is down (Palu art. 16(3))."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from satupintu.cases.models.case import Case


class FormBlock(models.Model):
    """Forms of one service for one office, printed together; their numbers follow each other."""

    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    service_version = models.ForeignKey(
        "catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+"
    )
    key = models.UUIDField(unique=True)  # of the press of the button: twice is one block
    reserved_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["office", "-id"], name="form_block_by_office")]

    @property
    def subject(self) -> str:
        return f"form_block:{self.pk}"


class PaperForm(models.Model):
    """One number on paper: it waits, becomes one application, or ends unused with a reason."""

    block = models.ForeignKey(FormBlock, on_delete=models.PROTECT, related_name="forms")
    reserved = models.OneToOneField("offices.Number", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)  # as the application will carry it
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, related_name="paper_form"
    )
    written_at = models.DateTimeField(null=True)  # date and hour on the paper
    entered_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=True, written_at__isnull=True)
                | Q(case__isnull=False, written_at__isnull=False),
                name="paper_form_begun_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True, entered_by__isnull=True)
                | Q(
                    entered_at__isnull=False,
                    entered_by__isnull=False,
                    case__isnull=False,
                    entered_at__gte=models.F("written_at"),
                ),
                name="paper_form_entered_as_a_case",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (
                    Q(voided_at__isnull=False, voided_by__isnull=False, case__isnull=True)
                    & ~Q(void_reason="")
                ),
                name="paper_form_void_has_reason",
            ),
        ]

    @property
    def state(self) -> str:
        if self.voided_at:
            return "void"
        if self.entered_at:
            return "entered"
        return "begun" if self.case_id else "waiting"
