"""Reading stored files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Sum

from satupintu.files import sealing
from satupintu.files.models import StoredFile
from satupintu.files.sealing import Damaged, UnknownKey
from satupintu.files.store import place

if TYPE_CHECKING:
    import io
    from datetime import datetime
    from pathlib import Path

CHUNK = 1024 * 1024


def are_scanned() -> bool:
    """Whether this installation shows every upload to a virus scanner."""
    return bool(settings.VIRUS_SCANNER)


def stored(file_id: int) -> StoredFile:
    return StoredFile.objects.get(pk=file_id)


def bytes_kept(account_id: int, *, since: datetime) -> int:
    """How much this account has stored since then."""
    found = StoredFile.objects.filter(created_by=account_id, created_at__gte=since)
    return int(found.aggregate(sum=Sum("size"))["sum"] or 0)


def read(file: StoredFile) -> bytes:
    """The whole content, compared with its hash. Raises Damaged."""
    try:
        with file.opened() as opened:
            content = opened.read()
    except OSError as error:
        raise Damaged(f"file {file.pk}: {error.strerror}") from error
    except (Damaged, UnknownKey) as error:
        raise Damaged(f"file {file.pk}: {error}") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Damaged(f"file {file.pk}: content differs from its hash")
    return content


def problem_of(file: StoredFile, copy: Path | None = None) -> str:
    """What is wrong with the bytes in the store or in a copy, "" when they are as stored."""
    digest = hashlib.sha256()
    try:
        with file.opened() if copy is None else _opened(file, copy) as content:
            while piece := content.read(CHUNK):
                digest.update(piece)
    except OSError as error:
        return error.strerror or "not readable"
    except (Damaged, UnknownKey) as error:
        return str(error)
    return "" if digest.hexdigest() == file.sha256 else "content differs from its hash"


def _opened(file: StoredFile, copy: Path) -> io.BufferedReader:
    lock = file.lock
    return sealing.reader(copy.open("rb"), lock, file.size)


def every_file() -> Iterator[StoredFile]:
    """Every file whose bytes should be there."""
    kept = StoredFile.objects.filter(erased_at=None)
    return kept.order_by("id").iterator(chunk_size=500)


def erased_files() -> Iterator[StoredFile]:
    """Every file whose bytes should be gone."""
    return StoredFile.objects.exclude(erased_at=None).order_by("id").iterator(chunk_size=500)


def without_row(paths: list[str]) -> list[str]:
    known = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
    return [path for path in paths if path not in known]


def is_writable() -> bool:
    """Whether files can be kept now."""
    return place().is_writable()
