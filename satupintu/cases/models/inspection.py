"""What the technical team leaves behind: visits, photos, minutes, recommendations."""

from __future__ import annotations

import json
from hashlib import sha256

from django.db import models

from satupintu.cases.models.case import Case, Task


class Visit(models.Model):
    """A planned look at the place, with its checklist."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="visits")
    planned_at = models.DateTimeField()
    place = models.TextField()
    note = models.TextField(blank=True)
    findings = models.JSONField(default=dict)  # item code -> {"fits": bool, "note": str}
    visited_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task"], name="visit_one_per_task")]

    @property
    def edition(self) -> str:
        """Names what was found, so that a phone notices what a colleague saved meanwhile."""
        return sha256(json.dumps(self.findings, sort_keys=True).encode()).hexdigest()[:32]


class VisitMember(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("offices.Post", on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "account"], name="visit_member_once")
        ]


class VisitPhoto(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    accuracy_m = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    # The phone names each photo once, so that a resent one is noticed.
    key = models.UUIDField(unique=True)
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class VisitEntry(models.Model):
    """A checklist or minutes as a phone sent them: sent again, they change nothing."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "key"], name="visit_entry_once")]


class Minutes(models.Model):
    """Berita acara: final when every member of the visit has approved it (Palu art. 12)."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="minutes")
    conclusion = models.CharField(max_length=20)  # fits | with_notes | does_not_fit
    text = models.TextField()
    applicant_statement = models.TextField(blank=True)
    number = models.CharField(max_length=80, unique=True, null=True)
    final_at = models.DateTimeField(null=True)
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision = models.PositiveSmallIntegerField(default=1)


class Recommendation(models.Model):
    """Rekomendasi: agree, agree with conditions, or refuse."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="recommendation")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recommendations")
    verdict = models.CharField(max_length=12)  # agree | conditions | refuse
    text = models.TextField()
    conditions = models.JSONField(default=list)
    number = models.CharField(max_length=80, unique=True)
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("offices.Post", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
