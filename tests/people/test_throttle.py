"""Public pages count how often one address asks, in all processes together."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from satupintu.people import actions, tasks
from satupintu.people.models import Throttle
from satupintu.people.requests import address_of
from tests.world import ROOT

NOON = datetime(2026, 11, 20, 5, 0, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _two_a_minute(settings: Settings) -> None:
    settings.TURNS = {"verify": (2, 1), "track": (2, 1), "guest_text": (2, 24 * 60)}


def turns(what: str = "track", address: str = "10.0.0.1") -> bool:
    try:
        actions.take_turn(what, address)
    except actions.TooOften:
        return False
    return True


@pytest.mark.django_db
def test_each_address_and_page_has_its_own_turns_and_a_minute_later_there_are_new_ones() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [turns() for _ in range(4)] == [True, True, False, False]
        assert turns("verify")
        assert turns(address="10.0.0.2")
        clock.shift(59)
        assert not turns()
        clock.shift(1)
        assert turns()


@pytest.mark.django_db
def test_the_refusal_says_when_to_try_again() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        turns(), turns()
        clock.shift(18)
        with pytest.raises(actions.TooOften) as refusal:
            actions.take_turn("track", "10.0.0.1")

    assert refusal.value.seconds == 42
    assert "Coba lagi 42 detik lagi" in refusal.value.message


@pytest.mark.django_db
def test_what_has_a_longer_window_waits_longer() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        turns("guest_text"), turns("guest_text")
        clock.shift(3600)
        with pytest.raises(actions.TooOften, match="Coba lagi 1380 menit lagi"):
            actions.take_turn("guest_text", "10.0.0.1")


@pytest.mark.django_db
def test_a_clock_that_is_a_little_behind_gives_no_new_turns() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        turns(), turns()
        clock.shift(-30)
        assert not turns()


@pytest.mark.django_db
def test_a_turn_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        turns()


@pytest.mark.django_db
def test_no_address_is_kept_and_old_counts_are_forgotten() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        turns(address="198.51.100.77")
        row = Throttle.objects.get()
        assert b"198.51.100.77" not in bytes(row.key)
        actions.forget_turns()
        assert Throttle.objects.exists()
        clock.shift(60)
        actions.forget_turns()
    assert not Throttle.objects.exists()


@pytest.mark.django_db
def test_sessions_that_ended_are_removed(client: Client) -> None:
    over, running = client.session, Client().session
    for session, seconds in ((over, -1), (running, 60)):
        session["guest"] = "typed"
        session.set_expiry(timedelta(seconds=seconds))
        session.save()

    tasks.forget_sessions(0)

    assert [row.pk for row in Session.objects.all()] == [running.session_key]


@pytest.mark.django_db(transaction=True)
def test_processes_count_together() -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    script = """
import django, time
time.time = lambda: 1_800_000_000.0
django.setup()
from django.conf import settings
from satupintu.people import actions
settings.TURNS["track"] = (50, 1)
taken = 0
for _ in range(40):
    try:
        actions.take_turn("track", "10.0.0.1")
        taken += 1
    except actions.TooOften:
        pass
print(taken)
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    taken = [int(process.communicate(timeout=120)[0]) for process in running]

    assert sum(taken) == 50
    assert Throttle.objects.get().count == 80


@pytest.mark.parametrize(
    ("proxies", "given", "seen"),
    [
        (0, "198.51.100.7", "10.9.9.9"),  # nobody stands before us: what the client says is nothing
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (2, "1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::"),
    ],
)
def test_the_address_is_the_one_beyond_our_own_proxies(
    settings: Settings, proxies: int, given: str, seen: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR=given)

    assert address_of(request) == seen


@pytest.mark.django_db
def test_the_public_pages_refuse_with_429_and_the_time_to_wait(
    client: Client, settings: Settings
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for address in ("/v/tidak-ada/", "/en/v/tidak-ada/"):
            client.get(address)
        clock.shift(18)
        by_token = client.get("/en/v/tidak-ada/")
        by_number = client.post("/verifikasi/", {"number": "1"})

    for answer in (by_token, by_number):
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "42"
    assert "Try again in 42 seconds" in by_token.content.decode()
    assert "Coba lagi 42 detik lagi" in by_number.content.decode()
