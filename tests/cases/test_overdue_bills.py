"""Who did not pay in time is reminded, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from satupintu.cases import tasks
from satupintu.cases.models import Case
from satupintu.levies import queries as bills
from satupintu.notifications.models import Notice
from satupintu.offices import queries as offices
from tests.cases import desk
from tests.world import World, outside

__all__ = ["outside"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def billed(world: World) -> Case:
    case = desk.sent(world, "PBG")
    desk.reach(case, "bayar")
    return desk.fresh(case)


def noon(case: Case, days_after_due: int) -> Any:
    assert case.bill is not None
    day = case.bill.due_date + timedelta(days=days_after_due)
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=offices.zone()))


def reminders() -> int:
    return Notice.objects.filter(code="bill_overdue").count()


def test_an_unpaid_bill_is_called_to_mind_once(
    billed: Case, outside: Any, run_jobs: Callable[[], None]
) -> None:
    with noon(billed, 0):
        tasks.remind_of_bills(timestamp=0)
        assert reminders() == 0, "the last day is still good"
    for day in (1, 1, 2, 9):
        with noon(billed, day):
            tasks.remind_of_bills(timestamp=0)
            assert reminders() == 1
    run_jobs()
    assert billed.bill is not None
    told = [
        str(mail) for _, mail in outside[0].messages() if "belum dibayar" in str(mail["subject"])
    ]
    assert len(told) == 1


def test_who_paid_late_or_withdrew_is_left_alone(world: World, billed: Case) -> None:
    desk.pay(billed)
    with noon(billed, 1):
        tasks.remind_of_bills(timestamp=0)
    assert reminders() == 0


def test_overdue_bills_are_read_from_their_index(billed: Case) -> None:
    with noon(billed, 3), transaction.atomic(), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = bills.overdue(days=14).explain()
        assert "open_bills_by_due" in plan
        assert "Sort" not in plan
        assert [bill.pk for bill in bills.overdue(days=14)] == [billed.bill_id]
