"""Files come, are checked, and go."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from satupintu.files import examination, queries, sealing
from satupintu.files.actions.refusals import (
    PROBLEMS,
    Empty,
    Infected,
    NoAnswer,
    NoRoom,
    NotScanned,
    TooLarge,
    WrongType,
)
from satupintu.files.events import FileDamaged, FileRemoved, FileStored, OrphansCleared
from satupintu.files.models import StoredFile
from satupintu.files.names import MEDIA_TYPES, declared_type, safe_name, size_text, type_list
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM
from satupintu.lib.errors import both

if TYPE_CHECKING:
    from satupintu.journal.events import By

CHUNK = 64 * 1024
ORPHANS_AFTER = timedelta(days=1)
log = structlog.get_logger(__name__)


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Arrived:
    """A file that came in whole and is sealed on the disk, but in no row yet."""

    path: Path
    lock: sealing.Lock
    sha256: str
    size: int

    def opened(self) -> io.BufferedReader:
        return sealing.reader(self.path, self.lock, self.size)


class TooManyOrphans(Exception):
    """So many files without a row look like the wrong database or folder, not like rubbish."""


def store(
    stream: Readable, *, name: str, accept: Sequence[str], max_bytes: int, by: By
) -> StoredFile:
    """Keep a file that somebody sent. Call it before your transaction: examining takes time.

    `accept` holds "pdf", "jpg", "png". Raises a NotKept that says what to do.
    """
    name = safe_name(name)
    with _arriving() as temporary:
        arrived = _receive(stream, temporary, max_bytes)
        _scan(arrived)
        with arrived.opened() as content:
            found = examination.examine(content)
        if found.problem:
            refusal, message = PROBLEMS[found.problem]
            raise refusal(message)
        if found.type not in accept:
            types = type_list(list(accept))
            raise WrongType(both("Pilih berkas {types}", "Choose a {types} file", types=types))
        declared = declared_type(name)
        if declared is None:
            name = f"{name}.{found.type}"
        elif declared != found.type:
            raise WrongType(
                both(
                    "Nama berkas berakhiran .{ending}, tetapi isinya {kind}. "
                    "Simpan ulang dengan jenis yang benar, lalu unggah lagi",
                    "The name of the file ends in .{ending}, but it is a {kind}. "
                    "Save it as the right kind, then upload it again",
                    ending=name.rpartition(".")[2],
                    kind=found.type.upper(),
                )
            )
        path = _put_in_place(temporary)
    return _add(path, arrived, MEDIA_TYPES[found.type], name, found.pages, by)


def store_bytes(
    content: bytes, *, name: str, media_type: str, by: By, pages: int = 1
) -> StoredFile:
    """Keep a file that we made ourselves."""
    with _arriving() as temporary:
        arrived = _receive(io.BytesIO(content), temporary, len(content))
        path = _put_in_place(temporary)
    return _add(path, arrived, media_type, safe_name(name), pages, by)


@transaction.atomic
def remove(file_id: int, *, by: By) -> None:
    """Forget a file nothing refers to (ProtectedError otherwise); the disk follows the commit."""
    file = StoredFile.objects.select_for_update().get(pk=file_id)
    path, digest = file.on_disk, file.sha256
    file.delete()
    journal.record(FileRemoved(subject=f"file:{file_id}", file_id=file_id, sha256=digest), by=by)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def clear_orphans() -> int:
    """Remove files on disk that no row knows of, older than a day; raises TooManyOrphans."""
    cleared, kept = [], 0
    for paths in queries.files_on_disk(before=timezone.now() - ORPHANS_AFTER):
        orphans = queries.without_row(paths)
        kept += len(paths) - len(orphans)
        cleared += orphans
    # After a restore from an older backup, newer files have no row yet are all that is left.
    if len(cleared) > 100 and len(cleared) > kept:
        raise TooManyOrphans(f"{len(cleared)} of {len(cleared) + kept} files have no row")
    for path in cleared:
        (Path(settings.FILES_DIR) / path).unlink(missing_ok=True)
    if cleared:
        with transaction.atomic():
            journal.record(OrphansCleared(subject="files", count=len(cleared)), by=SYSTEM)
    return len(cleared)


def scrub(*, by: By) -> list[tuple[StoredFile, str]]:
    """Compare every file with the hash recorded when it was stored; returns the damaged ones."""
    damaged = [
        (file, problem) for file in queries.every_file() if (problem := queries.problem_of(file))
    ]
    with transaction.atomic():
        for file, problem in damaged:
            event = FileDamaged(subject=f"file:{file.pk}", file_id=file.pk, problem=problem)
            journal.record(event, by=by)
    return damaged


@contextmanager
def _arriving() -> Iterator[Path]:
    """A name for a file on its way in; whatever happens, nothing is left under it."""
    try:
        temporary = _folder("incoming") / uuid.uuid4().hex
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        log.error("file_not_kept", error=errno.errorcode.get(error.errno or 0, str(error)))
        raise NoRoom(
            both(
                "Ada gangguan di sistem kami, berkas Anda belum tersimpan. "
                "Coba lagi beberapa menit lagi",
                "Something is wrong on our side, your file is not saved. "
                "Try again in a few minutes",
            )
        ) from error


def _receive(stream: Readable, path: Path, max_bytes: int) -> Arrived:
    """Hash, seal, write and sync the stream, at most `max_bytes` of it."""
    announced = getattr(stream, "size", None)
    if isinstance(announced, int) and announced > max_bytes:
        raise TooLarge(
            both(
                "Berkas ini {size}. Ukuran paling besar {most}",
                "This file has {size}. The largest size is {most}",
                size=size_text(announced),
                most=size_text(max_bytes),
            )
        )
    digest, size, lock = hashlib.sha256(), 0, sealing.new_lock(path.name)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        sealer = sealing.Writer(file, lock)
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > max_bytes:
                raise TooLarge(
                    both(
                        "Berkas ini terlalu besar. Ukuran paling besar {most}",
                        "This file is too large. The largest size is {most}",
                        most=size_text(max_bytes),
                    )
                )
            digest.update(piece)
            sealer.write(piece)
        if size == 0:
            raise Empty(
                both("Berkas ini kosong. Pilih berkas lain", "This file is empty. Choose another")
            )
        sealer.close()
        file.flush()
        os.fsync(file.fileno())
    return Arrived(path, lock, digest.hexdigest(), size)


def _scan(arrived: Arrived) -> None:
    """Show the file to the virus scanner of this installation, where there is one."""
    if not settings.VIRUS_SCANNER:
        return
    try:
        with arrived.opened() as content:
            virus = import_string(settings.VIRUS_SCANNER)(iter(lambda: content.read(CHUNK), b""))
    except NoAnswer as error:
        log.error("virus_scanner_silent", error=str(error))
        raise NotScanned(
            both(
                "Pemindai virus kami sedang tidak menjawab, jadi berkas Anda belum kami terima. "
                "Coba lagi beberapa menit lagi",
                "Our virus scanner does not answer, so we did not take your file yet. "
                "Try again in a few minutes",
            )
        ) from error
    if virus:
        log.warning("virus_found", virus=virus)
        raise Infected(
            both(
                "Berkas ini tidak aman: pemindai virus menolaknya dan kami sudah menghapusnya. "
                "Unggah berkas lain",
                "This file is not safe: the virus scanner refused it and we deleted it. "
                "Upload another file",
            )
        )


def _put_in_place(temporary: Path) -> str:
    """Move the file to its own name, and make folder and name durable before any row knows them."""
    root = Path(settings.FILES_DIR)
    final = _folder(f"{timezone.now():%Y/%m}") / temporary.name
    temporary.replace(final)
    for folder in (final.parent, final.parent.parent, root):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return str(final.relative_to(root))


def _folder(name: str) -> Path:
    parent = Path(settings.FILES_DIR)
    for part in ("", *name.split("/")):
        parent = parent / part
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parent


@transaction.atomic
def _add(path: str, arrived: Arrived, media_type: str, name: str, pages: int, by: By) -> StoredFile:
    file = StoredFile.objects.create(
        path=path,
        sha256=arrived.sha256,
        size=arrived.size,
        key_name=arrived.lock.key_name,
        sealed_key=arrived.lock.wrapped,
        media_type=media_type,
        name=name,
        pages=pages,
        created_by=by.account_id,
    )
    event = FileStored(subject=f"file:{file.pk}", file_id=file.pk, sha256=file.sha256)
    journal.record(event, by=by)
    return file
