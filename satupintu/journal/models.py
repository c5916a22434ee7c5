"""The journal's rows, and the Merkle logs that seal them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

# Nothing in these columns needs escaping, so a row has exactly one line of JSON (queries.LINE).
PLAIN = r'^[^"\\[:cntrl:]]*$'


class Entry(models.Model):
    """One thing that happened. Rows are only ever added."""

    event = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=16)
    request_id = models.CharField(max_length=80, blank=True)
    # Kept as the text that was written: a hash is over bytes, and jsonb writes its own.
    data_json = models.TextField(db_column="data")
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_subject"),
            models.Index(
                fields=["account_id", "id"],
                condition=models.Q(account_id__isnull=False),
                name="entry_account",
            ),
            BrinIndex(fields=["happened_at"], name="entry_happened_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    event__regex=PLAIN,
                    subject__regex=PLAIN,
                    door__regex=PLAIN,
                    request_id__regex=PLAIN,
                ),
                name="entry_plain_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.event} {self.subject}"

    @property
    def data(self) -> dict[str, Any]:
        """The event's own fields."""
        return dict(json.loads(self.data_json))


class Log(models.TextChoices):
    """The two logs: all that happened, and the public one of issued documents (hashes only)."""

    JOURNAL = "journal"
    PERMITS = "permits"


class Leaf(models.Model):
    """A place in a log, taken by a journal row or by data that was appended as it is."""

    pk = models.CompositePrimaryKey("log", "sequence")
    log = models.CharField(max_length=16, choices=Log.choices)
    sequence = models.BigIntegerField()
    # Without a database constraint: its check would lock, and so rewrite, every sealed row.
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, db_constraint=False, related_name="leaf"
    )
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, data__isnull=True)
                | models.Q(entry__isnull=True, data__isnull=False),
                name="leaf_is_a_row_or_data",
            )
        ]


class Tile(models.Model):
    """256 neighbouring hashes of one level (C2SP tlog-tiles); the last of a level still grows."""

    pk = models.CompositePrimaryKey("log", "level", "index")
    log = models.CharField(max_length=16, choices=Log.choices)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()


class Checkpoint(models.Model):
    """The signed size and root of a log at one moment (C2SP tlog-checkpoint)."""

    log = models.CharField(max_length=16, choices=Log.choices)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "size"], name="checkpoint_size"),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.size}"


class Timestamp(models.Model):
    """An outside authority's word (RFC 3161) that a checkpoint existed at a time."""

    checkpoint = models.OneToOneField(Checkpoint, models.PROTECT, related_name="timestamp")
    token = models.BinaryField()
    created_at = models.DateTimeField()


class Window(models.Model):
    """Where the sealer looks for unsealed rows; see actions.seal for why it is safe."""

    log = models.CharField(max_length=16, choices=Log.choices, primary_key=True)
    floor = models.BigIntegerField(default=0)
    next_floor = models.BigIntegerField(default=0)
    writers = models.JSONField(default=list)
