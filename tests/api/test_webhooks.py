"""Other systems are told what happened: once, signed, for three days, and nowhere inside."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from satupintu.api import actions, queries, tasks
from satupintu.api.models import Delivery, Subscription
from satupintu.cases.actions import submission
from satupintu.integrations.webhook import sender
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from tests.api.caller import problem
from tests.api.conftest import House
from tests.api.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)

ALL = [
    "case.submitted", "case.status_changed", "permit.issued", "permit.suspended",
    "permit.resumed", "permit.revoked",
]  # fmt: skip


@pytest.fixture
def told(house: House, receiver: Receiver) -> House:
    """The client of the unit is subscribed to everything at the receiver; another's too."""
    for caller in (house.here, house.there):
        made = caller.post("/webhooks", {"url": receiver.url, "events": ALL})
        assert made.status_code == 201, made.content
    return house


def withdraw(house: House) -> None:
    siti = By(house.world.applicants["siti"].account_id, "web")
    submission.withdraw(house.case.pk, reason="Tidak jadi", by=siti)


def announced(house: House) -> Delivery:
    """The withdrawal on its way to the one client that it concerns."""
    withdraw(house)
    entry = Entry.objects.get(event="cases.CaseWithdrawn")
    actions.announce(entry.pk)
    actions.announce(entry.pk)
    return Delivery.objects.get()


@pytest.mark.requirement("PLU-7-3", "PLU-8-2-c")
def test_what_happened_reaches_the_receiver_signed_and_without_names(
    told: House, receiver: Receiver, run_jobs: Callable[[], None], beside: Any,
    mail_server: Any, sms_centre: Any,
) -> None:  # fmt: skip
    withdraw(told)
    run_jobs()

    ((headers, body),) = [one for one in receiver.got if b"withdrawn" in one[1]]
    said = json.loads(body)
    assert said["event"] == "case.status_changed" == headers["Satupintu-Event"]
    assert said["case"] == {"number": told.case.number, "status": "withdrawn"}
    assert said.keys() == {"id", "event", "at", "case"}

    hook = told.here.get("/webhooks").json()["items"][0]
    secret = told.here.get(f"/webhooks/{hook['id']}/secret").json()["secret"]
    seconds, mark = headers["Satupintu-Signature"].split(",")
    signed = seconds.removeprefix("t=").encode() + b"." + body
    assert mark == "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()

    sent = Delivery.objects.get(pk=headers["Satupintu-Delivery"])
    assert (sent.status, sent.attempts) == ("sent", 1)
    before = len(receiver.got)
    tasks.deliver(delivery_id=sent.pk)  # a job that runs twice
    assert len(receiver.got) == before


def test_the_job_is_queued_with_the_event_or_not_at_all(told: House) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    withdraw(told)
    waiting = ProcrastinateJob.objects.filter(task_name="api.announce")
    entry = Entry.objects.get(event="cases.CaseWithdrawn")
    assert waiting.filter(args__entry_id=entry.pk).count() == 1


def test_a_client_hears_of_its_own_unit_only(told: House) -> None:
    assert announced(told).subscription.client.office.code == "dpmptsp"


def test_permits_are_told_by_number_and_state(told: House) -> None:
    entry = Entry.objects.get(event="permits.PermitSigned")
    actions.announce(entry.pk)
    said = json.loads(Delivery.objects.get().body)
    assert said["event"] == "permit.issued"
    assert said["permit"] == {"number": told.permit.number, "status": "valid"}


@pytest.mark.parametrize("fault", ["busy", "elsewhere", "gone"])
def test_a_receiver_that_does_not_take_it_is_tried_again(
    told: House, receiver: Receiver, fault: str
) -> None:
    delivery = announced(told)
    receiver.fault = fault
    with pytest.raises(actions.TryLater):
        actions.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("queued", 1)
    assert delivery.problem
    assert len(receiver.got) == 1, "a redirect is not followed"

    receiver.fault = ""
    actions.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("sent", 2)


def test_pauses_grow_with_chance_in_them_and_reach_beyond_three_days() -> None:
    class Job:
        attempts = 0

    strategy, job, whole, longest = tasks.Backoff(), Job(), 0.0, []
    for job.attempts in range(tasks.Backoff.MOST):
        decision = strategy.get_retry_decision(exception=Exception(), job=job)  # type: ignore[arg-type]
        assert decision is not None
        assert decision.retry_at is not None
        wait = (decision.retry_at - timezone.now()).total_seconds()
        whole += wait
        longest.append(wait)
    assert whole > actions.webhooks.GIVE_UP_AFTER.total_seconds()
    assert longest[0] < 30
    assert longest[5] > 300
    assert max(longest) <= 7201
    assert len({round(wait) for wait in longest[20:60]}) > 5


def test_after_three_days_an_administrator_sees_why_and_sends_again(
    told: House, receiver: Receiver
) -> None:
    delivery = announced(told)
    receiver.fault = "busy"
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        actions.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.status == "failed"

    other = told.world.desk("tim-teknis", "dinkes")
    assert other.get("/sistem-luar/gagal/").status_code == 403
    assert other.post(f"/sistem-luar/gagal/{delivery.pk}/kirim/").status_code == 403
    desk = told.world.desk("administrator")
    page = desk.get("/sistem-luar/gagal/").content.decode()
    assert "HTTP 503" in page
    desk.post(f"/sistem-luar/gagal/{delivery.pk}/kirim/")
    assert desk.post(f"/sistem-luar/gagal/{delivery.pk}/kirim/").status_code == 409
    again = Entry.objects.filter(event="api.WebhookQueued").order_by("-id")[0]
    assert (again.account_id, again.door) == (told.world.officer("administrator").pk, "web")

    receiver.fault = ""
    actions.deliver(delivery.pk)
    assert Delivery.objects.get().status == "sent"
    assert "HTTP 503" not in desk.get("/sistem-luar/gagal/").content.decode()


def test_a_message_whose_worker_died_is_taken_up(told: House) -> None:
    delivery = announced(told)
    Delivery.objects.filter(pk=delivery.pk).update(status="sending", tried_at=timezone.now())
    with pytest.raises(actions.TryLater):
        actions.deliver(delivery.pk)
    with time_machine.travel(timezone.now() + timedelta(hours=4)):
        assert queries.stranded() == [delivery.pk]
        actions.deliver(delivery.pk)
    assert Delivery.objects.get().status == "sent"


def test_after_a_change_of_the_citys_key_both_signatures_are_sent(
    told: House, settings: Any
) -> None:
    hook = Subscription.objects.order_by("id")[0]
    before = queries.signing_secret(hook)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    marks = queries.signature(hook, b"{}", 7).split(",")[1:]
    expected = hmac.new(before.encode(), b"7.{}", hashlib.sha256).hexdigest()
    assert len(marks) == 2
    assert marks[1] == f"v1={expected}"


def test_an_ended_subscription_hears_nothing_more(told: House, receiver: Receiver) -> None:
    delivery = announced(told)
    hook = told.here.get("/webhooks").json()["items"][0]
    assert told.here.delete(f"/webhooks/{hook['id']}").status_code == 204
    problem(told.here.delete(f"/webhooks/{hook['id']}"), 404)
    actions.deliver(delivery.pk)
    assert Delivery.objects.get().status == "failed"
    assert receiver.got == []
    assert told.here.get("/webhooks").json() == {"items": []}


def test_a_subscription_of_another_client_is_not_there(told: House) -> None:
    theirs = told.there.get("/webhooks").json()["items"][0]["id"]
    problem(told.here.delete(f"/webhooks/{theirs}"), 404)
    problem(told.here.get(f"/webhooks/{theirs}/secret"), 404)
    assert Subscription.objects.filter(ended_at=None).count() == 2


# The wall: what a stranger names as an address leads nowhere inside.

INSIDE = [
    "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.8", "64:ff9b::a00:8", "2002:a00:8::1", "192.0.2.1",
]  # fmt: skip


@pytest.fixture
def outside(settings: Any) -> None:
    settings.SANDBOX = False


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_refused_as_it_stands(outside: None, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(sender.NotAllowed):
        sender.require_allowed(f"https://{host}/kabar")


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(
    outside: None, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    names(monkeypatch, [["93.184.215.14", address]])
    with pytest.raises(sender.NotAllowed):
        sender.post("https://kabar.example/", b"{}", headers={})


@pytest.mark.parametrize(
    "url",
    [
        "http://kabar.example/", "ftp://kabar.example/", "file:///etc/passwd", "https:///x",
        "https://user:pass@kabar.example/", "https://kabar.example:99999/", "kabar.example",
        "https://kabar.example/\r\nX: y", "https://kabar.example/a b", "https://[::1/",
        "https://kabar.example/#x", "https://" + "a" * 500, "gopher://127.0.0.1:6379/_x",
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(outside: None, url: str) -> None:
    with pytest.raises(sender.NotAllowed):
        sender.require_allowed(url)


def test_outside_a_sandbox_this_machine_is_refused_too(
    outside: None, house: House, receiver: Receiver
) -> None:
    problem(house.here.post("/webhooks", {"url": receiver.url, "events": ALL}), 409)
    with pytest.raises(sender.NotAllowed):
        sender.post(receiver.url, b"{}", headers={})
    assert receiver.got == []


def test_the_name_is_asked_once_and_the_connection_goes_to_what_was_checked(
    outside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that says something else the second time (rebinding) gains nothing."""
    asked = names(monkeypatch, [["93.184.215.14"], ["127.0.0.1"]])
    reached: list[Any] = []

    def connect(address: Any, timeout: float | None = None) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(sender.NotTaken):
        sender.post("https://kabar.example/", b"{}", headers={})
    assert reached == [("93.184.215.14", 443)]
    assert len(asked) == 1


def test_a_name_that_nobody_knows_may_be_known_later(
    outside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(sender.NotTaken):
        sender.post("https://kabar.example/", b"{}", headers={})


def names(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """A name server that says these, one after the other; returns who was asked for."""
    asked: list[str] = []
    saying: Iterator[list[str]] = iter(answers)

    def look_up(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in next(saying)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked
