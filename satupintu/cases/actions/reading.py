"""Reading protected data leaves a trace (design.md 7)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.events import OriginalTaken
from satupintu.cases.models import Case
from satupintu.journal import actions as journal
from satupintu.journal import queries as entries
from satupintu.journal.events import By, ProtectedDataRead
from satupintu.lib.errors import Refused, both
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.cases.models import Attachment

# A list and no free text: the journal is kept for ever and names nobody.
PURPOSES = ("signature", "detail", "authority")


class NeedsPurpose(Refused):
    """Nobody takes an original without saying what for."""


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


@transaction.atomic
def take_original(attachment: Attachment, *, purpose: str, by: By) -> None:
    """The file as it was sent, without marks, leaves the house. Raises NeedsPurpose, Http404."""
    access.officer_case(by, str(attachment.case.number))
    if purpose not in PURPOSES:
        raise NeedsPurpose(
            both(
                "Pilih keperluannya. Tanpa itu unduh salinan yang bertanda",
                "Choose what it is for. Without that, download the marked copy",
            ),
            field="purpose",
        )
    journal.record(
        OriginalTaken(
            subject=attachment.case.subject,
            case_id=attachment.case_id,
            requirement=attachment.requirement,
            file_id=attachment.file_id,
            purpose=purpose,
        ),
        by=by,
    )
