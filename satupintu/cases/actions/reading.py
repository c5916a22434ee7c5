"""Reading protected data leaves a trace (design.md 7)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.models import Case
from satupintu.journal import actions as journal
from satupintu.journal import queries as entries
from satupintu.journal.events import By, ProtectedDataRead
from satupintu.people import queries as people


def seen(case: Case, *, what: str, by: By) -> None:
    """Record who looked at what, once a day for each person, case and part.

    A look at the case also clears the mark of being new from the officer's own tasks on it.
    """
    since = timezone.now() - timedelta(days=1)
    if entries.was_read(case.subject, what=what, account_id=by.account_id, since=since):
        return
    with transaction.atomic():
        if what == "case":
            posts = people.posts_held(by.account_id)
            case.tasks.filter(access.of_posts(posts), seen_at=None).update(seen_at=timezone.now())
        journal.record(ProtectedDataRead(subject=case.subject, what=what), by=by)
