"""Lists of cases and tasks: bounded, ordered, paged by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from satupintu import workflow
from satupintu.cases import access
from satupintu.cases.models import Case, Message, Opinion, Task
from satupintu.cases.queries import wording
from satupintu.journal.events import By
from satupintu.lib import numbers
from satupintu.offices import queries as offices
from satupintu.people import queries as people

PAGE = 25
COUNTED_UP_TO = 1000  # a tab says "1.000+" rather than count a million rows
FAR_AWAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Filters:
    """What an officer narrows the list to; every part optional."""

    tab: str = "open"  # open | waiting | done | all
    service: str = ""
    late: bool = False
    mine: bool = False
    unassigned: bool = False
    after: str = ""  # key of the last row of the page before: "2026-11-27.1234"
    size: int = PAGE


@dataclass(frozen=True)
class Page:
    """One page of a list and the key of the next."""

    rows: Sequence[Any]
    next: str = ""


@dataclass(frozen=True)
class TrackedStep:
    name: str
    status: str  # done | now | next
    since: datetime | None = None
    due_date: date | None = None
    office: str = ""


@dataclass(frozen=True)
class Tracking:
    """What anybody with the number may see: steps and dates, no names (ux.md A4)."""

    case: Case
    service: Any
    steps: list[TrackedStep] = field(default_factory=list)
    paused: str = ""


def by_id(case_id: int) -> Case:
    return _whole().get(pk=case_id)


def by_number(number: str) -> Case | None:
    """A case by the number people type: blanks, case and look-alike letters do not matter."""
    return _whole().filter(number=numbers.normalise(number)).first()


def by_permit(permit_id: int) -> Case | None:
    return _whole().filter(permit_id=permit_id).first()


def by_bill_subject(subject: str) -> Case:
    return _whole().get(pk=int(subject.removeprefix("case:")))


def of_applicants(applicant_ids: Sequence[int], *, limit: int = 100) -> list[Case]:
    """All cases of a person and their companies, the newest first."""
    return list(
        _whole()
        .filter(applicant_id__in=applicant_ids)
        .prefetch_related("tasks", "corrections")
        .order_by("-id")[:limit]
    )


def tasks(by: By, filters: Filters) -> Page:
    """The work list of the officer's posts: what is due first stands first."""
    posts = people.posts_held(by.account_id)
    rows = Task.objects.filter(access.of_posts(posts))
    if filters.tab == "open":
        rows = rows.filter(status=Task.Status.OPEN)
    elif filters.tab == "waiting":
        rows = rows.filter(status__in=[Task.Status.WAITING, Task.Status.SIGNING])
    elif filters.tab == "done":
        rows = Task.objects.filter(status=Task.Status.DONE, done_by=by.account_id)
    else:
        rows = rows.exclude(status=Task.Status.CANCELLED)
    if filters.service:
        rows = rows.filter(case__service_code=filters.service)
    if filters.late:
        rows = rows.filter(due_date__lt=offices.today())
    if filters.mine:
        rows = rows.filter(assignee=by.account_id)
    if filters.unassigned:
        rows = rows.filter(assignee=None)
    if filters.after:
        day, _, key = filters.after.partition(".")
        after = date.fromisoformat(day)
        rows = rows.filter(Q(due_date__gt=after) | Q(due_date=after, pk__gt=int(key)))
    unread = Message.objects.filter(case=OuterRef("case"), from_office=False, read_at=None)
    found = list(
        rows.select_related(
            "case__applicant", "case__service_version__service", "assignee", "office"
        )
        .annotate(has_message=Exists(unread))
        .order_by("due_date", "id")[: filters.size + 1]
    )
    page = found[: filters.size]
    more = len(found) > filters.size
    last = page[-1] if page else None
    return Page(page, f"{last.due_date or FAR_AWAY}.{last.pk}" if more and last else "")


def task_counts(by: By) -> dict[str, int]:
    """Rows behind each tab, counted up to a bound."""
    posts = people.posts_held(by.account_id)
    mine = Task.objects.filter(access.of_posts(posts))
    return {
        "open": mine.filter(status=Task.Status.OPEN)[:COUNTED_UP_TO].count(),
        "waiting": mine.filter(status__in=[Task.Status.WAITING, Task.Status.SIGNING])[
            :COUNTED_UP_TO
        ].count(),
    }


def search(by: By, text: str) -> list[Case]:
    """Cases the officer may read, by number or by the applicant's NIK; at most 20."""
    wanted = text.strip()
    posts = people.posts_held(by.account_id)
    readable = {post.office_id for post in posts if post.rights & access.READING_RIGHTS}
    on_desk = Task.objects.filter(access.of_posts(posts), case=OuterRef("pk"))
    digits = "".join(character for character in wanted if character.isdigit())
    match = Q(number__startswith=numbers.normalise(wanted))
    if len(digits) == 16:
        match |= Q(applicant__nik=digits)
    if not wanted:
        return []
    return list(
        _whole()
        .filter(match, number__isnull=False)
        .filter(Q(office_id__in=readable) | Exists(on_desk))
        .order_by("-id")[:20]
    )


def opinions_waiting(by: By) -> QuerySet[Opinion]:
    return (
        access.opinions(by)
        .filter(answered_at=None)
        .select_related("case__service_version__service", "office")
        .order_by("due_date", "id")[:100]
    )


def running(office_ids: Sequence[int] = ()) -> QuerySet[Case]:
    found = Case.objects.filter(phase__in=[Case.Phase.OPEN, Case.Phase.WAITING])
    return found.filter(office_id__in=office_ids) if office_ids else found


def running_ids(office_ids: Sequence[int] = ()) -> Iterator[int]:
    return running(office_ids).order_by("id").values_list("id", flat=True).iterator()


def track(number: str, language: str = "id") -> Tracking | None:
    """The way of a case for whoever has its number; None for a number that is not ours."""
    wanted = numbers.normalise(number)
    # Numbers that were given under an earlier key stay good.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(numbers.check(wanted, key) for key in keys):
        return None
    case = _whole().filter(number=wanted).first()
    if case is None:
        return None
    pause = case.pauses.filter(ended_at=None).order_by("id").first()
    return Tracking(
        case=case,
        service=case.definition["name"],
        steps=timeline(case, language),
        paused=pause.reason if pause else "",
    )


def timeline(case: Case, language: str = "id") -> list[TrackedStep]:
    """Every step that was, is and will be, in the order of the process."""
    rows: dict[str, Task] = {}
    for task in case.tasks.select_related("office").order_by("id"):
        if task.status != Task.Status.CANCELLED:
            rows[task.step] = task
    part = "refusal" if case.state.get("outcome") == Case.Outcome.REFUSED else "main"
    ahead = workflow.steps({part: case.process[part]})
    seen = [
        TrackedStep(
            name=wording.step_name(case, task.step, language),
            status="done" if task.status == Task.Status.DONE else "now",
            since=task.done_at if task.status == Task.Status.DONE else task.opened_at,
            due_date=task.due_date,
            office=task.office.name,
        )
        for task in sorted(rows.values(), key=lambda task: task.pk)
    ]
    skipped = {code for code, state in case.state.get("steps", {}).items() if state == "skipped"}
    coming = (
        []
        if case.phase == Case.Phase.CLOSED
        else [
            TrackedStep(name=wording.step_name(case, step["step"], language), status="next")
            for step in ahead
            if step["step"] not in rows and step["step"] not in skipped
        ]
    )
    return seen + coming


def _whole() -> QuerySet[Case]:
    return Case.objects.select_related(
        "service_version__service", "applicant", "office", "permit", "bill", "opened_by"
    )
