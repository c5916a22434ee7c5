"""An application from draft to closed, its open steps, its files and the pauses of its clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from satupintu.compiled import compiled, fetched, is_fetched

# What has no deadline stands behind all that has one.
BY_DUE_DATE = Coalesce("due_date", models.Value(date(9999, 12, 31), models.DateField()))


class Case(models.Model):
    """Permohonan. `state` is the engine's; `phase` is what the code needs to know of it."""

    class Phase(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        WAITING = "waiting"  # for the applicant or for a payment; the clock stands still
        CLOSED = "closed"

    class Outcome(models.TextChoices):
        NONE = ""
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    number = models.CharField(max_length=24, unique=True, null=True)
    service_version = models.ForeignKey(
        "catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+"
    )
    service_code = models.CharField(max_length=60)  # of the version, so that lists need no join
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("people.Applicant", on_delete=models.PROTECT, related_name="+")
    # Who typed: the applicant's own account, or the officer at the counter.
    opened_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=10, default="online")  # online | counter
    language = models.CharField(max_length=2, default="id")  # in which the applicant is told
    request_type = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)  # kept as typed, section by section, until it is right
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.DRAFT)
    state = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    refusal_ground = models.TextField(blank=True)
    refusal_reason = models.TextField(blank=True)
    draft_body = models.JSONField(default=dict)  # document code -> what the drafter wrote
    withdrawal_asked_at = models.DateTimeField(null=True)  # after payment only the counter cancels
    withdrawal_wish = models.TextField(blank=True)  # why the applicant wants it
    withdrawn_reason = models.TextField(blank=True)  # why the counter cancelled a paid case
    truth_accepted_at = models.DateTimeField(null=True)  # statement of truth, Palu art. 8(3)
    submitted_at = models.DateTimeField(null=True)
    clock_start = models.DateField(null=True)
    due_date = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    bill = models.OneToOneField(
        "levies.Bill", on_delete=models.PROTECT, null=True, related_name="+"
    )
    permit = models.OneToOneField(
        "permits.Permit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    receipt = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Rises with every officer act; a page that shows an older one is told, nothing is overwritten.
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    warned = models.PositiveSmallIntegerField(default=0)  # how many deadline warnings went out
    deemed_at = models.DateTimeField(null=True)  # deemed approval (UU 30/2014 art. 53)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # From that day on nothing keeps its personal data but a decision that nobody took yet.
    retention_ended_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    erasure_record = models.CharField(max_length=120, blank=True, db_default="")  # berita acara

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | (Q(phase="closed", erased_by__isnull=False) & ~Q(erasure_record="")),
                name="case_erased_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(answers={}, typed={}, draft_body={}),
                name="case_erased_has_no_answers",
            ),
            models.CheckConstraint(
                condition=Q(phase="draft") | Q(number__isnull=False, submitted_at__isnull=False),
                name="case_submitted_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(phase="closed") | Q(closed_at__isnull=False),
                name="case_closed_has_time",
            ),
            models.UniqueConstraint(
                fields=["applicant", "service_code", "opened_by"],
                condition=Q(phase="draft"),
                name="case_one_draft_per_service",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="case_by_applicant"),
            models.Index(fields=["office", "due_date", "id"], name="case_by_office"),
            models.Index(
                fields=["office", "-id"],
                condition=Q(number__isnull=False),
                name="case_sent_by_office",
            ),
            models.Index(
                fields=["due_date", "id"],
                condition=Q(phase__in=["open", "waiting"]),
                name="case_running_by_due_date",
            ),
            models.Index(
                fields=["service_version", "closed_at", "id"],
                condition=Q(phase="closed", retention_ended_on__isnull=True),
                name="case_kept_by_closing",
            ),
            models.Index(
                fields=["retention_ended_on", "id"],
                condition=Q(retention_ended_on__isnull=False, erased_at__isnull=True),
                name="case_to_erase",
            ),
            models.Index(
                fields=["-erased_at"], condition=Q(erased_at__isnull=False), name="case_erased"
            ),
            models.Index(
                fields=["office", "withdrawal_asked_at", "id"],
                condition=Q(withdrawal_asked_at__isnull=False, phase__in=["open", "waiting"]),
                name="case_withdrawal_asked",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"case:{self.pk}"

    @property
    def definition(self) -> dict[str, Any]:
        definition: dict[str, Any] = self.service_version.definition
        return definition

    @property
    def process(self) -> dict[str, Any]:
        return {"main": self.definition["process"], "refusal": self.definition["refusal"]}

    def steps(self) -> list[Task]:
        """Every task the case ever had, oldest first; read once for each loaded case."""
        if not is_fetched(self, "tasks"):
            fetched(self, "tasks", _tasks_of(self.pk))
        return list(self.tasks.all())


class Task(models.Model):
    """Tugas: one open step of a case, waiting for one role in one office."""

    class Status(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"  # the applicant was asked
        SIGNING = "signing"  # the signer has consented, the signature is being made
        DONE = "done"
        CANCELLED = "cancelled"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=60, blank=True)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    due_date = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)  # when the officer first opened it: clears "Baru"
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_post = models.ForeignKey(
        "offices.Post", on_delete=models.PROTECT, null=True, related_name="+"
    )
    move = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    # The paper on which a head of RT or RW agreed, as the counter recorded it.
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True)  # when heads of RT or RW were asked again
    # The handle under which the signer process holds the passphrase for this one act.
    act = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "step"],
                condition=Q(status__in=["open", "waiting", "signing"]),
                name="task_open_once",
            ),
        ]
        # The work list: each tab in each of its orders, read from either end.
        indexes = [
            models.Index(
                *("office", "role", BY_DUE_DATE, "id"),
                condition=Q(status="open"),
                name="task_open_by_due",
            ),
            models.Index(
                *("office", "role", "opened_at", "id"),
                condition=Q(status="open"),
                name="task_open_by_opened",
            ),
            models.Index(
                *("office", "role"),
                condition=Q(status__in=["waiting", "signing"]),
                name="task_waiting_by_post",
            ),
            models.Index(
                *("office", "role", BY_DUE_DATE, "id"),
                condition=~Q(status="cancelled"),
                name="task_by_due",
            ),
            models.Index(
                *("office", "role", "opened_at", "id"),
                condition=~Q(status="cancelled"),
                name="task_by_opened",
            ),
            models.Index(
                fields=["done_by", "done_at", "id"],
                condition=Q(status="done"),
                name="task_done_by",
            ),
            models.Index(
                fields=["office", "id"],
                condition=Q(status__in=["open", "waiting", "signing"]),
                name="task_running_by_office",
            ),
            models.Index(fields=["act"], condition=~Q(act=""), name="task_by_act"),
            models.Index(
                fields=["opened_at", "id"],
                condition=Q(kind="endorse", status="open"),
                name="task_endorse_open",
            ),
            models.Index(
                fields=["due_date", "id"],
                condition=Q(kind="appeal", status="waiting"),
                name="task_appeal_waiting",
            ),
        ]


class Attachment(models.Model):
    """A file that the applicant gave for one requirement; a newer one replaces it, none is lost."""

    class Verdict(models.TextChoices):
        NONE = ""
        FITS = "fits"
        FIX = "fix"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    requirement = models.CharField(max_length=60)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    # A letter of this system that stands for the requirement; `file` is then its signed PDF.
    permit = models.ForeignKey(
        "permits.Permit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    current = models.BooleanField(default=True)
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True, default="")
    verdict_reason = models.TextField(blank=True)
    verdict_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "requirement"],
                condition=Q(current=True),
                name="attachment_current_once",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="fix") | ~Q(verdict_reason=""),
                name="attachment_fix_has_reason",
            ),
        ]


class Pause(models.Model):
    """A time that does not count, with its reason, start, end and actor (Metro art. 16)."""

    class Reason(models.TextChoices):
        APPLICANT = "applicant"
        PAYMENT = "payment"
        OUTAGE = "outage"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    outage = models.ForeignKey(
        "offices.Outage", on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reason"],
                condition=Q(ended_at__isnull=True, outage__isnull=True),
                name="pause_one_open_per_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "outage"],
                condition=Q(outage__isnull=False),
                name="pause_one_per_outage",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="pause_ends_after_start",
            ),
        ]


@compiled
def _tasks_of(case_id: int) -> models.QuerySet[Task]:
    tasks = Task.objects.select_related("assignee", "office", "done_by")
    return tasks.filter(case_id=case_id).order_by("id")
