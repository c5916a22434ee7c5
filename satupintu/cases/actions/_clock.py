"""The clock of a case: working days from a complete file, less its pauses (design.md 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from satupintu import workflow
from satupintu.cases.events import ClockPaused, ClockResumed
from satupintu.cases.models import Case, Pause, Task
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib import worktime
from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from satupintu.offices.models import Outage


def start(case: Case, *, by: By) -> None:
    """Day one is the next working day; what comes after closing time came on the next one."""
    assert case.submitted_at is not None
    case.clock_start = offices.calendar().received_on(case.submitted_at)
    for outage in offices.outages_since(case.submitted_at, case.office):
        pause(case, "outage", outage=outage, by=by)
    set_due_dates(case)


def pause(case: Case, reason: str, *, by: By, outage: Outage | None = None) -> None:
    """From now on; an outage that a form on paper already met counts from that paper on."""
    told: dict[str, Any] = {"started_at": timezone.now(), "started_by_id": by.account_id}
    if outage is None:
        which: dict[str, Any] = {"outage": None, "ended_at": None}
    else:
        which = {"outage": outage}
        told["started_at"] = max(outage.started_at, case.submitted_at or outage.started_at)
        told["ended_at"] = outage.ended_at
    made, created = Pause.objects.get_or_create(case=case, reason=reason, **which, defaults=told)
    if created:
        journal.record(
            ClockPaused(subject=case.subject, case_id=case.pk, pause_id=made.pk, reason=reason),
            by=by,
        )


def resume(case: Case, reason: str, *, by: By) -> None:
    _end(case, Q(reason=reason), by=by)
    set_due_dates(case)


def stop(case: Case, *, by: By) -> None:
    """A closed case has no running pause."""
    _end(case, Q(), by=by)


def set_due_dates(case: Case) -> None:
    """Of the case, which the caller saves, and of its open steps: neither counts a pause."""
    if case.clock_start is None:
        return
    pauses = [worktime.Pause(p.started_at, p.ended_at) for p in case.pauses.all()]
    calendar, now = offices.calendar(), timezone.now()
    case.due_date = calendar.due_date(
        case.clock_start, case.definition["clock"]["days"], pauses, now
    )
    if not pauses:
        return
    running = case.tasks.filter(status__in=(Task.Status.OPEN, Task.Status.WAITING))
    for task in running.exclude(kind="appeal", status=Task.Status.WAITING):
        days = workflow.step(case.process, task.step).get("days")
        if days is not None:
            since = calendar.received_on(task.opened_at)
            due = calendar.due_date(since, days, pauses, now)
            if due != task.due_date:
                task.due_date = due
                task.save(update_fields=["due_date"])


def _end(case: Case, which: Q, *, by: By) -> None:
    for running in case.pauses.filter(which, ended_at__isnull=True):
        # Never before it began, also when the machine's clock was set back in between.
        running.ended_at = max(timezone.now(), running.started_at)
        running.ended_by_id = by.account_id
        running.save()
        journal.record(
            ClockResumed(
                subject=case.subject,
                case_id=case.pk,
                pause_id=running.pk,
                reason=running.reason,
            ),
            by=by,
        )
