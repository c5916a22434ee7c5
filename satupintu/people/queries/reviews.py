"""Reviews of rights, and who left between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from satupintu.people.models import AccessReview, Holding, Mandate

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

FOUND_IN_REVIEW = 500


def reviews(office_id: int | None) -> QuerySet[AccessReview]:
    which = Q(office=None) if office_id is None else Q(office_id=office_id)
    return AccessReview.objects.filter(which).select_related("reviewer").order_by("-id")


def last_review(office_id: int | None) -> AccessReview | None:
    return reviews(office_id).first()


def ended_posts(since: date, until: date, office_id: int | None) -> list[int]:
    """The posts that somebody left from a day on, and before another."""
    places = {} if office_id is None else {"post__office_id": office_id}
    period = {"withdrawn": False, "to_date__gte": since, "to_date__lt": until}
    held = Holding.objects.filter(**period, **places).values_list("post_id", flat=True)
    acting = Mandate.objects.filter(**period, **places).values_list("post_id", flat=True)
    return sorted({*held[:FOUND_IN_REVIEW], *acting[:FOUND_IN_REVIEW]})
