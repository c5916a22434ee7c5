"""How heads of RT and RW answer by a link, and what an applicant says against a refusal."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from satupintu.cases.models.case import Task


class Link(models.Model):
    """A way for one account to answer one step; of its token only the hash is kept."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="links")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    reminder = models.BooleanField(default=False)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)  # null: not sent yet
    given_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "account", "reminder"], name="link_once_and_one_reminder"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("given_at")), name="link_ends_after_start"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"link:{self.pk}"


class Appeal(models.Model):
    """Banding: why the applicant does not accept a refusal. The task says how it was decided."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="appeal")
    words = models.TextField()
    lodged_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lodged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="appeal_has_words"),
        ]
