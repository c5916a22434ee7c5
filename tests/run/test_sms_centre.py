"""The SMS centre of the sandbox, spoken to by smpplib."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from sandbox import smpp
from sandbox.sms import Faults, SmsCentre
from tests.sandboxes import LoopThread

CITIZEN = "628123456789"


class Gateway:
    """What a city's gateway does, with everything it hears kept in lists."""

    def __init__(self, port: int) -> None:
        self.client = smpplib.client.Client(
            "127.0.0.1", port, timeout=5, allow_unknown_opt_params=True
        )
        self.answers: list[tuple[int, str]] = []
        self.heard: list[Any] = []
        self.client.set_message_sent_handler(self._sent)
        self.client.set_error_pdu_handler(lambda pdu: None)  # the handler above sees it as well
        self.client.set_message_received_handler(lambda pdu, **_: self.heard.append(pdu))
        self.client.connect()

    def _sent(self, pdu: Any) -> None:
        self.answers.append((pdu.status, (getattr(pdu, "message_id", b"") or b"").decode()))

    def send(self, text: str, to: str = CITIZEN) -> None:
        parts, coding, esm_class = smpplib.gsm.make_parts(text)
        for part in parts:
            self.client.send_message(
                source_addr="PTSP",
                destination_addr=to,
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
            )

    def listen_until(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + 5
        while not done():
            assert time.monotonic() < until, (self.answers, self.heard)
            self.client.read_once()

    def receipts(self) -> list[tuple[str, int]]:
        return [
            (pdu.receipted_message_id.decode(), pdu.message_state)
            for pdu in self.heard
            if pdu.esm_class == smpp.IS_RECEIPT
        ]


@pytest.fixture
def gateway(sms_centre: SmsCentre) -> Iterator[Gateway]:
    gateway = Gateway(sms_centre.port)
    gateway.client.bind_transceiver(system_id="satupintu", password="peraga")
    yield gateway
    if gateway.client.state != smpplib.consts.SMPP_CLIENT_STATE_CLOSED:
        gateway.client.unbind()
        gateway.client.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "Permohonan 2026-000001-ABC diterima. Biaya {Rp} [€ 5] ~ 100% | dari ^ \\",
        "Kode Anda 123456. " * 30,
        "Jangan beri tahu siapa pun – kode Anda 123456 ✓",
        "Surat Anda sudah terbit ✓ " * 20,
    ],
    ids=["one part", "long", "UCS-2", "long UCS-2"],
)
def test_a_text_arrives_whole_with_one_receipt_for_each_part(
    gateway: Gateway, sms_centre: SmsCentre, text: str
) -> None:
    parts = len(smpplib.gsm.make_parts(text)[0])
    gateway.send(text)
    gateway.listen_until(lambda: len(gateway.receipts()) == parts)
    [message] = sms_centre.messages()
    assert (message.text, message.recipient, message.from_city) == (text, CITIZEN, True)
    assert {status for status, _ in gateway.answers} == {smpp.OK}
    references = [reference for _, reference in gateway.answers]
    assert gateway.receipts() == [(reference, 2) for reference in references]


def test_a_wrong_password_is_refused(sms_centre: SmsCentre) -> None:
    gateway = Gateway(sms_centre.port)
    with pytest.raises(smpplib.exceptions.PDUError) as refused:
        gateway.client.bind_transceiver(system_id="satupintu", password="guess")
    assert refused.value.args[1] == smpp.INVALID_PASSWORD
    gateway.client.disconnect()


def test_a_full_centre_throttles_and_keeps_nothing(
    gateway: Gateway, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.switch(Faults(throttled=True)))
    gateway.send("halo")
    gateway.listen_until(lambda: len(gateway.answers) == 1)
    assert gateway.answers == [(smpp.THROTTLED, "")]
    assert sms_centre.messages() == []


def test_a_slow_centre_answers_late(
    gateway: Gateway, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.switch(Faults(slow=0.5)))
    begun = time.monotonic()
    gateway.send("halo")
    gateway.listen_until(lambda: len(gateway.answers) == 1)
    assert time.monotonic() - begun >= 0.5


def test_a_receipt_can_come_twice_or_say_that_nothing_arrived(
    gateway: Gateway, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.switch(Faults(duplicate_receipt=True, undeliverable=True)))
    gateway.send("halo")
    gateway.listen_until(lambda: len(gateway.receipts()) == 2)
    [(_, reference)] = gateway.answers
    assert gateway.receipts() == [(reference, 5), (reference, 5)]
    assert b"stat:UNDELIV" in gateway.heard[0].short_message


def test_a_centre_that_is_down_hangs_up_and_comes_back(
    gateway: Gateway, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.switch(Faults(down=True)))
    with pytest.raises(smpplib.exceptions.ConnectionError):
        gateway.listen_until(lambda: False)
    gateway.client.disconnect()
    beside.run(sms_centre.switch(Faults()))
    again = Gateway(sms_centre.port)
    again.client.bind_transmitter(system_id="satupintu", password="peraga")
    again.send("halo lagi")
    again.listen_until(lambda: len(again.answers) == 1)
    again.client.unbind()
    again.client.disconnect()
    assert [message.text for message in sms_centre.messages()] == ["halo lagi"]


def test_what_a_citizen_writes_waits_for_the_city_to_connect(
    sms_centre: SmsCentre, beside: LoopThread
) -> None:
    question = "Di mana permohonan saya? ✓ " * 8
    beside.run(sms_centre.reply(CITIZEN, question))
    gateway = Gateway(sms_centre.port)
    gateway.client.bind_transceiver(system_id="satupintu", password="peraga")
    parts = len(smpp.parts_of(question, 1))
    gateway.listen_until(lambda: len(gateway.heard) == parts)
    heard = b"".join(pdu.short_message[6:] for pdu in gateway.heard)
    assert heard.decode("utf-16-be") == question
    assert {pdu.source_addr for pdu in gateway.heard} == {CITIZEN.encode()}
    gateway.client.unbind()
    gateway.client.disconnect()


def test_a_receipt_without_an_answer_is_delivered_again(
    gateway: Gateway, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    gateway.send("halo")
    until = time.monotonic() + 5
    while not any(session.unanswered for session in sms_centre.sessions):
        assert time.monotonic() < until
        time.sleep(0.01)
    gateway.client.disconnect()  # before it has read the receipt
    again = Gateway(sms_centre.port)
    again.client.bind_transceiver(system_id="satupintu", password="peraga")
    again.listen_until(lambda: len(again.receipts()) == 1)
    again.client.unbind()
    again.client.disconnect()


def test_enquire_link_and_unknown_commands_are_answered(
    gateway: Gateway, sms_centre: SmsCentre
) -> None:
    socket = gateway.client._socket
    for command, answer in [
        (smpp.ENQUIRE_LINK, smpp.ENQUIRE_LINK | smpp.RESPONSE),
        (0x03, smpp.GENERIC_NACK),
    ]:
        socket.sendall(smpp.Pdu(command, 77).encoded())
        head = socket.recv(16)
        assert int.from_bytes(head[4:8], "big") == answer
        assert int.from_bytes(head[12:16], "big") == 77
