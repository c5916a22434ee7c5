"""A file that comes in pieces, over a line that breaks: each piece is sealed as it arrives."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from satupintu.files import sealing
from satupintu.files.actions import _arriving
from satupintu.files.actions.refusals import Broken, NoRoom, NotKept, NotScanned
from satupintu.files.models import Upload
from satupintu.files.names import safe_name
from satupintu.lib.errors import Refused, both

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from satupintu.files.models import StoredFile
    from satupintu.journal.events import By

# Of one account, on the way in at one time; beyond it the uploads left longest are forgotten.
UNFINISHED_BYTES, UNFINISHED = 200 * 1024**2, 30


class NoSuchUpload(NotKept):
    """It was never begun here, or was forgotten."""


class WrongPlace(Refused):
    """The piece does not follow what is here; `offset` says what would."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            both(
                "Bagian berkas ini tidak menyambung. Coba lagi",
                "This piece of the file does not fit. Try again",
            )
        )
        self.offset = offset


@transaction.atomic
def begin_upload(
    *, purpose: str, name: str, size: int, accept: Sequence[str], max_bytes: int, by: By
) -> Upload:
    """A place for a file of this size. Raises NotKept for what can be refused before it comes."""
    _arriving.require_size(size, max_bytes)
    _arriving.require_accepted_name(name, accept)
    _make_room(size, by)
    with _arriving.our_fault():
        path = _arriving.new_path()
        path.touch(mode=0o600)
    lock = sealing.new_lock(path.name)
    return Upload.objects.create(
        account_id=by.person,
        purpose=purpose,
        name=safe_name(name),
        size=size,
        path=str(path.relative_to(settings.FILES_DIR)),
        key_name=lock.key_name,
        sealed_key=lock.wrapped,
    )


@transaction.atomic
def add_piece(upload_id: UUID, *, purpose: str, offset: int, content: bytes, by: By) -> int:
    """Put the next piece behind the others, and say how much is here. Raises WrongPlace."""
    upload = find_upload(upload_id, purpose=purpose, by=by, lock=True)
    if offset != upload.offset or upload.offset == upload.size:
        raise WrongPlace(upload.offset)
    if len(content) != min(sealing.PIECE, upload.size - offset):
        raise WrongPlace(upload.offset)
    at, upload.offset = offset // sealing.PIECE, offset + len(content)
    piece = sealing.sealed(content, upload.lock, at=at, last=upload.offset == upload.size)
    with _arriving.our_fault(), upload.on_disk.open("r+b") as file:
        file.seek(at * sealing.SEALED_PIECE)
        file.write(piece)
    upload.save(update_fields=["offset", "changed_at"])
    return upload.offset


def finish_upload(upload_id: UUID, *, purpose: str, accept: Sequence[str], by: By) -> StoredFile:
    """Check the whole file as `store` does, and keep it; again is the same file. Raises NotKept.

    What is refused for itself is forgotten. When we are at fault, the pieces stay for another try.
    """
    upload = find_upload(upload_id, purpose=purpose, by=by)
    if upload.file:
        return upload.file
    if upload.offset != upload.size:
        raise WrongPlace(upload.offset)
    try:
        arrived = _arrived(upload)
        checked = _arriving.check(arrived, name=upload.name, accept=accept)
    except (NotScanned, NoRoom):
        raise
    except NotKept:
        _forget(upload)
        raise
    return _keep(upload, arrived, checked, by)


def find_upload(upload_id: UUID, *, purpose: str, by: By, lock: bool = False) -> Upload:
    """One's own upload for this purpose. Raises NoSuchUpload."""
    uploads = Upload.objects.select_for_update(of=("self",)) if lock else Upload.objects.all()
    found = (
        uploads.select_related("file")
        .filter(pk=upload_id, account_id=by.person, purpose=purpose)
        .first()
    )
    if found is None:
        raise NoSuchUpload(
            both(
                "Unggahan ini sudah tidak ada. Pilih berkasnya lagi",
                "This upload is no longer here. Choose the file again",
            )
        )
    return found


def forget(*, before: datetime) -> None:
    """Forget what nobody went on with since, and the notes of uploads that came in whole."""
    for upload in Upload.objects.filter(changed_at__lt=before).iterator():
        _forget(upload)


def _arrived(upload: Upload) -> _arriving.Arrived:
    """The file whole, hashed and synced. Raises NoSuchUpload, NoRoom, Broken."""
    path, digest = upload.on_disk, hashlib.sha256()
    try:
        with _arriving.our_fault(), path.open("rb") as file:
            os.fsync(file.fileno())
        with sealing.reader(path.open("rb"), upload.lock, upload.size) as content:
            while piece := content.read(_arriving.CHUNK):
                digest.update(piece)
    except sealing.Damaged as error:
        raise Broken(
            both(
                "Berkas ini tidak sampai dengan utuh. Unggah lagi",
                "This file did not arrive whole. Upload it again",
            )
        ) from error
    return _arriving.Arrived(path, upload.lock, digest.hexdigest(), upload.size)


@transaction.atomic
def _keep(
    upload: Upload, arrived: _arriving.Arrived, checked: _arriving.Checked, by: By
) -> StoredFile:
    """Of two who finish at once, the second finds what the first has kept."""
    locked = find_upload(upload.pk, purpose=upload.purpose, by=by, lock=True)
    if locked.file:
        return locked.file
    with _arriving.our_fault():
        locked.file = _arriving.keep(arrived, checked, by=by)
    locked.save(update_fields=["file", "changed_at"])
    return locked.file


def _make_room(size: int, by: By) -> None:
    unfinished = list(
        Upload.objects.filter(account_id=by.person, file=None).order_by("changed_at", "pk")
    )
    held = sum(upload.size for upload in unfinished)
    while unfinished and (held + size > UNFINISHED_BYTES or len(unfinished) >= UNFINISHED):
        oldest = unfinished.pop(0)
        held -= oldest.size
        _forget(oldest)


def _forget(upload: Upload) -> None:
    """A kept file stays; the pieces of one that was not go with the commit."""
    path: Path = upload.on_disk
    upload.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
