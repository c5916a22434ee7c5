"""What time itself does to cases: outages, due dates that move, warnings, deemed approval."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from satupintu.cases.actions import _clock, _engine
from satupintu.cases.events import ClockPaused, ClockWarned, DeemedApproved
from satupintu.cases.models import Case, Pause
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM
from satupintu.lib import worktime
from satupintu.offices import queries as offices


@transaction.atomic
def apply_outage(case_id: int, *, outage_id: int) -> None:
    """Leave a declared outage out of this case's clock (Metro art. 16). Runs twice harmlessly."""
    case = _engine.lock(case_id)
    outage = offices.outage(outage_id)
    assert case.submitted_at is not None  # drafts have no clock
    if case.phase == Case.Phase.CLOSED:
        return
    pause = case.pauses.filter(outage=outage).first()
    if pause is None:
        if outage.ended_at and outage.ended_at <= case.submitted_at:
            return  # declared afterwards, and over before this case was sent
        pause = Pause.objects.create(
            case=case,
            outage=outage,
            reason=Pause.Reason.OUTAGE,
            started_at=max(outage.started_at, case.submitted_at),
            ended_at=outage.ended_at,
            started_by_id=outage.declared_by,
        )
        journal.record(
            ClockPaused(subject=case.subject, case_id=case.pk, pause_id=pause.pk, reason="outage"),
            by=SYSTEM,
        )
    elif outage.ended_at and pause.ended_at is None:
        pause.ended_at = max(outage.ended_at, pause.started_at)
        pause.save(update_fields=["ended_at"])
    _clock.set_due_dates(case)
    case.save(update_fields=["due_date", "changed_at"])


@transaction.atomic
def watch(case_id: int) -> None:
    """Every hour: move the due date while a pause runs, warn, and record deemed approval."""
    case = _engine.lock(case_id)
    if case.phase in (Case.Phase.DRAFT, Case.Phase.CLOSED) or case.clock_start is None:
        return
    _clock.set_due_dates(case)
    clock = case.definition["clock"]
    calendar = offices.calendar()
    pauses = [worktime.Pause(p.started_at, p.ended_at) for p in case.pauses.all()]
    used = calendar.used_days(case.clock_start, pauses, timezone.now())
    due = [level for level in clock["warn_at"] if used >= float(level) * clock["days"]]
    if len(due) > case.warned:
        case.warned = len(due)
        journal.record(
            ClockWarned(subject=case.subject, case_id=case.pk, level=str(due[-1])), by=SYSTEM
        )
    if (
        clock.get("deemed_approval")
        and case.deemed_at is None
        and case.outcome == Case.Outcome.NONE
        and used > clock["days"]
    ):
        case.deemed_at = timezone.now()
        journal.record(DeemedApproved(subject=case.subject, case_id=case.pk), by=SYSTEM)
    case.save(update_fields=["due_date", "warned", "deemed_at"])
