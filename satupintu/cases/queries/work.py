"""The work list of an officer: filtered, sorted, paged by key; and the filters that are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from satupintu.cases import access
from satupintu.cases.models import Message, Task
from satupintu.cases.models.case import BY_DUE_DATE
from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.people import queries as people

COUNTED_UP_TO = 500  # a tab says "500+" rather than count a million rows
NARROWED_UP_TO = 100
TABS = ("open", "waiting", "done", "all")
SIZES = (25, 50, 100)
# Only what a row of the list shows: to name a column costs as much as to read it.
SHOWN = (
    *("step", "kind", "round", "status", "opened_at", "due_date", "done_at", "seen_at"),
    *("assignee__name", "case__number", "case__applicant__name", "case__applicant__company"),
    *("case__service_version__digest", "case__service_version__service__name"),
)
COUNTS = """
WITH post AS (SELECT DISTINCT * FROM unnest(%s::varchar[], %s::bigint[]) AS held (role, office_id))
SELECT
    (SELECT count(*) FROM (
        SELECT FROM cases_task JOIN post USING (role, office_id)
        WHERE status = 'open' LIMIT %s
    ) AS opened),
    (SELECT count(*) FROM (
        SELECT FROM cases_task JOIN post USING (role, office_id)
        WHERE status IN ('waiting', 'signing') LIMIT %s
    ) AS waiting)
"""
SORTED_BY = {"due": BY_DUE_DATE, "received": F("opened_at"), "done": F("done_at")}


@dataclass(frozen=True)
class Filters:
    """What an officer narrows the list to, and in which order; the address of the page says it."""

    tab: str = "open"
    service: str = ""
    late: bool = False
    mine: bool = False
    unassigned: bool = False
    sort: str = ""  # due, received or done; "-" before it turns the order round
    size: int = SIZES[0]
    after: str = ""  # key of the last row of the page before: "2026-11-27.1234"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address; what makes no sense there counts as not given."""
        tab = given.get("tab", "")
        tab = tab if tab in TABS else TABS[0]
        sorts = ("-done", "done") if tab == "done" else ("due", "-due", "received", "-received")
        sort = given.get("sort", "")
        size = given.get("size", "")
        read = cls(
            tab=tab,
            service=given.get("service", "")[:60],
            late=given.get("late") == "1",
            mine=given.get("mine") == "1",
            unassigned=given.get("unassigned") == "1",
            sort=sort if sort in sorts else sorts[0],
            size=int(size) if size in map(str, SIZES) else SIZES[0],
            after=given.get("after", ""),
        )
        return read if read.place else cls(**{**vars(read), "after": ""})

    @property
    def query(self) -> str:
        """The one way to write these filters in an address, without the page."""
        usual = Filters.read({"tab": self.tab})
        said = {
            one.name: "1" if (value := getattr(self, one.name)) is True else value
            for one in fields(self)
            if one.name not in ("tab", "after")
            and getattr(self, one.name) != getattr(usual, one.name)
        }
        return urlencode({"tab": self.tab, **said})

    @property
    def counted_up_to(self) -> int:
        """Rows that a filter leaves are not counted in an index but found one by one."""
        narrowed = self.service or self.late or self.mine or self.unassigned
        return NARROWED_UP_TO if narrowed else COUNTED_UP_TO

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def place(self) -> tuple[date | datetime, int] | None:
        """Where the page begins, as sorting value and id; None at the start or if unreadable."""
        value, _, key = self.after.rpartition(".")
        by_day = self.sort.endswith("due")
        try:
            at = date.fromisoformat(value) if by_day else datetime.fromisoformat(value)
            return at, int(key)
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """One page of a list and the key of the next."""

    rows: Sequence[Any]
    next: str = ""


def tasks(by: By, filters: Filters) -> Page:
    """A page of the work list. Every post gives its own first rows, by an index in this order."""
    firsts = first_rows(by, filters)
    if not firsts:
        return Page([])
    unread = Message.objects.filter(case=OuterRef("case"), from_office=False, read_at=None)
    found = list(
        Task.objects.filter(
            pk__in=firsts[0].union(*firsts[1:], all=True) if firsts[1:] else firsts[0]
        )
        .select_related("case__applicant", "case__service_version__service", "assignee")
        .only(*SHOWN)
        .annotate(has_message=Exists(unread), key=_key(filters))
        .order_by(*_order(filters))[: filters.size + 1]
    )
    page = found[: filters.size]
    return Page(page, f"{page[-1].key.isoformat()}.{page[-1].pk}" if page != found else "")


def first_rows(by: By, filters: Filters) -> list[QuerySet[Task, Any]]:
    """For every post the ids of the rows that can be on this page, each read from an index."""
    wanted = _narrowed(by, filters).annotate(key=_key(filters))
    if place := filters.place:
        side = "lt" if filters.descending else "gt"
        wanted = wanted.filter(
            Q(**{f"key__{side}e": place[0]}),
            Q(**{f"key__{side}": place[0]}) | Q(**{f"pk__{side}": place[1]}),
        )
    if filters.tab == "done":
        parts = [wanted.filter(done_by=by.account_id)]
    else:
        posts = people.posts_held(by.account_id)
        places = sorted({(post.role, post.office_id) for post in posts})
        parts = [wanted.filter(role=role, office=office) for role, office in places]
    return [part.order_by(*_order(filters))[: filters.size + 1].values_list("pk") for part in parts]


def count_tasks(by: By, filters: Filters) -> int:
    """Rows of the whole list, counted up to one more than the bound."""
    if filters.tab == "done":
        found = _narrowed(by, filters).filter(done_by=by.account_id)
    else:
        found = _narrowed(by, filters).filter(access.of_posts(people.posts_held(by.account_id)))
    return found[: filters.counted_up_to + 1].count()


def task_counts(by: By) -> dict[str, int]:
    """Rows behind each tab, counted up to a bound."""
    posts = people.posts_held(by.account_id)
    roles, units = [post.role for post in posts], [post.office_id for post in posts]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [roles, units, COUNTED_UP_TO + 1, COUNTED_UP_TO + 1])
        opened, waiting = cursor.fetchone() or (0, 0)
    return {"open": opened, "waiting": waiting}


def newest_task(office_ids: Collection[int]) -> int:
    """The id of the last step that opened in one of these offices; 0 before the first."""
    newest = Task.objects.filter(office_id__in=office_ids).order_by("-id").values_list("id")[:1]
    return newest[0][0] if newest else 0


def _narrowed(by: By, filters: Filters) -> QuerySet[Task]:
    match filters.tab:
        case "open":
            rows = Task.objects.filter(status=Task.Status.OPEN)
        case "waiting":
            rows = Task.objects.filter(status__in=[Task.Status.WAITING, Task.Status.SIGNING])
        case "done":
            rows = Task.objects.filter(status=Task.Status.DONE)
        case _:
            rows = Task.objects.exclude(status=Task.Status.CANCELLED)
    if filters.service:
        rows = rows.filter(case__service_code=filters.service)
    if filters.late:
        rows = rows.filter(due_date__lt=offices.today())
    if filters.mine:
        rows = rows.filter(assignee=by.account_id)
    if filters.unassigned:
        rows = rows.filter(assignee=None)
    return rows


def _key(filters: Filters) -> Any:
    return SORTED_BY[filters.sort.lstrip("-")]


def _order(filters: Filters) -> tuple[str, str]:
    return ("-key", "-id") if filters.descending else ("key", "id")
