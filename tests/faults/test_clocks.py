"""The machine's clock jumps by an hour, or two nodes do the same job: nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from satupintu.cases import tasks as cases
from satupintu.cases.actions import decision, review, submission
from satupintu.cases.models import Case
from satupintu.journal import actions as sealing
from satupintu.journal import queries as journal
from satupintu.journal.events import By
from satupintu.journal.models import Checkpoint, Entry, Leaf, Log
from satupintu.notifications import actions as notifications
from satupintu.notifications.models import Delivery
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.people import queries as people
from satupintu.permits import tasks as permits
from satupintu.permits.models import Permit
from satupintu.site import demo
from tests.cases import filling
from tests.cases.desk import holder
from tests.journeys.conftest import (
    City,
    authority,
    certificates,
    city,
    outside,
    signer_process,
    signing,
    world,
)
from tests.journeys.rivals import at_once

__all__ = ["authority", "certificates", "city", "outside", "signer_process", "signing", "world"]

pytestmark = pytest.mark.django_db(transaction=True)
NODES = 6
JUMPS = pytest.mark.parametrize("hours", [1, -1], ids=["an hour on", "an hour back"])


@contextmanager
def jumped(hours: int) -> Iterator[None]:
    """For whatever the program does; the database's own clock is another machine's."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        yield


def sent(city: City) -> Case:
    """An application whose receipt and messages wait for the worker."""
    siti = city.world.applicants["siti"]
    draft = filling.complete(city.world.applicant(), "SKP-PENELITIAN", siti.pk)
    submission.submit(draft.pk, truth=True, by=By(siti.account_id, "web"))
    return Case.objects.get(pk=draft.pk)


def happened(event: str) -> int:
    return Entry.objects.filter(event=event).count()


def seal_all() -> None:
    for log in Log:
        while sealing.seal(log):
            pass


def assert_whole() -> None:
    for log in Log:
        report = journal.verify(log)
        assert not report.problems
        assert report.unsealed == 0


def test_nodes_that_seal_at_once_give_each_row_one_place(city: City) -> None:
    sent(city)

    at_once([seal_all] * NODES)
    seal_all()

    assert Leaf.objects.filter(log="journal").count() == Entry.objects.count()
    assert_whole()


def test_nodes_that_deliver_at_once_send_one_message(city: City) -> None:
    case = sent(city)
    connection.close()
    cases.tell_applicant(
        entry_id=Entry.objects.get(event="cases.CaseSubmitted").pk, case_id=case.pk
    )
    waiting = list(Delivery.objects.values_list("pk", flat=True))
    assert len(waiting) == 2

    def deliver(delivery_id: int) -> None:
        try:
            notifications.deliver(delivery_id)
        except notifications.TryLater:
            return  # another node is at it

    at_once([partial(deliver, one) for one in waiting for _ in range(NODES)])

    assert len(city.mails("siti@warga.example")) == 1
    assert len(city.texts("+6281234567890")) == 1
    assert happened("notifications.DeliverySent") == 2


def test_nodes_that_watch_the_clocks_at_once_warn_once(city: City) -> None:
    case = sent(city)
    Case.objects.filter(pk=case.pk).update(clock_start=units.today() - timedelta(days=60))

    at_once([partial(cases.watch_clocks, timestamp=0)] * NODES)

    assert happened("cases.ClockWarned") == 1


def test_nodes_that_sweep_at_once_give_a_document_back_once(city: City) -> None:
    row = {"service": "SKP-PENELITIAN", "scenario": 0, "reach": "at:tanda_tangan", "age": 0}
    case = demo.play(row, city.world.applicants["siti"])
    task = case.tasks.get(status="open")
    decision.sign(task.pk, version=case.version, act="verloren", by=city.world.by("kepala"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'permits.sign'")

    at_once([partial(permits.sweep, timestamp=0)] * NODES)

    assert Permit.objects.get().status == "unsigned"
    assert happened("permits.SigningFailed") == 1


def test_a_clock_set_back_between_question_and_answer_stops_nothing(city: City) -> None:
    case = sent(city)
    task = case.tasks.get(status="open")
    review.ask_correction(
        task.pk,
        items=[{"kind": "requirement", "code": "ktp", "reason": "Foto buram."}],
        note="",
        version=case.version,
        by=holder(task),
    )
    with jumped(-1):
        submission.withdraw(case.pk, reason="Tidak jadi.", by=By(case.opened_by_id, "web"))

    pause = Case.objects.get(pk=case.pk).pauses.get()
    assert pause.ended_at is not None
    assert pause.ended_at >= pause.started_at


def test_an_outage_ends_also_when_the_clock_was_set_back(city: City) -> None:
    by = people.acting_as(city.world.by("kepala"), right="outage")
    outage = offices.declare_outage(
        kind="outage", reason="Listrik padam", started_at=timezone.now(), by=by
    )
    with jumped(-1):
        ended = offices.end_outage(outage.pk, by=by)

    assert ended.ended_at is not None
    assert ended.ended_at > ended.started_at


@JUMPS
def test_after_a_jump_messages_arrive_once_dates_stay_and_the_journal_is_whole(
    city: City, hours: int
) -> None:
    case = sent(city)
    seal_all()
    with jumped(hours):
        city.work()
        cases.watch_clocks(timestamp=0)
        seal_all()
    city.work()
    cases.watch_clocks(timestamp=0)
    seal_all()

    assert Case.objects.get(pk=case.pk).due_date == case.due_date
    assert len(city.mails("siti@warga.example")) == 1
    assert len(city.texts("+6281234567890")) == 1
    assert Checkpoint.objects.filter(log="journal").count() >= 2
    assert_whole()


@JUMPS
def test_a_message_whose_worker_died_is_sent_again_when_nobody_can_still_be_at_it(
    city: City, hours: int
) -> None:
    """A try that seems to lie ahead is waited for: rather late than twice."""
    sent(city)
    city.work()
    delivery = Delivery.objects.filter(channel="sms").get()
    Delivery.objects.filter(pk=delivery.pk).update(
        status="sending", sent_at=None, tried_at=timezone.now() + timedelta(hours=hours)
    )
    if hours > 0:
        with pytest.raises(notifications.TryLater):
            notifications.deliver(delivery.pk)
    with jumped(hours + 1 if hours > 0 else 0):
        notifications.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.status == "sent"
    assert delivery.perhaps_twice
