"""Requests to correct personal data: one's own, and those that wait for an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from satupintu.people.models import DataRequest

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE = 30


@dataclass(frozen=True)
class DataRequestPage:
    rows: list[DataRequest]
    next: str = ""


def data_requests_of(account_id: int, about: str | None = None) -> QuerySet[DataRequest]:
    """One's own, the newest first; with `about` those about that alone."""
    found = DataRequest.objects.filter(account_id=account_id)
    if about is not None:
        found = found.filter(about=about)
    return found.select_related("account").order_by("-id")[:PAGE]


def open_data_requests(reach: Collection[int] | None, *, after: str = "") -> DataRequestPage:
    """Those without an answer, the most urgent first, of these units; None is the whole city."""
    found = within(reach).filter(answered_at=None)
    moment, _, key = after.partition("_")
    try:
        at, pk = datetime.fromisoformat(moment), int(key)
    except ValueError:
        pass
    else:
        if at.tzinfo is not None:
            found = found.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk), due_at__gte=at)
    rows = list(found.order_by("due_at", "id")[: PAGE + 1])
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return DataRequestPage(page, f"{page[-1].due_at.isoformat()}_{page[-1].pk}" if more else "")


def answered_data_requests(reach: Collection[int] | None) -> QuerySet[DataRequest]:
    found = within(reach).filter(answered_at__isnull=False)
    return found.select_related("answered_by").order_by("-id")[:PAGE]


def data_request(request_id: int) -> DataRequest:
    return DataRequest.objects.get(pk=request_id)


def within(reach: Collection[int] | None) -> QuerySet[DataRequest]:
    found = DataRequest.objects.select_related("account", "office")
    return found if reach is None else found.filter(office__in=reach)
