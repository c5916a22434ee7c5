"""People ask by SMS, and the office answers with what anybody with the number may know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from sandbox.sms import Faults, SmsCentre
from satupintu.cases.models import Case
from satupintu.integrations.smpp import receiver
from satupintu.integrations.sms import keywords
from satupintu.journal.models import Entry
from satupintu.levies.models import Bill
from satupintu.notifications import actions
from satupintu.notifications.models import Delivery, IncomingText, Notice
from tests.journeys.conftest import City
from tests.sandboxes import LoopThread

SITI, STRANGER = "6281234567890", "6285700001111"


@pytest.fixture
def ask(city: City) -> Callable[..., str]:
    """Write to the office by way of the job that answers; returns the last SMS that came back."""

    def write(words: str, sender: str = SITI) -> str:
        before = len(city.texts(sender))
        actions.take_in(sender, words)
        city.work()
        return "".join(city.texts(sender)[before:][-1:])

    return write


@pytest.fixture
def case(city: City) -> Case:
    return city.send("SKP-PENELITIAN")


@pytest.mark.requirement("PLU-4-2-k", "BJM-6-4-e")
def test_cek_tells_the_stage_to_whoever_has_the_number(case: Case, ask: Callable[..., str]) -> None:
    number = str(case.number)
    answer = ask(f"CEK {number}", STRANGER)
    assert number in answer
    assert "tahap 1/" in answer
    assert f"{case.due_date:%d-%m-%Y}" in answer
    assert case.applicant.name.split()[0] not in answer
    for typed in (f"cek#{number}", f"Cek.{number.replace('0', 'O')}", f"cek {number.lower()}"):
        assert ask(typed, STRANGER) == answer
    assert "tidak kami temukan" in ask("CEK 2026-000001-AAA", STRANGER)


def test_a_bill_is_told_to_the_phone_of_the_applicant_only(
    case: Case, ask: Callable[..., str]
) -> None:
    unknown = ask("BAYAR 2026-000001-AAA", STRANGER)
    assert ask(f"BAYAR {case.number}", STRANGER) == unknown
    assert "Tidak ada tagihan" in ask(f"BAYAR {case.number}")
    case.bill = Bill.objects.create(
        number="00045/SKRD/2026", applicant=case.applicant, office=case.office,
        subject=f"case:{case.pk}", title="x", lines=[], total=Decimal(1_250_000),
        receipt_format="x", issued_date=date(2026, 11, 20), due_date=date(2026, 12, 20),
    )  # fmt: skip
    case.save(update_fields=["bill"])
    assert ask(f"bayar {case.number}") == (
        "SKRD 00045/SKRD/2026: Rp 1.250.000, jatuh tempo 20-12-2026. Bayar di loket."
    )


def test_info_help_and_unknown_words(city: City, ask: Callable[..., str]) -> None:
    assert "SIP-PERAWAT" in ask("INFO")
    assert "hari kerja" in ask("info sip-perawat")
    assert ask("halo") == ask("BANTUAN")
    assert "CEK" in ask("???")


def test_stop_ends_notices_by_sms_until_mulai(city: City, ask: Callable[..., str]) -> None:
    assert "berhenti" in ask("STOP")
    city.send("SKP-PENELITIAN")
    assert len(city.texts(SITI)) == 1, "no notice by SMS"
    assert len(city.mails("siti")) == 1, "the mail goes on"
    assert "aktif lagi" in ask("MULAI")
    assert Entry.objects.filter(event="notifications.TextsStopped").exists()
    city.send("SKP-PENELITIAN")
    assert len(city.texts(SITI)) == 3


def test_an_answer_goes_out_once_however_often_the_job_runs(
    city: City, ask: Callable[..., str]
) -> None:
    ask("INFO")
    (text,) = IncomingText.objects.all()
    keywords.answer(text.pk)
    city.work()
    assert len(city.texts(SITI)) == 1
    assert actions.take_in(SITI, "INFO") is None, "the centre handed it over again"
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        actions.forget_texts()
    assert not IncomingText.objects.exists()
    assert not Delivery.objects.filter(notice=None).exists()


def test_machines_and_whoever_asks_too_often_get_no_answer(city: City) -> None:
    assert actions.take_in("TELKOMSEL", "CEK") is None
    assert actions.take_in("3355", "CEK") is None
    taken = [actions.take_in(STRANGER, f"CEK {n}") for n in range(12)]
    assert [bool(it) for it in taken] == [True] * 10 + [False] * 2
    assert not Notice.objects.exists()


def test_the_line_to_the_centre_takes_in_and_takes_up_what_waited(
    settings: Any, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": sms_centre.port}
    got: list[tuple[str, str]] = []
    two, three = threading.Event(), threading.Event()

    def take_in(sender: str, words: str) -> None:
        got.append((sender, words))
        (two if len(got) == 2 else three).set()

    def listen() -> None:
        with pytest.raises(receiver.BROKEN):
            receiver.receive(take_in, until=lambda: False)

    beside.run(sms_centre.reply(SITI, "CEK satu"))  # nobody is on the line yet
    beside.run(sms_centre.reply(SITI, "panjang " * 40))
    line = threading.Thread(target=listen, daemon=True)
    line.start()
    assert two.wait(20)
    assert got[0] == (SITI, "CEK satu")
    assert got[1][1].startswith("panjang panjang")
    three.clear()
    beside.run(sms_centre.reply(SITI, "cek émpat 漢"))
    assert three.wait(20)
    assert got[-1][1] == "cek émpat 漢"
    beside.run(sms_centre.switch(Faults(down=True)))
    line.join(20)
    assert not line.is_alive()
