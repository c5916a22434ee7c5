"""The keys of stored files change hands: the content stays, only its key is wrapped anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.files import sealing
from satupintu.files.events import FileKeysRotated
from satupintu.files.models import StoredFile
from satupintu.journal import actions as journal

if TYPE_CHECKING:
    from satupintu.journal.events import By

BATCH = 500


def rotate_keys(*, by: By) -> tuple[int, list[int]]:
    """Wrap the key of every file by the key in use; returns how many, and which do not open.

    Raises UnknownKey. May be stopped and started again at any time.
    """
    rotated, damaged, after = 0, list[int](), 0
    while True:
        done, failed, after = _rotate_batch(after, by)
        rotated, damaged = rotated + done, damaged + failed
        if not after:
            return rotated, damaged


@transaction.atomic
def _rotate_batch(after: int, by: By) -> tuple[int, list[int], int]:
    """The next batch after this id; the last id it looked at, 0 when there are no more."""
    current = next(iter(sealing.ring()))
    files = list(
        StoredFile.objects.select_for_update()
        .filter(pk__gt=after)
        .exclude(key_name__in=["", current])
        .order_by("pk")[:BATCH]
    )
    moved, damaged = list[StoredFile](), list[int]()
    for file in files:
        try:
            lock = sealing.wrap(file.lock.key, file.on_disk.name)
        except sealing.Damaged:
            damaged.append(file.pk)
            continue
        file.key_name, file.sealed_key = lock.key_name, lock.wrapped
        moved.append(file)
    StoredFile.objects.bulk_update(moved, ["key_name", "sealed_key"])
    if moved:
        event = FileKeysRotated(subject="files", key=current, count=len(moved))
        journal.record(event, by=by)
    return len(moved), damaged, files[-1].pk if files else 0
