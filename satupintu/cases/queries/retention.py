"""Which cases the retention schedule (JRA) of their service no longer keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q

from satupintu.cases.models import Attachment, Case, Hold, Minutes, Recommendation, VisitPhoto
from satupintu.catalogue import queries as catalogue
from satupintu.notifications import queries as notifications
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE = 50
SHORTEST = timedelta(days=15)  # 30 days, and told of it before


def last_day(case: Case) -> date | None:
    """The last day on which the personal data of a closed case are kept; None is for good."""
    kept = catalogue.retention(case.definition)
    if case.closed_at is None or kept.fate == "permanent":
        return None
    ended = permits.ended_on(case.subject)
    if ended is None:
        return None
    over: date = max(ended, offices.local(case.closed_at).date())
    last: date = over + relativedelta(years=kept.years)
    return last


def perhaps_over() -> Iterator[int]:
    """Closed cases that are old enough for their service; a permit may still keep them."""
    for version in catalogue.every_version():
        kept = catalogue.retention(version.definition)
        if kept.fate == "permanent":
            continue
        before = offices.today() - relativedelta(years=kept.years)
        yield from (
            Case.objects.filter(
                service_version=version,
                phase=Case.Phase.CLOSED,
                retention_ended_on=None,
                closed_at__lt=datetime.combine(before, datetime.min.time(), offices.zone()),
            )
            .order_by("closed_at", "id")
            .values_list("id", flat=True)
            .iterator()
        )


@dataclass(frozen=True)
class ToErasePage:
    rows: list[Case]
    next: str = ""


def to_erase(reach: Collection[int] | None, *, after: str = "") -> ToErasePage:
    """Cases whose retention has ended, the longest ago first; of these units, None is of all."""
    found = Case.objects.filter(~_held(), retention_ended_on__isnull=False, erased_at=None)
    if reach is not None:
        found = found.filter(office__in=reach)
    day, _, key = after.partition("_")
    try:
        at, pk = date.fromisoformat(day), int(key)
    except ValueError:
        pass
    else:
        later = Q(retention_ended_on__gt=at) | Q(retention_ended_on=at, pk__gt=pk)
        found = found.filter(later, retention_ended_on__gte=at)
    found = found.select_related("service_version", "office").order_by("retention_ended_on", "id")
    rows = list(found[: PAGE + 1])
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return ToErasePage(page, f"{page[-1].retention_ended_on}_{page[-1].pk}" if more else "")


def hold_on(case: Case) -> Hold | None:
    return Hold.objects.filter(case=case, lifted_at=None).select_related("placed_by").first()


def lifted_holds(case: Case) -> QuerySet[Hold]:
    lifted = Hold.objects.filter(case=case, lifted_at__isnull=False)
    return lifted.select_related("placed_by", "lifted_by").order_by("-id")[:20]


def held(reach: Collection[int] | None) -> QuerySet[Hold]:
    """The holds in force, the latest first."""
    found = Hold.objects.filter(lifted_at=None)
    if reach is not None:
        found = found.filter(case__office__in=reach)
    return found.select_related("case__office", "placed_by").order_by("-id")[:PAGE]


def erased(reach: Collection[int] | None) -> QuerySet[Case]:
    """The latest that were erased, with who did it."""
    found = Case.objects.filter(erased_at__isnull=False)
    if reach is not None:
        found = found.filter(office__in=reach)
    return found.select_related("erased_by").order_by("-erased_at")[:20]


def _held() -> Exists:
    return Exists(Hold.objects.filter(case=OuterRef("pk"), lifted_at=None))


def file_ids(case: Case) -> list[int]:
    """Every stored file of a case but for letters of other cases and the papers of its money."""
    rows: list[Iterable[int | None]] = [
        Attachment.objects.filter(case=case, permit=None).values_list("file_id", flat=True),
        case.messages.values_list("file_id", flat=True),
        case.opinions.values_list("file_id", flat=True),
        case.tasks.values_list("file_id", flat=True),
        VisitPhoto.objects.filter(visit__case=case).values_list("file_id", flat=True),
        Minutes.objects.filter(visit__case=case).values_list("file_id", flat=True),
        Recommendation.objects.filter(case=case).values_list("file_id", flat=True),
    ]
    found = {file_id for ids in rows for file_id in ids} | {case.receipt_id}
    return sorted(file_id for file_id in found if file_id is not None)


def others_kept(case: Case) -> bool:
    """Whether another case of the same applicant still holds data."""
    return (
        Case.objects.filter(applicant_id=case.applicant_id, erased_at=None)
        .exclude(pk=case.pk)
        .exists()
    )


def old_drafts(now: datetime) -> Iterator[int]:
    """Drafts of people with an account that nobody touched for the shortest time a pack may say."""
    return (
        Case.objects.filter(phase=Case.Phase.DRAFT, changed_at__lt=now - SHORTEST)
        .exclude(opened_by__guest_key__isnull=False)
        .order_by("changed_at", "id")
        .values_list("id", flat=True)
        .iterator()
    )


def draft_ends(case: Case) -> tuple[datetime, datetime]:
    """When the applicant is told that an untouched draft ends, and when it goes."""
    days, warned = catalogue.draft_days(case.definition)
    goes = case.changed_at + timedelta(days=days)
    return goes - timedelta(days=warned), goes


def told_of_end(case: Case) -> datetime | None:
    return notifications.given_at(key_of_end(case))


def key_of_end(case: Case) -> str:
    """One message for each time that the draft was left."""
    return f"draft_ending:{case.pk}:{case.changed_at:%Y%m%d%H%M%S}"
