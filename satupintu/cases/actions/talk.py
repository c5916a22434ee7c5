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
from satupintu.cases.queries import desk
from satupintu.files import queries as files
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices

LONGEST = 4000
# What an applicant may attach to messages of one case on one day; papers of the case are uploads.
MOST_FILES, MOST_BYTES = 10, 50 * 1024 * 1024


class NotPartOfCase(Refused):
    """Somebody without a part in the case."""


class TooManyFiles(Refused):
    """The day's share of attachments for this case is used up."""


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
    if file_id and not desk.was_sent(case, key):
        require_room(case, files.stored(file_id).size)
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


def require_room(case: Case, size: int) -> None:
    """Before a file is kept, and again under the lock. Raises TooManyFiles."""
    morning = timezone.now().astimezone(offices.zone()).replace(hour=0, minute=0, second=0)
    sent = case.messages.filter(from_office=False, file__isnull=False, sent_at__gte=morning)
    sizes = list(sent.order_by("id").values_list("file__size", flat=True))
    count, total = len(sizes), sum(sizes)
    if count >= MOST_FILES or total + size > MOST_BYTES:
        raise TooManyFiles(
            both(
                "Hari ini sudah ada {count} lampiran pada pesan permohonan ini. Paling banyak "
                "{most} lampiran dan {room} MB sehari. Kirim lagi besok, atau kirim tanpa lampiran",
                "Messages of this application already have {count} attachments today. At most "
                "{most} attachments and {room} MB a day. Send more tomorrow, or without one",
                count=count,
                most=MOST_FILES,
                room=MOST_BYTES // 1024**2,
            ),
            field="file",
        )


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
