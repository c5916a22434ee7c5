"""What is known of every file kept on disk."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from satupintu.files import sealing
from satupintu.files.store import place
from satupintu.lib.errors import Refused, both


class Erased(Refused):
    """The file was destroyed on purpose, when the law no longer kept it."""


class StoredFile(models.Model):
    """One file, written once. Its bytes lie in the store (store.py) at a name that is ours."""

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
    # Its key and its bytes were destroyed; hash and size stay, because other rows name the file.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_by", "created_at"], include=["size"], name="files_of_account"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(sealed_key__isnull=True),
                name="files_erased_has_no_key",
            ),
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
        """The plain content. Raises Erased, OSError, UnknownKey, Damaged; also while it is read."""
        if self.erased_at:
            raise Erased(
                both(
                    "Berkas ini sudah dihapus menurut jadwal retensi",
                    "This file was erased by the retention schedule",
                )
            )
        lock = self.lock  # before anything is open that would have to be closed
        return sealing.reader(place().open(self.path), lock, self.size)


class Upload(models.Model):
    """A file on its way in, piece by piece; when it is whole and good, `file` is what became of it.

    The pieces lie under settings.FILES_DIR, already sealed, so that any node takes the next one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account_id = models.BigIntegerField()
    # What it is for, as the package that asks for it says: only there it may be finished.
    purpose = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    path = models.CharField(max_length=80, unique=True)
    key_name = models.CharField(max_length=40)
    sealed_key = models.BinaryField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index("account_id", "changed_at", name="uploads_of_account"),
            models.Index("changed_at", name="uploads_left_lying"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__gte=0, offset__lte=models.F("size"), size__gt=0),
                name="upload_within_its_size",
            ),
            models.CheckConstraint(
                condition=models.Q(file__isnull=True) | models.Q(offset=models.F("size")),
                name="upload_kept_when_whole",
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
