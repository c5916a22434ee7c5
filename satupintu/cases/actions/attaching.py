"""A file for a requirement: whole, or in pieces over a line that breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _filling
from satupintu.cases.actions._filling import NotEditable
from satupintu.cases.events import FileAttached
from satupintu.cases.queries import form
from satupintu.files import actions as files
from satupintu.files import queries as kept
from satupintu.journal import actions as journal
from satupintu.lib.errors import both

if TYPE_CHECKING:
    from uuid import UUID

    from satupintu.cases.models import Attachment
    from satupintu.files.models import StoredFile, Upload
    from satupintu.journal.events import By

# What a requirement takes when the service says nothing else.
ACCEPT, MAX_MB = ("pdf", "jpg", "png"), 5
# Of one applicant in any 24 hours: more than the longest list of documents, less than a disk.
MOST_BYTES, A_DAY = 500 * 1024**2, timedelta(days=1)


def attach(case_id: int, *, requirement: str, stream: IO[bytes], name: str, by: By) -> Attachment:
    """Store a file for one requirement in place of an earlier one. Raises NotEditable, NotKept."""
    wanted = _wanted(case_id, requirement, by)
    stored = files.store(
        stream, name=name, accept=accepted(wanted), max_bytes=max_bytes(wanted), by=by
    )
    return _put(case_id, requirement, stored, by)


def begin_upload(case_id: int, *, requirement: str, name: str, size: int, by: By) -> Upload:
    """A place for the pieces of a file for this requirement. Raises NotEditable, NotKept."""
    wanted = _wanted(case_id, requirement, by)
    return files.begin_upload(
        purpose=purpose(case_id, requirement),
        name=name,
        size=size,
        accept=accepted(wanted),
        max_bytes=max_bytes(wanted),
        by=by,
    )


def attach_upload(case_id: int, *, requirement: str, upload_id: UUID, by: By) -> Attachment:
    """As `attach`, with a file whose pieces are all here; a second time changes nothing."""
    wanted = _wanted(case_id, requirement, by)
    stored = files.finish_upload(
        upload_id, purpose=purpose(case_id, requirement), accept=accepted(wanted), by=by
    )
    return _put(case_id, requirement, stored, by)


def purpose(case_id: int, requirement: str) -> str:
    """What an upload is for; it can be finished for nothing else."""
    return f"case:{case_id}/{requirement}"


def accepted(requirement: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(requirement.get("accept", ACCEPT))


def max_bytes(requirement: Mapping[str, Any]) -> int:
    return int(requirement.get("max_mb", MAX_MB)) * 1024 * 1024


def _wanted(case_id: int, requirement: str, by: By) -> Mapping[str, Any]:
    """The requirement, if this account may give a file for it now."""
    case = access.fillable_case(by, case_id)
    wanted = form.requirement(case, requirement)
    if wanted is None:
        raise NotEditable(
            both(
                "Berkas ini tidak diminta untuk permohonan Anda.",
                "Your application does not need this document.",
            )
        )
    if ("requirement", requirement) not in form.changeable(case):
        raise _filling.not_asked()
    if case.applicant.account_id == by.person:
        _require_room(by.person)
    return wanted


def _require_room(account_id: int) -> None:
    """A clerk at the counter sends for many people, and is not counted."""
    if kept.bytes_kept(account_id, since=timezone.now() - A_DAY) >= MOST_BYTES:
        raise files.Enough(
            both(
                "Dalam 24 jam terakhir Anda sudah mengunggah {room} MB. Lanjutkan besok, "
                "isian dan berkas yang sudah terunggah tetap tersimpan",
                "You have uploaded {room} MB within the last 24 hours. Go on tomorrow; "
                "what you filled in and uploaded is kept",
                room=MOST_BYTES // 1024**2,
            )
        )


@transaction.atomic
def _put(case_id: int, requirement: str, stored: StoredFile, by: By) -> Attachment:
    case = _filling.open_for_filling(case_id, by, requirement=requirement)
    there = case.attachments.filter(requirement=requirement, file=stored, current=True).first()
    if there:
        return there
    attachment = _filling.put_in_place(case, requirement, file=stored)
    event = FileAttached(
        subject=case.subject, case_id=case.pk, requirement=requirement, file_id=stored.pk
    )
    journal.record(event, by=by)
    return attachment
