"""Files come, are checked, and go."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from satupintu.files import queries
from satupintu.files.actions import _arriving, pieces
from satupintu.files.events import FileErased, FileRemoved, OrphansCleared
from satupintu.files.models import StoredFile
from satupintu.files.names import safe_name
from satupintu.files.store import Folder, Store, place
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM

if TYPE_CHECKING:
    from satupintu.files.actions._arriving import Readable
    from satupintu.journal.events import By

ORPHANS_AFTER = timedelta(days=1)


class TooManyOrphans(Exception):
    """So many files without a row look like the wrong database or folder, not like rubbish."""


def store(
    stream: Readable, *, name: str, accept: Sequence[str], max_bytes: int, by: By
) -> StoredFile:
    """Keep a file that somebody sent. Call it before your transaction: examining takes time.

    `accept` holds "pdf", "jpg", "png". Raises a NotKept that says what to do.
    """
    with _arriving.arriving() as temporary:
        arrived = _arriving.receive(stream, temporary, max_bytes)
        checked = _arriving.check(arrived, name=name, accept=accept)
        return _arriving.keep(arrived, checked, by=by)


def store_bytes(
    content: bytes, *, name: str, media_type: str, by: By, pages: int = 1
) -> StoredFile:
    """Keep a file that we made ourselves."""
    with _arriving.arriving() as temporary:
        arrived = _arriving.receive(io.BytesIO(content), temporary, len(content))
        checked = _arriving.Checked(safe_name(name), media_type, pages)
        return _arriving.keep(arrived, checked, by=by)


@transaction.atomic
def remove(file_id: int, *, by: By) -> None:
    """Forget a file nothing refers to (ProtectedError otherwise); the disk follows the commit."""
    file = StoredFile.objects.select_for_update().get(pk=file_id)
    name, digest = file.path, file.sha256
    file.delete()
    journal.record(FileRemoved(subject=f"file:{file_id}", file_id=file_id, sha256=digest), by=by)
    transaction.on_commit(lambda: place().delete(name))


@transaction.atomic
def erase(file_id: int, *, by: By) -> bool:
    """Destroy key and bytes of a file, again does nothing; whoever opens it is told so.

    Copies of the bytes in older backups stay unreadable with the key gone from the table.
    """
    file = StoredFile.objects.select_for_update().get(pk=file_id)
    if file.erased_at:
        return False
    name = file.path
    file.key_name, file.sealed_key, file.erased_at = "", None, timezone.now()
    file.name = "dihapus"
    file.save(update_fields=["key_name", "sealed_key", "erased_at", "name"])
    event = FileErased(subject=f"file:{file_id}", file_id=file_id, sha256=file.sha256)
    journal.record(event, by=by)
    transaction.on_commit(lambda: place().delete(name))
    return True


def clear_orphans() -> int:
    """Remove what no row knows of and uploads nobody goes on with, both after a day.

    Raises TooManyOrphans.
    """
    pieces.forget(before=timezone.now() - ORPHANS_AFTER)
    cleared, kept = list[tuple[Store, str]](), 0
    # What is on its way in lies in the folder, also where a bucket keeps the rest.
    places = {type(one): one for one in (Folder(), place())}
    for one in places.values():
        for names in one.names(before=timezone.now() - ORPHANS_AFTER):
            orphans = queries.without_row(names)
            kept += len(names) - len(orphans)
            cleared += [(one, name) for name in orphans]
    # After a restore from an older backup, newer files have no row yet are all that is left.
    if len(cleared) > 100 and len(cleared) > kept:
        raise TooManyOrphans(f"{len(cleared)} of {len(cleared) + kept} files have no row")
    for one, name in cleared:
        one.delete(name)
    if cleared:
        with transaction.atomic():
            journal.record(OrphansCleared(subject="files", count=len(cleared)), by=SYSTEM)
    return len(cleared)
