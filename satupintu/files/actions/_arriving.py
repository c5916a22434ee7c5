"""What every file goes through on its way in, whole or in pieces."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from satupintu.files import examination, sealing
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
from satupintu.files.events import FileStored
from satupintu.files.models import StoredFile
from satupintu.files.names import MEDIA_TYPES, declared_type, safe_name, size_text, type_list
from satupintu.files.store import folder, place
from satupintu.journal import actions as journal
from satupintu.lib.errors import both

if TYPE_CHECKING:
    from satupintu.journal.events import By

CHUNK = 64 * 1024
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Arrived:
    """A file that came in whole and is sealed on the disk, but in no row yet."""

    path: Path
    lock: sealing.Lock
    sha256: str
    size: int

    def opened(self) -> io.BufferedReader:
        return sealing.reader(self.path.open("rb"), self.lock, self.size)


@dataclass(frozen=True)
class Checked:
    """What is known of a file that may be kept."""

    name: str
    media_type: str
    pages: int


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@contextmanager
def our_fault() -> Iterator[None]:
    """What goes wrong with our disk is told as such."""
    try:
        yield
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


@contextmanager
def arriving() -> Iterator[Path]:
    """A name for a file on its way in; whatever happens, nothing is left under it."""
    with our_fault():
        temporary = new_path()
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def new_path() -> Path:
    return folder("incoming") / uuid.uuid4().hex


def require_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise Empty(
            both("Berkas ini kosong. Pilih berkas lain", "This file is empty. Choose another")
        )
    if size > max_bytes:
        raise TooLarge(
            both(
                "Berkas ini {size}. Ukuran paling besar {most}",
                "This file has {size}. The largest size is {most}",
                size=size_text(size),
                most=size_text(max_bytes),
            )
        )


def receive(stream: Readable, path: Path, max_bytes: int) -> Arrived:
    """Hash, seal, write and sync the stream, at most `max_bytes` of it."""
    announced = getattr(stream, "size", None)
    if isinstance(announced, int):
        require_size(announced, max_bytes)
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
        require_size(size, max_bytes)
        sealer.close()
        file.flush()
        os.fsync(file.fileno())
    return Arrived(path, lock, digest.hexdigest(), size)


def check(arrived: Arrived, *, name: str, accept: Sequence[str]) -> Checked:
    """Scan it, look into it, and compare what it is with what is wanted. Raises NotKept."""
    name = safe_name(name)
    _scan(arrived)
    with arrived.opened() as content:
        found = examination.examine(content)
    if found.problem:
        refusal, message = PROBLEMS[found.problem]
        raise refusal(message)
    if found.type not in accept:
        raise _not_accepted(accept)
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
    return Checked(name, MEDIA_TYPES[found.type], found.pages)


def require_accepted_name(name: str, accept: Sequence[str]) -> None:
    """Refuse by its name alone what its content could only confirm."""
    declared = declared_type(safe_name(name))
    if declared is not None and declared not in accept:
        raise _not_accepted(accept)


def _not_accepted(accept: Sequence[str]) -> WrongType:
    types = type_list(list(accept))
    return WrongType(both("Pilih berkas {types}", "Choose a {types} file", types=types))


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


@transaction.atomic
def keep(arrived: Arrived, checked: Checked, *, by: By) -> StoredFile:
    """Move it to its own place, and give it a row."""
    file = StoredFile.objects.create(
        path=_put_in_place(arrived.path),
        sha256=arrived.sha256,
        size=arrived.size,
        key_name=arrived.lock.key_name,
        sealed_key=arrived.lock.wrapped,
        media_type=checked.media_type,
        name=checked.name,
        pages=checked.pages,
        created_by=by.account_id,
    )
    event = FileStored(subject=f"file:{file.pk}", file_id=file.pk, sha256=file.sha256)
    journal.record(event, by=by)
    return file


def _put_in_place(temporary: Path) -> str:
    """Move the file to its own name, before any row knows it."""
    name = f"{timezone.now():%Y/%m}/{temporary.name}"
    with our_fault():
        place().keep(temporary, name)
    return name
