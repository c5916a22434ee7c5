"""How the units stand: counts only, for administrators who read no case (Probolinggo 11(1)e-f)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from satupintu.cases.models import Case, Task
from satupintu.notifications import queries as notifications
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.offices.models import Office, Post
    from satupintu.people.queries import MatrixRow

UNITS_A_PAGE = 25


@dataclass(frozen=True)
class Load:
    """One post: whether anybody is in it, and the open tasks that wait for its role there."""

    post: Post
    vacant: bool
    open: int
    late: int


@dataclass(frozen=True)
class State:
    office: Office
    loads: list[Load] = field(default_factory=list)
    late: int = 0
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True)
class StatePage:
    states: list[State]
    next: str = ""


def states(reach: Collection[int] | None, *, after: str = "") -> StatePage:
    """A page of units with their load; six queries, whatever the number of cases."""
    found = offices.offices().filter(posts__active=True).distinct()
    if reach is not None:
        found = found.filter(pk__in=reach)
    if after:
        found = found.filter(code__gt=after)
    units = list(found[: UNITS_A_PAGE + 1])
    page = units[:UNITS_A_PAGE]
    ids = [unit.pk for unit in page]
    today = offices.today()
    tasks = {
        (row["office"], row["role"]): (row["open"], row["late"])
        for row in Task.objects.filter(office__in=ids, status=Task.Status.OPEN)
        .order_by()
        .values("office", "role")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_date__lt=today)))
    }
    cases = {
        row["office"]: (row["late"], row["waiting"])
        for row in Case.objects.filter(
            office__in=ids, phase__in=[Case.Phase.OPEN, Case.Phase.WAITING]
        )
        .order_by()
        .values("office")
        .annotate(
            late=Count("pk", filter=Q(due_date__lt=today)),
            waiting=Count("pk", filter=Q(phase=Case.Phase.WAITING)),
        )
    }
    failed = notifications.failed_by_office(ids)
    rows: dict[int, list[MatrixRow]] = {}
    for row in people.who_may_do_what(today, offices.posts().filter(office__in=ids)):
        rows.setdefault(row.post.office_id, []).append(row)
    return StatePage(
        [
            State(
                office=unit,
                loads=[_load(row, tasks) for row in rows.get(unit.pk, [])],
                late=cases.get(unit.pk, (0, 0))[0],
                waiting=cases.get(unit.pk, (0, 0))[1],
                failed=failed.get(unit.pk, 0),
            )
            for unit in page
        ],
        page[-1].code if len(units) > len(page) else "",
    )


def running_and_late() -> tuple[int, int]:
    """How many applications of the whole city are under way, and how many of them too long."""
    running = Case.objects.filter(phase__in=[Case.Phase.OPEN, Case.Phase.WAITING])
    late = Count("pk", filter=Q(due_date__lt=offices.today()))
    found = running.aggregate(running=Count("pk"), late=late)
    return found["running"], found["late"]


def _load(row: MatrixRow, tasks: dict[tuple[int, str], tuple[int, int]]) -> Load:
    opened, late = tasks.get((row.post.office_id, row.post.role.code), (0, 0))
    return Load(row.post, row.holding is None and row.mandate is None, opened, late)
