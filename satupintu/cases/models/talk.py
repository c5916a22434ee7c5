"""What people say inside a case: requests to correct, messages, internal notes, opinions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from satupintu.cases.models.case import Attachment, Case, Task


class Correction(models.Model):
    """What the applicant is asked to put right; only these items open again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField()  # each with kind (field or requirement), code and reason
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)  # the answers as they were, kept for the officer

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(answered_at__isnull=True),
                name="correction_one_open",
            )
        ]


class Message(models.Model):
    """One line of the talk between the applicant and the office."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    body = models.TextField()
    from_office = models.BooleanField()
    author = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    key = models.UUIDField(unique=True)  # a double click sends one message
    sent_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)


class Note(models.Model):
    """An internal note. Never seen by the applicant."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    body = models.TextField()
    author = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    written_at = models.DateTimeField(auto_now_add=True)


class Opinion(models.Model):
    """Another agency's word on a case; it sees the question and the files named, nothing else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    shown = models.ManyToManyField(Attachment, related_name="+")
    due_date = models.DateField()
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=12, blank=True)  # agree | conditions | refuse
    answer = models.TextField(blank=True)
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # the case ended before it was answered

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "office"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="opinion_one_open_per_office",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(closed_at__isnull=True),
                name="opinion_answered_or_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "due_date", "id"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="opinion_open_by_office",
            ),
            models.Index(
                fields=["office", "-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="opinion_closed_by_office",
            ),
        ]
