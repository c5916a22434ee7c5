"""Bytes that rotted are found and put back; bytes that came back with a backup go again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.files import queries
from satupintu.files.actions import _arriving
from satupintu.files.events import FileDamaged, FileRepaired, ReturnedFilesErased
from satupintu.files.models import StoredFile
from satupintu.files.store import folder, place
from satupintu.journal import actions as journal

if TYPE_CHECKING:
    from satupintu.journal.events import By


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


def repair(file: StoredFile, copies: Path, *, by: By) -> bool:
    """Put back the bytes of a damaged file from a copy of the store, where these are right."""
    copy = copies / file.path
    if not copy.is_file() or queries.problem_of(file, copy):
        return False
    with _arriving.our_fault():
        temporary = folder("incoming") / copy.name
        temporary.touch(mode=0o600)
        try:
            with copy.open("rb") as source, temporary.open("wb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
            place().keep(temporary, file.path)
        finally:
            temporary.unlink(missing_ok=True)
    if queries.problem_of(file):
        return False
    with transaction.atomic():
        journal.record(FileRepaired(subject=f"file:{file.pk}", file_id=file.pk), by=by)
    return True


def erase_returned(*, by: By) -> int:
    """Remove bytes of erased files that a restored backup brought back; again does nothing."""
    returned = []
    for file in queries.erased_files():
        try:
            place().open(file.path).close()
        except FileNotFoundError:
            continue
        returned.append(file.path)
    for name in returned:
        place().delete(name)
    if returned:
        with transaction.atomic():
            journal.record(ReturnedFilesErased(subject="files", count=len(returned)), by=by)
    return len(returned)
