"""Open pages hear that something changed: a server of its own on the test database."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import urlsplit, urlunsplit

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.test import Client

from satupintu.cases.models import Task
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.people.models import Holding
from tests.cases import filling
from tests.world import ROOT, World

pytestmark = pytest.mark.django_db(transaction=True)


_open = contextlib.ExitStack()


@pytest.fixture
def live(world: World) -> Iterator[int]:
    """The port of a running live process."""
    with running("tests.site.quick_live:application") as port:
        yield port


@contextlib.contextmanager
def running(program: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    parts = urlsplit(os.environ["DATABASE_URL"])
    started = subprocess.Popen(
        [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
         "--interface", "asgi", program],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
            "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
            "SATUPINTU_DATA": str(settings.DATA_DIR),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < until, "the live process never answered"
            time.sleep(0.1)
        yield port
    finally:
        _open.close()
        started.terminate()
        started.wait(timeout=20)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return ask(port, path="/").status == 404
    return False


def ask(
    port: int, client: Client | None = None, path: str = "/live/tasks", last: str = ""
) -> HTTPResponse:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Last-Event-ID": last} if last else {}
    if client is not None:
        name = settings.SESSION_COOKIE_NAME
        headers["Cookie"] = f"{name}={client.cookies[name].value}"
    _open.callback(link.close)
    link.request("GET", path, headers=headers)
    return _open.enter_context(link.getresponse())


class Listener:
    """An open page."""

    def __init__(self, port: int, client: Client, last: str = "") -> None:
        self.stream = ask(port, client, last=last)
        assert self.stream.status == 200
        assert self.stream.headers["Content-Type"] == "text/event-stream"
        self.first = self.next()  # now it listens

    def next(self) -> dict[str, str]:
        """The next event, a beat among them; nothing when the stream has ended."""
        lines: dict[str, str] = {}
        while line := self.stream.readline().decode().rstrip("\r\n") if self._open() else "":
            name, _, value = line.partition(": ")
            lines[name or "beat"] = value
        return lines

    def _open(self) -> bool:
        return not self.stream.isclosed()

    def heard(self, seconds: float) -> list[dict[str, str]]:
        """The events proper of this long."""
        until = time.monotonic() + seconds
        found = []
        while time.monotonic() < until:
            found.append(self.next())
        return [one for one in found if one.get("event") == "tasks"]

    def hears(self) -> dict[str, str]:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if (told := self.next()).get("event") == "tasks":
                return told
        raise AssertionError("nothing was heard")


def notify(*payloads: str) -> None:
    with connection.cursor() as cursor:
        for payload in payloads:
            cursor.execute("SELECT pg_notify('satupintu_tasks', %s)", [payload])


def test_an_open_list_hears_that_a_case_came_in_and_others_hear_nothing(
    live: int, world: World
) -> None:
    verifier = Listener(live, world.desk("verifikator-1"))
    health = Listener(live, world.desk("tim-teknis", "dinkes"))
    assert verifier.first == {"retry": "3000", "id": "0"}

    case = filling.send(world.applicant("siti"), "SIP-PERAWAT", world.applicants["siti"].pk)

    task = Task.objects.get(case=case)
    assert verifier.hears() == {"event": "tasks", "id": str(task.pk), "data": "changed"}
    own = f"{offices.office('dinkes').pk}.{task.pk + 7}"
    notify(own)
    assert health.hears()["id"] == str(task.pk + 7), "the first it hears is its own"
    assert verifier.heard(2) == []


def test_strangers_and_applicants_hear_nothing_at_all(live: int, world: World) -> None:
    made_up = Client()
    made_up.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32

    assert ask(live).status == 403
    assert ask(live, made_up).status == 403
    assert ask(live, world.applicant("siti")).status == 403


@pytest.mark.parametrize("end", ["sign out", "new password", "shut out"])
def test_who_is_not_signed_in_any_more_is_cut_off(live: int, world: World, end: str) -> None:
    me = world.officer("verifikator-1")
    desk = world.browser(me)
    listener = Listener(live, desk)

    if end == "sign out":
        desk.logout()
    elif end == "new password":
        me.set_password("lain-sekali-8")
        me.save()
    else:
        me.is_active = False
        me.save()
    until = time.monotonic() + 8
    while listener.next():
        assert time.monotonic() < until, "the stream goes on"

    assert ask(live, desk).status == 403 if end != "sign out" else True


def test_who_comes_back_hears_what_was_missed_and_only_that(live: int, world: World) -> None:
    desk = world.desk("verifikator-1")
    before = Listener(live, desk)
    before.stream.close()
    filling.send(world.applicant("siti"), "SIP-PERAWAT", world.applicants["siti"].pk)
    newest = str(Task.objects.latest("pk").pk)

    back = Listener(live, desk, last=before.first["id"])
    assert back.first.get("event") == "tasks"
    assert back.first["id"] == newest

    again = Listener(live, desk, last=newest)
    assert "event" not in again.first
    assert again.heard(2) == []


def test_a_broken_link_to_the_database_is_made_again(live: int, world: World) -> None:
    listener = Listener(live, world.desk("verifikator-1"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        assert cursor.rowcount == 1
    time.sleep(3)
    notify(f"{offices.office('dpmptsp').pk}.5")

    assert listener.hears()["id"] == "5"


def test_a_burst_is_told_once(live: int, world: World) -> None:
    listener = Listener(live, world.desk("verifikator-1"))
    office = offices.office("dpmptsp").pk

    notify(*(f"{office}.{at}" for at in range(1, 51)))

    assert [one["id"] for one in listener.heard(4)] in (["50"], ["1", "50"])


@pytest.mark.parametrize("end", ["post", "session"])
def test_who_is_shut_out_is_cut_off_at_once_and_not_at_the_next_look(
    world: World, end: str
) -> None:
    me, admin = world.officer("verifikator-1"), world.by("administrator")
    desk = Client()
    desk.force_login(me)
    UserSession.objects.create(
        user=me, ip="192.0.2.1", user_agent="x", session_key=desk.session.session_key
    )
    with running("tests.site.slow_live:application") as port:
        listener = Listener(port, desk)
        if end == "post":
            people.end_holding(Holding.objects.get(account=me).pk, by=admin)
        else:
            people.end_sessions_of(me.pk, by=admin)
        until = time.monotonic() + 20
        while listener.next():
            assert time.monotonic() < until, "the stream goes on"
