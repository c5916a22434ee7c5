"""What is known of every file kept on disk."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.db import models

from satupintu.files import sealing


class StoredFile(models.Model):
    """One file, written once. Its bytes lie under settings.FILES_DIR at a name that is ours."""

    path = models.CharField(max_length=80, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    pages = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    # An account's id. Accounts live on the same floor, so there is no foreign key.
    created_by = models.BigIntegerField(null=True)
    # The key of this file, wrapped by the key of the ring that has this name.
    key_name = models.CharField(max_length=40, blank=True, db_default="")
    sealed_key = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="files_not_empty"),
            models.CheckConstraint(
                condition=models.Q(key_name="", sealed_key__isnull=True)
                | (~models.Q(key_name="") & models.Q(sealed_key__isnull=False)),
                name="files_sealed_with_its_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def on_disk(self) -> Path:
        return Path(settings.FILES_DIR) / self.path

    @property
    def lock(self) -> sealing.Lock:
        """Raises UnknownKey, Damaged."""
        return sealing.unwrap(self.key_name, self.sealed_key, self.on_disk.name)

    def opened(self) -> io.BufferedReader:
        """The plain content. Raises OSError, UnknownKey, Damaged; Damaged also while it is read."""
        return sealing.reader(self.on_disk, self.lock, self.size)
