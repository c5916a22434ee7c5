"""What happened: to one subject, or all of it for auditors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from satupintu.journal.events import By, ProtectedDataRead
from satupintu.journal.models import Entry


class Page(NamedTuple):
    """Rows, the newest first; `before` of the next page is None when there is none."""

    rows: list[Entry]
    before: int | None


def timeline(subjects: str | Iterable[str], *, limit: int = 200) -> list[Entry]:
    """The last things that happened to these subjects, the newest first."""
    wanted = [subjects] if isinstance(subjects, str) else list(subjects)
    return list(Entry.objects.filter(subject__in=wanted).order_by("-id")[:limit])


def entries(
    *,
    before: int | None = None,
    limit: int = 50,
    subject: str = "",
    event: str = "",
    account_id: int | None = None,
    office_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """One page of the journal for an auditor."""
    conditions = {
        "id__lt": before,
        "subject": subject or None,
        "event": event or None,
        "account_id": account_id,
        "office_id": office_id,
        "happened_at__gte": since,
        "happened_at__lt": until,
    }
    found = Entry.objects.filter(**{k: v for k, v in conditions.items() if v is not None})
    rows = list(found.order_by("-id")[: limit + 1])
    return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def entry(entry_id: int) -> Entry:
    return Entry.objects.get(pk=entry_id)


def actor(entry_id: int) -> By:
    """Who caused a row, so that a job that follows from it acts in their name."""
    row = entry(entry_id)
    return By(row.account_id, "worker", row.post_id, row.office_id, row.request_id)


def reads(subjects: Iterable[str], *, limit: int = 200) -> list[Entry]:
    """Who looked at these subjects, the newest first."""
    found = Entry.objects.filter(subject__in=list(subjects), event=ProtectedDataRead.name())
    return list(found.order_by("-id")[:limit])


def was_read(subject: str, *, what: str, account_id: int | None, since: datetime) -> bool:
    """Whether this person's reading of this part is on record since then."""
    return Entry.objects.filter(
        subject=subject,
        event=ProtectedDataRead.name(),
        account_id=account_id,
        happened_at__gte=since,
        data_json__contains=f'"what":"{what}"',
    ).exists()
