"""Messages between applicant and office, and notes that only officers see."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.actions.review import ReasonMissing
from satupintu.cases.events import MessageSent, NoteWritten
from satupintu.cases.models import Case, Message, Note
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both

LONGEST = 4000


class NotPartOfCase(Refused):
    """Somebody without a part in the case."""


@transaction.atomic
def send_message(
    case_id: int, *, body: str, key: UUID, from_office: bool, file_id: int | None = None, by: By
) -> Message:
    """Say something to the other side; the same key twice is one message."""
    case = _engine.lock(case_id)
    if from_office:
        if not access.may_read(by, case):
            raise NotPartOfCase("Anda tidak menangani permohonan ini.")
        access.require_not_own(by, case)
    else:
        access.applicant_case(by, case_id)
    _written(body)
    if case.phase == Case.Phase.DRAFT:
        raise NotPartOfCase(
            both(
                "Kirim permohonan dulu, lalu Anda bisa berkirim pesan.",
                "First send the application, then you can write to us.",
            )
        )
    message, created = Message.objects.get_or_create(
        key=key,
        case=case,
        defaults={
            "body": body.strip(),
            "from_office": from_office,
            "author_id": by.account_id,
            "file_id": file_id,
        },
    )
    if created:
        journal.record(
            MessageSent(
                subject=case.subject,
                case_id=case.pk,
                message_id=message.pk,
                from_office=from_office,
            ),
            by=by,
        )
    return message


def mark_read(case: Case, *, office: bool) -> None:
    """What this side has now seen of the other side's messages. Not an act, so not journalled."""
    case.messages.filter(from_office=not office, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def write_note(case_id: int, *, body: str, key: UUID, by: By) -> Note:
    case = _engine.lock(case_id)
    if not access.may_read(by, case):
        raise NotPartOfCase("Anda tidak menangani permohonan ini.")
    access.require_not_own(by, case)
    _written(body)
    note, created = Note.objects.get_or_create(
        key=key, case=case, defaults={"body": body.strip(), "author_id": by.person}
    )
    if created:
        journal.record(NoteWritten(subject=case.subject, case_id=case.pk, note_id=note.pk), by=by)
    return note


def _written(body: str) -> None:
    if not body.strip():
        raise ReasonMissing(both("Tulis pesan Anda", "Write your message"), field="body")
    if len(body) > LONGEST:
        raise ReasonMissing(
            both(
                "Pesan Anda {length} huruf. Paling panjang {most} huruf",
                "Your message has {length} letters. It may have at most {most}",
                length=len(body),
                most=LONGEST,
            ),
            field="body",
        )
