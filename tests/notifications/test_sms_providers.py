"""Two providers: the second takes over what the first surely did not take, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from django.core.cache import cache

from sandbox.sms import Faults, SmsCentre
from sandbox.sms_http import SmsAggregator
from satupintu.integrations.sms import outgoing
from satupintu.integrations.sms_http import gateway
from satupintu.notifications.actions import NotDeliverable, PerhapsTaken, TryLater
from tests.sandboxes import LoopThread

pytestmark = pytest.mark.django_db
TO = "+6281234567890"


@pytest.fixture
def aggregator(settings: Any, sms_centre: SmsCentre, beside: LoopThread) -> Iterator[SmsAggregator]:
    cache.clear()
    served = SmsAggregator(sms_centre)

    async def start() -> web.AppRunner:
        app = web.Application()
        app.add_routes([web.post("/sms", served.take)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = beside.run(start())
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    settings.SMS_HTTP = {"url": url, "token": "peraga", "sender": "PTSP"}
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": sms_centre.port}
    settings.SMS_PROVIDERS = [
        "satupintu.integrations.smpp.gateway.send",
        "satupintu.integrations.sms_http.gateway.send",
    ]
    yield served
    beside.run(runner.cleanup())


def test_a_repeated_key_is_one_message(aggregator: SmsAggregator, sms_centre: SmsCentre) -> None:
    assert gateway.send(TO, "Izin terbit", key="7") == gateway.send(TO, "Izin terbit", key="7")
    (arrived,) = sms_centre.messages()
    assert (arrived.recipient, arrived.text) == (TO.lstrip("+"), "Izin terbit")


def test_the_second_takes_over_and_the_first_rests(
    aggregator: SmsAggregator, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.switch(Faults(throttled=True)))
    outgoing.send(TO, "satu", key="1")
    beside.run(sms_centre.switch(Faults()))
    aggregator.faults = Faults(down=True)
    outgoing.send(TO, "dua", key="2")  # the one that rests is asked last, but it is asked
    assert [it.text for it in sms_centre.messages()] == ["satu", "dua"]
    beside.run(sms_centre.switch(Faults(throttled=True)))
    with pytest.raises(TryLater):
        outgoing.send(TO, "tiga", key="3")
    assert len(sms_centre.messages()) == 2


def test_a_lost_answer_is_not_sent_again_by_the_other(
    aggregator: SmsAggregator,
    sms_centre: SmsCentre,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SMS_PROVIDERS = settings.SMS_PROVIDERS[::-1]
    monkeypatch.setattr(gateway, "ANSWER_SECONDS", 0.2)
    aggregator.faults = Faults(slow=1)
    with pytest.raises(PerhapsTaken):
        outgoing.send(TO, "sekali", key="9")
    aggregator.faults = Faults(down=True)
    with pytest.raises(TryLater):
        outgoing.send(TO, "sekali", key="9")
    aggregator.faults = Faults()
    outgoing.send(TO, "sekali", key="9")
    assert len(sms_centre.messages()) == 1


@pytest.mark.parametrize(
    ("to", "token", "error"),
    [("nomor", "peraga", NotDeliverable), (TO, "salah", TryLater)],
    ids=["wrong number", "wrong token"],
)
def test_a_wrong_number_is_final_and_a_wrong_token_is_not(
    aggregator: SmsAggregator, settings: Any, to: str, token: str, error: type[Exception]
) -> None:
    settings.SMS_HTTP = {**settings.SMS_HTTP, "token": token}
    with pytest.raises(error):
        gateway.send(to, "x", key="7")


def test_an_aggregator_that_is_not_there_has_taken_nothing(
    aggregator: SmsAggregator, settings: Any
) -> None:
    settings.SMS_HTTP = {**settings.SMS_HTTP, "url": "http://127.0.0.1:9/sms"}
    with pytest.raises(gateway.Later):
        gateway.send(TO, "x", key="7")
