"""A call that comes twice has its effect once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections

from satupintu.api.models import Reply
from satupintu.cases.models import Message
from satupintu.journal.models import Entry
from tests.api.caller import Caller, problem
from tests.api.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 8


def path(house: House) -> str:
    return f"/me/cases/{house.case.pk}/messages"


def test_a_repeated_call_is_answered_as_before_and_does_nothing(house: House) -> None:
    first = house.siti.post(path(house), {"body": "Halo"}, key="kunci-0001")
    again = house.siti.post(path(house), {"body": "Halo"}, key="kunci-0001")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Message.objects.count() == 1
    assert Entry.objects.filter(event="cases.MessageSent").count() == 1


def test_the_same_key_for_something_else_is_refused(house: House) -> None:
    house.siti.post(path(house), {"body": "Halo"}, key="kunci-0001")
    problem(house.siti.post(path(house), {"body": "Lain"}, key="kunci-0001"), 422)
    assert Message.objects.count() == 1


def test_keys_of_two_callers_do_not_meet(house: House) -> None:
    house.siti.post(path(house), {"body": "Halo"}, key="kunci-0001")
    problem(house.andi.post(path(house), {"body": "Halo"}, key="kunci-0001"), 404)


def test_without_a_key_nothing_is_done(house: House) -> None:
    problem(house.siti.post(path(house), {"body": "Halo"}, key=""), 422)
    problem(house.siti.post(path(house), {"body": "Halo"}, key="pendek"), 422)
    assert not Message.objects.exists()


def test_what_was_refused_may_be_tried_again_with_the_same_key(house: House) -> None:
    wanted = {"url": "https://10.0.0.8/kabar", "events": ["case.submitted"]}
    problem(house.here.post("/webhooks", wanted, key="kunci-0001"), 409)
    assert not Reply.objects.exists()
    wanted["url"] = "https://contoh.example/kabar"
    assert house.here.post("/webhooks", wanted, key="kunci-0001").status_code == 201


def test_while_the_first_is_at_it_the_second_is_told_to_wait(house: House) -> None:
    owner = f"account:{house.world.applicants['siti'].account_id}"
    holds, done = threading.Event(), threading.Event()

    def first() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{owner}|kunci-0001"]
            )
            holds.set()
            done.wait(30)
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert holds.wait(30)
    try:
        problem(house.siti.post(path(house), {"body": "Halo"}, key="kunci-0001"), 409)
    finally:
        done.set()
        thread.join()
    assert not Message.objects.exists()


def test_of_many_at_once_there_is_one_effect(house: House) -> None:
    start = threading.Barrier(RIVALS)
    answers: list[Any] = []

    def call() -> None:
        start.wait()
        answers.append(
            Caller(house.siti.secret).post(path(house), {"body": "Halo"}, key="kunci-0001")
        )
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(RIVALS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Message.objects.count() == 1
