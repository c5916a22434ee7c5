"""Looking through who may do what, and standing for it with a name and a date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404

from satupintu.journal import actions as journal
from satupintu.journal.events import ProtectedDataRead
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import access, queries
from satupintu.people.events import AccessReviewed
from satupintu.people.models import AccessReview

if TYPE_CHECKING:
    from satupintu.journal.events import By


@transaction.atomic
def confirm_review(
    *, office_id: int | None, reviewed_on: date, note: str = "", by: By
) -> AccessReview:
    """Keep that the list was looked through on a day, and what ended since the time before.

    Raises NoRight, Refused.
    """
    by = access.require_reviewer(by, office_id)
    if office_id is not None:
        get_object_or_404(offices.offices(), pk=office_id)
    if reviewed_on > offices.today():
        raise Refused(
            both("Tanggal ini belum tiba", "This day has not come yet"), field="reviewed_on"
        )
    before = queries.last_review(office_id)
    ended = queries.ended_posts(before.reviewed_on, reviewed_on, office_id) if before else []
    review = AccessReview.objects.create(
        office_id=office_id,
        reviewed_on=reviewed_on,
        reviewer_id=by.person,
        note=note.strip()[:500],
        withdrawn=ended,
    )
    event = AccessReviewed(
        subject=f"office:{office_id}" if office_id else "access",
        review_id=review.pk,
        office_id=office_id,
    )
    journal.record(event, by=by)
    return review


@transaction.atomic
def note_access_list(*, office_id: int | None, by: By) -> None:
    by, _ = access.review_reach(by)
    subject = f"office:{office_id}" if office_id else "access"
    journal.record(ProtectedDataRead(subject=subject, what="access_list"), by=by)
