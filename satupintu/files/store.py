"""Where sealed files lie once they are kept: the folder of this installation, or a bucket."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from datetime import datetime

LISTED = 500


class Store(Protocol):
    """Names are those of rows: 2026/11/…. What goes wrong is an OSError."""

    def keep(self, temporary: Path, name: str) -> None: ...
    def open(self, name: str) -> BinaryIO: ...
    def delete(self, name: str) -> None: ...
    def names(self, *, before: datetime) -> Iterator[list[str]]: ...
    def is_writable(self) -> bool: ...


def place() -> Store:
    found: Store = import_string(settings.FILE_STORE)()
    return found


class Folder:
    """settings.FILES_DIR; uploads on their way in lie there too, whatever the store."""

    def keep(self, temporary: Path, name: str) -> None:
        """Move the file to its name; folder and name are durable before any row knows them."""
        root = Path(settings.FILES_DIR)
        final = folder(name.rpartition("/")[0]) / temporary.name
        temporary.replace(final)
        for one in (final.parent, final.parent.parent, root):
            handle = os.open(one, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def open(self, name: str) -> BinaryIO:
        return (Path(settings.FILES_DIR) / name).open("rb")

    def delete(self, name: str) -> None:
        (Path(settings.FILES_DIR) / name).unlink(missing_ok=True)

    def names(self, *, before: datetime) -> Iterator[list[str]]:
        """Names of files not touched since, in batches; unfinished uploads too."""
        root = Path(settings.FILES_DIR)
        batch: list[str] = []
        for path in root.rglob("*"):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                batch.append(str(path.relative_to(root)))
                if len(batch) == LISTED:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def is_writable(self) -> bool:
        try:
            with tempfile.TemporaryFile(dir=folder("")) as probe:
                probe.write(b"1")
        except OSError:
            return False
        return True


def folder(name: str) -> Path:
    """A folder below settings.FILES_DIR, made if need be, for nobody else to read."""
    parent = Path(settings.FILES_DIR)
    for part in ("", *name.split("/")):
        parent = parent / part
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parent
