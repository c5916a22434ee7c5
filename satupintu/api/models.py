"""Who calls from outside, what they were answered, and what they want to be told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Client(models.Model):
    """Another system, let in by an administrator for the cases of one unit."""

    name = models.CharField(max_length=120)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=20))
    per_minute = models.PositiveIntegerField()
    ends_on = models.DateField()  # the last day
    made_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(closed_at__isnull=True),
                name="api_client_name_once_in_office",
            ),
            models.CheckConstraint(condition=Q(per_minute__gt=0), name="api_client_may_call"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_client_has_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"client:{self.pk}"


class Token(models.Model):
    """What a caller shows, of a client or of a person; only its hash is kept."""

    hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80, blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="tokens")
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField()  # the last day
    withdrawn_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False) ^ Q(account__isnull=False),
                name="api_token_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(withdrawn_at__isnull=True),
                name="api_token_one_per_client",
            ),
            models.UniqueConstraint(
                fields=["account", "name"],
                condition=Q(withdrawn_at__isnull=True),
                name="api_token_name_once",
            ),
        ]

    @property
    def owner(self) -> str:
        return f"client:{self.client_id}" if self.client_id else f"account:{self.account_id}"


class Reply(models.Model):
    """What a call with this key was answered: repeating it does nothing and says the same."""

    owner = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    asked = models.CharField(max_length=64)  # hash of method, address and body
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="api_reply_once_per_key"),
        ]


class Subscription(models.Model):
    """Where a client wants to be told of events of its unit."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "url"],
                condition=Q(ended_at__isnull=True),
                name="api_subscription_address_once",
            ),
            models.CheckConstraint(
                condition=Q(events__len__gt=0), name="api_subscription_has_event"
            ),
        ]


class Delivery(models.Model):
    """One event on its way to one subscription."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="deliveries"
    )
    entry_id = models.BigIntegerField()  # the journal row that caused it
    event = models.CharField(max_length=40)
    body = models.TextField()
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "entry_id"], name="api_delivery_once_per_event"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="api_delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "id"],
                condition=~Q(status="sent"),
                name="api_delivery_not_sent",
            ),
        ]
