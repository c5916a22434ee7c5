"""What heads of RT and RW have to answer, and what the counter of their kelurahan waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from satupintu import workflow
from satupintu.cases import access
from satupintu.cases.models import Appeal, Case, Link, Task
from satupintu.cases.queries import form, wording
from satupintu.cases.queries.lists import LONG
from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.people import queries as people

IDENTITY = "ktp"  # the requirement that shows who somebody is (packs/README.md, 8)
REMIND_DAYS = 2
ANSWERED = 5
MOST = 100
SENT_WITHIN = timedelta(minutes=10)  # the worker's time to send a link


def link(token_hash: bytes) -> Link | None:
    """A link that is still good today: its step waits, or was answered by its own account.

    Somebody who gave up the post, a step that ended otherwise and a time that is over all look the
    same as a link that never was.
    """
    found = (
        Link.objects.select_related(
            "account", "task__office", "task__case__applicant", "task__case__service_version"
        )
        .filter(token_hash=token_hash, expires_at__gt=timezone.now(), account__is_active=True)
        .first()
    )
    if found is None:
        return None
    task = found.task
    waits = task.status == Task.Status.OPEN
    answered = task.status == Task.Status.DONE and task.done_by_id == found.account_id
    if not (waits or answered) or found.account_id not in access.endorsers(task.case, task):
        return None
    return found


def last_answers(account_id: int) -> list[Task]:
    """What this account answered last, for a short history."""
    return list(
        Task.objects.filter(done_by=account_id, status=Task.Status.DONE, kind="endorse")
        .select_related("case__applicant", "case__service_version")
        .order_by("-done_at", "-id")[:ANSWERED]
    )


def purpose(case: Case, task: Task, language: str) -> list[dict[str, Any]]:
    """What the letter is for: the answers that are no personal data, but for how RT is asked."""
    when = workflow.step(case.process, task.step).get("when", "")
    return [
        row
        for group in wording.read_back(case, language)
        for row in group["rows"]
        if row["field"].get("personal", "none") == "none"
        and row["field"]["code"] not in when
        and row["value"]
    ]


def identity(case: Case) -> Any:
    """The attached identity card, if it was asked for and given."""
    return form.attachments(case).get(IDENTITY)


def waiting_endorsements() -> Iterator[int]:
    """Steps that nobody has answered for a day at least, and of which nobody was reminded yet."""
    found = Task.objects.filter(
        kind="endorse",
        status=Task.Status.OPEN,
        reminded_at=None,
        opened_at__lt=timezone.now() - timedelta(days=1),
    )
    return (
        found.filter(role__in=access.endorsing_roles())
        .order_by("opened_at", "id")
        .values_list("id", flat=True)
        .iterator()
    )


def open_endorsements(post_id: int | None = None) -> Iterator[int]:
    """Steps that wait for heads of RT and RW: for whoever holds this post, or all of them."""
    found = Task.objects.filter(kind="endorse", status=Task.Status.OPEN)
    if post_id is not None:
        post = offices.post_by_id(post_id)
        found = found.filter(role=post.role.code, office=post.office_id)
    roles = access.endorsing_roles()
    return found.filter(role__in=roles).order_by("id").values_list("id", flat=True).iterator()


def silent_appeals() -> Iterator[int]:
    """Refusals against which the time to appeal is over."""
    found = Task.objects.filter(kind="appeal", status=Task.Status.WAITING)
    return (
        found.filter(due_date__lt=offices.today())
        .order_by("id")
        .values_list("id", flat=True)
        .iterator()
    )


def reminded(by: By) -> QuerySet[Task]:
    """Letters of the counter's office that heads left unanswered, or of which no link told them."""
    posts = people.posts_held(by.account_id)
    counters = {post.office_id for post in posts if "counter" in post.rights}
    if not counters:
        return Task.objects.none()
    sent_by_now = timezone.now() - SENT_WITHIN
    told = Link.objects.filter(task=OuterRef("pk"), token_hash__isnull=False)
    return (
        Task.objects.filter(
            Q(reminded_at__isnull=False) | (~Exists(told) & Q(opened_at__lt=sent_by_now)),
            kind="endorse",
            status=Task.Status.OPEN,
            role__in=access.endorsing_roles(),
            case__office_id__in=counters,
        )
        .select_related("case__service_version__service", "office")
        .defer(*(f"case__{name}" for name in LONG))
        .order_by("opened_at", "id")[:MOST]
    )


def of_neighbourhood(case: Case) -> list[Task]:
    """The steps of RT and RW that this case had, oldest first."""
    asked = [task for task in case.steps() if task.kind == "endorse"]
    roles = access.endorsing_roles() if asked else set()
    return [task for task in asked if task.role in roles]


def answering_first(case: Case) -> list[tuple[Task, int]]:
    """Heads of RT or RW who are asked now, each with the working days until they are reminded."""
    return [
        (task, workflow.step(case.process, task.step).get("remind_days", REMIND_DAYS))
        for task in of_neighbourhood(case)
        if task.status == Task.Status.OPEN
    ]


def appeals(case: Case) -> list[Appeal]:
    if not any(task.kind == "appeal" for task in case.steps()):
        return []
    return list(
        Appeal.objects.filter(task__case=case).select_related("task__done_by").order_by("id")
    )
