"""Messages to people, and their way out by mail and SMS."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One message in a person's inbox; kept there, whatever becomes of mail and SMS."""

    # What makes the message one of its kind: the same fact told twice is one notice.
    key = models.CharField(max_length=160, unique=True)
    applicant = models.ForeignKey("people.Applicant", null=True, on_delete=models.PROTECT)
    account = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT)
    # The unit whose work it is about; its administrator looks after what was not delivered.
    office = models.ForeignKey("offices.Office", null=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(applicant__isnull=False) ^ Q(account__isnull=False),
                name="notice_has_one_recipient",
            )
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="notice_of_applicant"),
            models.Index(fields=["account", "-id"], name="notice_of_account"),
            models.Index(fields=["subject"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.title


class IncomingText(models.Model):
    """An SMS that somebody wrote to the office. Its words are kept until `forget_texts`."""

    sender = models.CharField(max_length=20)  # +62…
    words = models.CharField(max_length=160)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["sender", "-received_at"], name="incoming_text_of_sender"),
            models.Index(fields=["received_at"], name="incoming_text_by_time"),
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"


class Silence(models.Model):
    """A phone whose owner wants no notices by SMS; the inbox and the mail go on."""

    phone = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return "silence"


class Delivery(models.Model):
    """One notice on its way by one channel, or the answer to an SMS."""

    class Channel(models.TextChoices):
        EMAIL = "email", "Surel"
        SMS = "sms", "SMS"

    class Status(models.TextChoices):
        QUEUED = "queued", "Menunggu dikirim"
        SENDING = "sending", "Sedang dikirim"
        SENT = "sent", "Terkirim"
        FAILED = "failed", "Gagal"

    notice = models.ForeignKey(
        Notice, null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    answers = models.OneToOneField(
        IncomingText, null=True, on_delete=models.CASCADE, related_name="answer"
    )
    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    text = models.TextField()
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    # True: a try broke off between sending and noting it, so the person may get it twice.
    perhaps_twice = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    provider_reference = models.CharField(max_length=120, blank=True)
    queued_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel"),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, answers__isnull=True)
                | Q(notice__isnull=True, answers__isnull=False, channel="sms"),
                name="delivery_of_notice_or_answer",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="sent_delivery_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "id"], name="delivery_not_sent", condition=~Q(status="sent")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def subject(self) -> str:
        """What the journal says of it."""
        return f"notice:{self.notice_id}" if self.notice_id else f"text:{self.answers_id}"
