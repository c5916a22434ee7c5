"""How every act moves a case: lock it, let the engine advance it, open and close its tasks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from satupintu import workflow
from satupintu.cases import access
from satupintu.cases.actions import _clock, _links
from satupintu.cases.events import (
    AppealOffered,
    CaseApproved,
    CaseRefused,
    OpinionClosed,
    TaskForwarded,
    TaskOpened,
)
from satupintu.cases.models import Case, Task
from satupintu.cases.queries import form
from satupintu.cases.queries.wording import OWN_POST, POST_VACANT
from satupintu.compiled import compiled
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.levies import queries as levies
from satupintu.lib.errors import Refused, both
from satupintu.lib.expressions import holds
from satupintu.lib.worktime import zone_label
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.permits import actions as issued
from satupintu.permits import queries as permits
from satupintu.workflow import State

FOR_THE_APPLICANT = Q(status=Task.Status.WAITING) | Q(kind="pay", status=Task.Status.OPEN)
NOT_BEGUN = State(steps={}, choices={}, rounds={}, outcome=None)


class CaseChanged(Refused):
    """A colleague was faster; the page shows an older state of the case."""


class AlreadyDone(Refused):
    """The step is not open any more."""


class StepForbids(Refused):
    """The published process does not allow this move here."""


def lock(case_id: int) -> Case:
    return _locked(_row(case_id))


def lock_task(
    task_id: int, *, version: int | None = None, waiting: bool = False
) -> tuple[Case, Task]:
    """The case first, then its task: one order for everybody, so nobody waits in a circle.

    `waiting` also takes a step that waits for the applicant.
    """
    case = _locked(_row_with(task_id))
    (task,) = _task(task_id)
    task.case = case
    require_open(case, task, version=version, waiting=waiting)
    return case, task


LOCKED = Case.objects.select_for_update(no_key=True, of=("self",)).only("pk")


@compiled
def _row(case_id: int) -> QuerySet[Case]:
    return LOCKED.filter(pk=case_id)


@compiled
def _row_with(task_id: int) -> QuerySet[Case]:
    return LOCKED.filter(tasks=task_id)


@compiled
def _fresh(case_id: int) -> QuerySet[Case]:
    related = ("service_version__service", "applicant", "office")
    found = Case.objects.select_related(*related).defer("service_version__definition")
    return found.filter(pk=case_id)


@compiled
def _task(task_id: int) -> QuerySet[Task]:
    return Task.objects.select_related("office").filter(pk=task_id)


def _locked(rows: list[Case]) -> Case:
    """The row first, the rest after: what is joined to a lock dates from before its wait."""
    if not rows:
        raise Case.DoesNotExist
    (case,) = _fresh(rows[0].pk)
    return case


def require_open(
    case: Case, task: Task, *, version: int | None = None, waiting: bool = False
) -> None:
    """Raises CaseChanged for an older page, AlreadyDone for a step that ended."""
    if version is not None and case.version != version:
        raise CaseChanged(_changed_sentence(case))
    takes = [Task.Status.OPEN, *([Task.Status.WAITING] if waiting else [])]
    if task.status not in takes:
        raise AlreadyDone(
            both(
                "Langkah ini sudah dikerjakan. Muat ulang halaman untuk melihat hasilnya.",
                "This step is done. Load the page again to see its result.",
            )
        )


def begin(case: Case, *, by: By) -> None:
    state = workflow.begin(case.process, form.facts(case), holds)
    _apply(case, NOT_BEGUN, state, by=by)


def move(case: Case, task: Task, kind: str, *, by: By, to: str | None = None) -> None:
    """Advance the case by one move of one step; saves the case and its tasks."""
    before = case.state
    try:
        state = workflow.advance(
            case.process, before, workflow.Move(task.step, kind, to), form.facts(case), holds
        )
    except workflow.NotAllowed as refused:
        raise StepForbids(both(refused.message, refused.english)) from None
    task.move = kind
    if kind == "ask":
        task.status = Task.Status.WAITING
    elif kind == "answered":
        task.status = Task.Status.OPEN
    else:
        task.status = Task.Status.DONE
        task.done_at = timezone.now()
        task.done_by_id, task.done_post_id = by.account_id, by.post_id
    task.save()
    _apply(case, before, state, by=by)


def touch(case: Case, by: By) -> None:
    """Mark that an officer changed something on the case."""
    case.version += 1
    case.changed_by_id = by.account_id
    case.save()


def _apply(case: Case, before: State, state: State, *, by: By) -> None:
    case.state = dict(state)
    _cancel(case, list(workflow.closed(before, state)), by=by)
    opened = [
        _open(case, code, state["rounds"].get(code, 1), by=by)
        for code in workflow.opened(before, state)
    ]
    case.outcome = state["outcome"] or Case.Outcome.NONE
    if workflow.finished(state):
        _close(case, by=by)
    elif case.tasks.filter(FOR_THE_APPLICANT).exists():
        case.phase = Case.Phase.WAITING
    else:
        case.phase = Case.Phase.OPEN
    touch(case, by)
    for task in opened:
        task.reason = why_passed(case, task)
        if task.reason or _happened_before(case, task):
            pass_over(case, task)
        elif access.is_of_neighbourhood(task):
            _links.give(case, task, by=by)


def pass_over(case: Case, task: Task) -> None:
    move(case, task, "forward", by=SYSTEM)
    journal.record(
        TaskForwarded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=SYSTEM,
    )


def _cancel(case: Case, steps: list[str], *, by: By) -> None:
    """Take away the open tasks of these steps, and stop waiting for what they waited for."""
    tasks = case.tasks.filter(
        step__in=steps, status__in=[Task.Status.OPEN, Task.Status.WAITING, Task.Status.SIGNING]
    )
    kinds = dict(tasks.values_list("pk", "kind"))
    if not kinds:
        return
    tasks.update(status=Task.Status.CANCELLED, done_at=timezone.now())
    if case.corrections.filter(task__in=kinds, answered_at=None).update(answered_at=timezone.now()):
        _clock.resume(case, "applicant", by=by)
    if "pay" in kinds.values():
        _clock.resume(case, "payment", by=by)


def _happened_before(case: Case, task: Task) -> bool:
    """Paid before the officer went on, or taken home before the signature was noted here.

    What reacts to a payment or a handover found no such task open, and does not come again.
    """
    if task.kind == "pay":
        return case.bill_id is not None and levies.bill(case.bill_id).status == "paid"
    if task.kind == "handover":
        return case.permit is not None and permits.handovers(case.permit).exists()
    return False


def why_passed(case: Case, task: Task) -> str:
    """`vacant: up`: where nobody else holds the post, the case goes on and says so."""
    step = workflow.step(case.process, task.step)
    if step.get("vacant") != "up":
        return ""
    there = _office(case, step["office"])
    if there is None or not people.team(role=task.role, office_id=there.pk):
        return POST_VACANT
    return "" if access.endorsers(case, task) else OWN_POST


def _open(case: Case, code: str, round_: int, *, by: By) -> Task:
    step = workflow.step(case.process, code)
    is_appeal = step["kind"] == "appeal"
    task = Task.objects.create(
        case=case,
        step=code,
        kind=step["kind"],
        round=round_,
        role=step.get("role", ""),
        office=_office(case, step.get("office", "own")) or case.office,
        status=Task.Status.WAITING if is_appeal else Task.Status.OPEN,
        due_date=due_after(step["appeal_days"] if is_appeal else step.get("days")),
    )
    journal.record(
        TaskOpened(subject=case.subject, case_id=case.pk, task_id=task.pk, step=code, round=round_),
        by=by,
    )
    with connection.cursor() as cursor:
        # Open lists of this office learn of it when the transaction commits (site/live.py).
        told = f"{task.office_id}.{task.pk}"
        cursor.execute("SELECT pg_notify('satupintu_tasks', %s)", [told])
    if task.kind == "pay" and not _happened_before(case, task):
        _clock.pause(case, "payment", by=by)
    if is_appeal:
        _clock.pause(case, "applicant", by=by)
        offered = AppealOffered(subject=case.subject, case_id=case.pk, task_id=task.pk, step=code)
        journal.record(offered, by=by)
    return task


def _office(case: Case, where: str) -> Any:
    """own, agency:<office code>, or area:<field>[:<kind>]: the office of the answered area."""
    kind, _, name = where.partition(":")
    if kind == "agency":
        return offices.office(name)
    if kind == "area":
        field, _, wanted = name.partition(":")
        return offices.office_of_area(case.answers[field], wanted)
    return case.office


def due_after(days: int | None) -> date | None:
    if days is None:
        return None
    calendar = offices.calendar()
    return calendar.add_working_days(calendar.received_on(timezone.now()), days)


def give_up(case: Case, document: str, *, reason: str, by: By) -> None:
    """A letter that could not be signed and is not wanted now: its number ends with the reason."""
    if letter := permits.by_source(document, case.subject):
        issued.abandon(letter.pk, reason=reason, by=by)


def close_opinions(case: Case, *, by: By) -> None:
    """Agencies that did not answer yet are not waited for after the end."""
    for opinion in case.opinions.select_for_update(no_key=True).filter(
        answered_at=None, closed_at=None
    ):
        opinion.closed_at = timezone.now()
        opinion.save(update_fields=["closed_at"])
        journal.record(
            OpinionClosed(
                subject=case.subject,
                case_id=case.pk,
                opinion_id=opinion.pk,
                to_office_id=opinion.office_id,
            ),
            by=by,
        )


def _close(case: Case, *, by: By) -> None:
    if case.outcome == Case.Outcome.APPROVED:
        give_up(case, "refusal", reason="Permohonan disetujui", by=by)
    case.phase = Case.Phase.CLOSED
    case.closed_at = timezone.now()
    close_opinions(case, by=by)
    _clock.stop(case, by=by)
    event = CaseRefused if case.outcome == Case.Outcome.REFUSED else CaseApproved
    journal.record(event(subject=case.subject, case_id=case.pk), by=by)


def _changed_sentence(case: Case) -> str:
    who = case.changed_by.name if case.changed_by else both("sistem", "the system")
    at = offices.local(case.changed_at)
    zone = zone_label(offices.city().zone)
    return both(
        "Berkas ini baru saja diperbarui oleh {who} pukul {at:%H.%M} {zone}. "
        "Muat ulang lalu lanjutkan.",
        "{who} changed this case at {at:%H:%M} {zone}. Load it again and go on.",
        who=who,
        at=at,
        zone=zone,
    )
