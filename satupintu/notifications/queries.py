"""Reading messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from satupintu.lib.identity import mask_email, mask_phone
from satupintu.notifications.access import notice_for as notice_for
from satupintu.notifications.access import of_account
from satupintu.notifications.models import Delivery, Notice

PAGE = 20


@dataclass(frozen=True)
class Inbox:
    """A page of an inbox, newest first; `older` begins the next one."""

    notices: list[Notice]
    older: int | None


def inbox(account_id: int, *, before: int | None = None) -> Inbox:
    found = Notice.objects.filter(of_account(account_id)).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    notices = list(found[: PAGE + 1])
    older = notices[PAGE - 1].pk if len(notices) > PAGE else None
    return Inbox(notices[:PAGE], older)


def unread_count(account_id: int) -> int:
    return Notice.objects.filter(of_account(account_id), read_at=None).count()


def delivery(delivery_id: int) -> Delivery:
    return Delivery.objects.select_related("notice").get(pk=delivery_id)


@dataclass(frozen=True)
class NotDelivered:
    """A message for a person to look after; the address is masked."""

    id: int
    channel: str
    to: str
    title: str
    about: str
    problem: str
    tried_at: object


def not_delivered(*, before: int | None = None) -> list[NotDelivered]:
    """Deliveries that were given up, and those that may have arrived twice; newest first."""
    rows = (
        Delivery.objects.select_related("notice")
        .filter(Q(status=Delivery.Status.FAILED) | Q(perhaps_twice=True))
        .order_by("-id")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        NotDelivered(
            id=row.pk,
            channel=row.get_channel_display(),
            to=mask_email(row.address)
            if row.channel == Delivery.Channel.EMAIL
            else mask_phone(row.address),
            title=row.notice.title,
            about=row.notice.subject,
            problem=row.problem if row.status == Delivery.Status.FAILED else "",
            tried_at=row.tried_at,
        )
        for row in rows[:PAGE]
    ]


def stranded(*, after: timedelta = timedelta(minutes=90)) -> list[int]:
    """Deliveries that no job seems to look after: silent for longer than any pause between tries."""
    silent_since = timezone.now() - after
    return list(
        Delivery.objects.filter(status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING])
        .filter(queued_at__lt=silent_since)
        .exclude(tried_at__gte=silent_since)
        .order_by("id")
        .values_list("id", flat=True)[:500]
    )
