"""The gateway against the sandbox's SMS centre, which speaks the real protocol."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from satupintu.integrations.smpp import gateway

if TYPE_CHECKING:
    from sandbox.sms import SmsCentre
    from tests.sandboxes import LoopThread


@pytest.fixture
def centre(settings: Any, sms_centre: SmsCentre) -> SmsCentre:
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": sms_centre.port}
    return sms_centre


def test_a_message_arrives_with_sender_number_and_text(centre: SmsCentre) -> None:
    reference = gateway.send("+6281234567890", "Izin Anda sudah terbit", key="7")
    (arrived,) = centre.messages()
    assert (arrived.reference, arrived.sender) == (reference, "PTSP")
    assert (arrived.recipient, arrived.text) == ("6281234567890", "Izin Anda sudah terbit")


@pytest.mark.parametrize("text", ["panjang " * 40, "huruf 漢 " * 30], ids=["gsm", "ucs2"])
def test_a_long_message_goes_in_parts_and_arrives_whole(centre: SmsCentre, text: str) -> None:
    gateway.send("+6281234567890", text, key="account:7/code")
    (arrived,) = centre.messages()
    assert arrived.text == text


def test_a_wrong_number_is_never_tried_again(centre: SmsCentre) -> None:
    with pytest.raises(gateway.Never):
        gateway.send("nomor-salah", "x", key="7")
    assert centre.messages() == []


@pytest.mark.parametrize("fault", [{"throttled": True}, {"down": True}], ids=str)
def test_a_centre_that_is_full_or_down_is_tried_later(
    centre: SmsCentre,
    beside: LoopThread,
    fault: dict[str, Any],
) -> None:
    from sandbox.sms import Faults

    beside.run(centre.switch(Faults(**fault)))
    with pytest.raises(gateway.Later):
        gateway.send("+6281234567890", "x", key="7")
    beside.run(centre.switch(Faults()))
    gateway.send("+6281234567890", "x", key="7")
    assert len(centre.messages()) == 1


def test_a_slow_centre_does_not_hold_the_worker_for_ever(
    centre: SmsCentre,
    beside: LoopThread,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sandbox.sms import Faults

    monkeypatch.setattr(gateway, "SECONDS_PER_ANSWER", 0.3)
    beside.run(centre.switch(Faults(slow=5)))
    with pytest.raises(gateway.Unsure):
        gateway.send("+6281234567890", "x", key="7")


def test_a_wrong_password_and_a_closed_port_are_tried_later(
    settings: Any, centre: SmsCentre
) -> None:
    settings.SMPP = {**settings.SMPP, "password": "salah"}
    with pytest.raises(gateway.Later):
        gateway.send("+6281234567890", "x", key="7")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SMPP = {**settings.SMPP, "port": free.getsockname()[1]}
        with pytest.raises(gateway.Later):
            gateway.send("+6281234567890", "x", key="7")
