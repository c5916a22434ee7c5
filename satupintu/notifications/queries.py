"""Reading messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from satupintu.lib.identity import mask_email, mask_phone
from satupintu.notifications.access import notice_for as notice_for
from satupintu.notifications.access import of_account
from satupintu.notifications.models import Delivery, IncomingText, Notice, Silence

PAGE = 20
MOST = 1000


@dataclass(frozen=True)
class Inbox:
    """A page of an inbox, newest first; the next one begins after `next`."""

    notices: list[Notice]
    next: int | None


def inbox(account_id: int, *, after: int | None = None) -> Inbox:
    found = Notice.objects.filter(of_account(account_id)).order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    notices = list(found[: PAGE + 1])
    return Inbox(notices[:PAGE], notices[PAGE - 1].pk if len(notices) > PAGE else None)


def personal_data(account_id: int) -> list[dict[str, object]]:
    """Every message to a person, for a copy of what we hold of them."""
    found = Notice.objects.filter(of_account(account_id)).order_by("-id")
    return [dict(row) for row in found.values("created_at", "read_at", "title", "body")[:MOST]]


def unread_count(account_id: int) -> int:
    return Notice.objects.filter(of_account(account_id), read_at=None).count()


def given_at(key: str) -> datetime | None:
    """When the message with this key was laid into an inbox."""
    return Notice.objects.filter(key=key).values_list("created_at", flat=True).first()


def is_silent(phone: str) -> bool:
    """Whether its owner wants no notices by SMS."""
    return Silence.objects.filter(pk=phone).exists()


def incoming(text_id: int) -> IncomingText:
    return IncomingText.objects.get(pk=text_id)


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
    failed: bool
    problem: str
    tried_at: datetime | None


@dataclass(frozen=True)
class NotDeliveredPage:
    rows: list[NotDelivered]
    next: int | None


def not_delivered(
    *, reach: Collection[int] | None = None, after: int | None = None
) -> NotDeliveredPage:
    """Deliveries that were given up, and those that may have arrived twice; newest first.

    `reach` are the units whose messages are asked for; None is all of them.
    """
    found = (
        Delivery.objects.select_related("notice")
        .filter(Q(status=Delivery.Status.FAILED) | Q(perhaps_twice=True))
        .order_by("-id")
    )
    if reach is not None:
        found = found.filter(notice__office_id__in=reach)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: PAGE + 1])
    return NotDeliveredPage(
        [_for_an_administrator(row) for row in rows[:PAGE]],
        rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )


def failed_by_office(office_ids: Collection[int]) -> dict[int, int]:
    """How many messages about the work of each of these units were given up."""
    return dict(
        Delivery.objects.filter(status=Delivery.Status.FAILED, notice__office_id__in=office_ids)
        .values_list("notice__office_id")
        .annotate(Count("pk"))
    )


def unsent() -> dict[str, int]:
    """How many mails and SMS wait, are under way, or were given up."""
    waiting = [status for status in Delivery.Status if status != Delivery.Status.SENT]
    found = (
        Delivery.objects.exclude(status=Delivery.Status.SENT)
        .values_list("status")
        .annotate(Count("pk"))
    )
    return dict.fromkeys(map(str, waiting), 0) | dict(found)


def _for_an_administrator(row: Delivery) -> NotDelivered:
    mask = mask_email if row.channel == Delivery.Channel.EMAIL else mask_phone
    return NotDelivered(
        id=row.pk,
        channel=row.get_channel_display(),
        to=mask(row.address),
        title=row.notice.title if row.notice else "Jawaban SMS",
        about=row.notice.subject if row.notice else row.subject,
        failed=row.status == Delivery.Status.FAILED,
        problem=row.problem,
        tried_at=row.tried_at,
    )


def stranded(*, after: timedelta = timedelta(minutes=90)) -> list[int]:
    """Deliveries that no job seems to look after: silent longer than any pause between tries."""
    silent_since = timezone.now() - after
    return list(
        Delivery.objects.filter(status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING])
        .filter(queued_at__lt=silent_since)
        .exclude(tried_at__gte=silent_since)
        .order_by("id")
        .values_list("id", flat=True)[:500]
    )
