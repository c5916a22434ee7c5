"""Issued documents and their life: what was signed, whether it still holds, who received it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q


class Permit(models.Model):
    """Izin / surat terbit. The number, once given, stays with the document through every retry."""

    class Status(models.TextChoices):
        SIGNING = "signing"
        UNSIGNED = "unsigned"  # the signature could not be made; the signer is asked again
        VALID = "valid"
        SUSPENDED = "suspended"
        REVOKED = "revoked"
        VOID = "void"  # never signed; its number ended unused, with the reason

    kind = models.CharField(max_length=20)  # permit | refusal | decision
    number = models.CharField(max_length=120, unique=True)
    token = models.CharField(max_length=40, unique=True)  # 160 random bits, the QR's address
    title = models.CharField(max_length=200)
    service_version = models.ForeignKey(
        "catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey("people.Applicant", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)  # what it came from: "case:12", "permit:7"
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SIGNING)
    data = models.JSONField()  # everything the template prints, frozen when it was signed
    place = models.CharField(max_length=120, blank=True)  # the area shown in public
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    signer = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    signer_title = models.CharField(max_length=200)
    act = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)
    file = models.OneToOneField(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    log_sequence = models.BigIntegerField(null=True)  # its place in the public transparency log
    created_at = models.DateTimeField(auto_now_add=True)
    signed_at = models.DateTimeField(null=True)
    renew_at = models.DateTimeField(null=True)  # from then on its file wants a new time stamp
    handed_over_at = models.DateTimeField(null=True)  # the first time

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["signing", "unsigned", "void"])
                | Q(file__isnull=False, signed_at__isnull=False),
                name="permit_in_force_has_file",
            ),
            models.UniqueConstraint(fields=["kind", "subject"], name="permit_one_per_subject"),
        ]
        indexes = [
            models.Index(fields=["act"], condition=~Q(act=""), name="permit_by_act"),
            models.Index(
                fields=["renew_at", "id"],
                condition=Q(renew_at__isnull=False),
                name="permit_to_renew",
            ),
            models.Index(
                fields=["office", "signed_at", "id"],
                condition=Q(kind="permit", status="valid", handed_over_at__isnull=True),
                name="permit_to_hand_over",
            ),
            # The register book of an office, read from its end.
            models.Index(
                fields=["office", "valid_from", "id"],
                condition=Q(file__isnull=False),
                name="permit_book",
            ),
            models.Index(
                fields=["status"],
                condition=Q(status__in=["signing", "unsigned"]),
                name="permit_not_signed",
            ),
        ]

    def has_ended(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until < on


class Edition(models.Model):
    """Each file that ever was this document: renewing the archive time stamp makes a new one."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="editions")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    signature_level = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)


class Decision(models.Model):
    """A letter that suspends, restores or revokes a permit (Palu art. 19). It acts once signed."""

    class Kind(models.TextChoices):
        SUSPEND = "suspend"
        RESUME = "resume"
        REVOKE = "revoke"

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField()
    ground = models.TextField()
    drafted_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    letter = models.OneToOneField(Permit, on_delete=models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    drop_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["permit"],
                condition=Q(effective_at__isnull=True, dropped_at__isnull=True),
                name="decision_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True)
                | (Q(effective_at__isnull=True, dropped_by__isnull=False) & ~Q(drop_reason="")),
                name="decision_dropped_has_reason",
            ),
        ]

    @property
    def is_pending(self) -> bool:
        """Neither given up nor on its way to take effect."""
        unsigned = self.letter is None or self.letter.status == Permit.Status.UNSIGNED
        return self.effective_at is None and self.dropped_at is None and unsigned


class Share(models.Model):
    """A link to the signed file for somebody without an account, until it ends."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256; the token is not kept
    made_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0)


class Handover(models.Model):
    """To whom, by whom, against what proof (Palu art. 15, Palembang art. 11(2)g)."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="handovers")
    channel = models.CharField(max_length=10)  # counter | online
    to_name = models.CharField(max_length=200)
    relation = models.CharField(max_length=12)  # holder | proxy
    proof = models.CharField(max_length=200)
    authority = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(relation="proxy") | Q(authority__isnull=False),
                name="handover_proxy_has_authority",
            ),
            models.UniqueConstraint(
                fields=["permit"],
                condition=Q(channel="counter"),
                name="handover_counter_once",
            ),
        ]
