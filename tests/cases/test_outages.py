"""Outages and the clocks they touch, also when they are declared long afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.utils import timezone

from satupintu.cases import tasks
from satupintu.cases.actions import clock, review, submission
from satupintu.cases.models import Case
from satupintu.journal.events import SYSTEM, By
from satupintu.offices import actions as offices
from satupintu.offices.models import Outage
from tests.cases import desk
from tests.world import World


def declared(*, hours_ago: int, lasted: int | None) -> Outage:
    started = timezone.now() - timedelta(hours=hours_ago)
    return offices.declare_outage(
        kind="outage",
        reason="Listrik padam",
        started_at=started,
        ended_at=started + timedelta(hours=lasted) if lasted else None,
        decision="1/2026",
        by=SYSTEM,
    )


def test_an_outage_that_was_over_before_a_case_was_sent_leaves_its_clock_alone(
    world: World,
) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    earlier = desk.sent(world, "SKP-PENELITIAN", "bambang")
    Case.objects.filter(pk=earlier.pk).update(submitted_at=timezone.now() - timedelta(days=3))
    past = declared(hours_ago=30, lasted=5)

    tasks.spread_outage.func(outage_id=past.pk, office_ids=[])

    assert not case.pauses.exists()
    assert earlier.pauses.filter(outage=past, ended_at=past.ended_at).exists()


def test_an_outage_that_reaches_a_closed_case_late_starts_no_pause(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    running = declared(hours_ago=1, lasted=None)
    owner = By(world.applicants["siti"].account_id, "web")
    submission.withdraw(case.pk, reason="Batal", by=owner)

    clock.apply_outage(case.pk, outage_id=running.pk)

    assert not case.pauses.filter(ended_at=None).exists()


def test_a_step_is_not_late_for_the_days_in_which_it_waited_for_the_applicant(
    world: World,
) -> None:
    monday = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # 09.00 WIB
    owner = By(world.applicants["siti"].account_id, "web")
    with time_machine.travel(monday, tick=False):
        case = desk.sent(world, "SKP-PENELITIAN")
    task = case.tasks.get()
    days = (task.due_date - monday.date()).days if task.due_date else 0
    with time_machine.travel(monday + timedelta(hours=1), tick=False):
        review.ask_correction(
            task.pk,
            items=[{"kind": "field", "code": "judul", "reason": "Lengkapi judulnya."}],
            note="",
            version=desk.fresh(case).version,
            by=desk.holder(task),
        )
    with time_machine.travel(monday + timedelta(days=3), tick=False):
        clock.watch(case.pk)
        task.refresh_from_db()
        assert task.due_date == date(2026, 11, 19) + timedelta(days=days), "as if it ended today"
    with time_machine.travel(monday + timedelta(days=7), tick=False):
        review.answer_correction(case.pk, confirmed=True, by=owner)
        task.refresh_from_db()
        assert task.due_date == date(2026, 11, 23) + timedelta(days=days)
