"""A refusal by RT or RW: the applicant accepts it or appeals, and the Lurah decides."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from satupintu.cases import access
from satupintu.cases.actions import _clock, _engine
from satupintu.cases.actions.review import NotReady, ReasonMissing, require_short, step_of
from satupintu.cases.events import AppealGranted, AppealLodged, RefusalAccepted, RefusalUpheld
from satupintu.cases.models import Appeal, Case, Task
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices


class NoAppeal(Refused):
    """Nothing to appeal against, or its time is over."""


@transaction.atomic
def lodge(case_id: int, *, words: str, by: By) -> Case:
    """The applicant does not accept the refusal, and says why."""
    case, task = _awaited(case_id, by)
    words = words.strip()
    if not words:
        raise ReasonMissing(
            both("Tulis mengapa Anda tidak setuju", "Write why you do not agree"), field="words"
        )
    require_short(words, field="words")
    Appeal.objects.create(task=task, words=words, lodged_by_id=by.account_id)
    _clock.resume(case, "applicant", by=by)
    task.due_date = _engine.due_after(step_of(case, task)["days"])
    _engine.move(case, task, "answered", by=by)
    journal.record(AppealLodged(**_about(case, task)), by=by)
    return case


@transaction.atomic
def accept(case_id: int, *, by: By) -> Case:
    """The applicant leaves it at the refusal: its letter is written."""
    case, task = _awaited(case_id, by)
    _accept(case, task, silent=False, by=by)
    return case


@transaction.atomic
def expire(task_id: int) -> None:
    """Silence accepts a refusal when the last day is over. Runs twice harmlessly."""
    case = _engine.lock(Task.objects.values_list("case_id", flat=True).get(pk=task_id))
    task = case.tasks.get(pk=task_id)
    if task.status == Task.Status.WAITING and task.due_date and task.due_date < offices.today():
        _accept(case, task, silent=True, by=SYSTEM)


@transaction.atomic
def decide(task_id: int, *, grant: bool, reason: str, version: int, by: By) -> Case:
    """Grant the appeal, and the letter goes on without RT and RW; or let the refusal stand."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if task.kind != "appeal":
        raise NotReady("Langkah ini bukan banding.")
    if not reason.strip():
        raise ReasonMissing(
            both("Tulis alasan putusan Anda", "Write the reason of your decision"), field="decision"
        )
    require_short(reason, field="decision")
    acting = access.in_post(by, post)
    task.reason = reason.strip()
    _engine.move(case, task, "grant" if grant else "forward", by=acting)
    event = AppealGranted if grant else RefusalUpheld
    journal.record(event(**_about(case, task)), by=acting)
    return case


def _awaited(case_id: int, by: By) -> tuple[Case, Task]:
    access.appellant(by, case_id)
    case = _engine.lock(case_id)
    task = case.tasks.filter(kind="appeal", status=Task.Status.WAITING).first()
    if task is None or (task.due_date and task.due_date < offices.today()):
        raise NoAppeal(
            both(
                "Waktu banding sudah lewat, atau penolakan ini sudah Anda jawab.",
                "The time to appeal is over, or you have answered this refusal.",
            )
        )
    return case, task


def _accept(case: Case, task: Task, *, silent: bool, by: By) -> None:
    _clock.resume(case, "applicant", by=by)
    _engine.move(case, task, "accept", by=by)
    journal.record(RefusalAccepted(**_about(case, task), silent=silent), by=by)


def _about(case: Case, task: Task) -> dict[str, Any]:
    return {"subject": case.subject, "case_id": case.pk, "task_id": task.pk, "step": task.step}
