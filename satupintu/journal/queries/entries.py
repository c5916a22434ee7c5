"""What happened: to one subject, or all of it for auditors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

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
