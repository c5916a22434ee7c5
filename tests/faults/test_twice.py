"""A press that is repeated, or that twenty windows make at once, has one effect."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from django.test import Client

from satupintu.cases.models import Case, Message
from satupintu.journal.models import Entry
from satupintu.levies.models import Bill, Receipt
from satupintu.offices.models import Number
from satupintu.permits import actions as permits
from satupintu.permits.models import Decision, Edition, Handover, Permit
from satupintu.site import demo
from tests.cases import desk, filling
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
from tests.world import PASSPHRASE

__all__ = ["authority", "certificates", "city", "outside", "signer_process", "signing", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


class Press(NamedTuple):
    """A button: who presses it, what goes along, and how often it may have worked."""

    window: Callable[[], Client]
    url: str
    form: dict[str, Any]
    effects: Callable[[], list[int]]
    once: list[int]
    told: set[int]  # how those are answered who came second
    same: bool = True  # a repetition is answered as the first press was


def played(city: City, service: str, reach: str) -> Case:
    row = {"service": service, "scenario": 0, "reach": reach, "age": 0}
    case: Case = demo.play(row, city.world.applicants["siti"])
    return case


def happened(event: str) -> int:
    return Entry.objects.filter(event=event).count()


def submit(city: City) -> Press:
    siti = city.world.applicants["siti"]
    draft = filling.complete(city.world.applicant(), "SKP-PENELITIAN", siti.pk)
    return Press(
        city.world.applicant,
        f"/permohonan/draf/{draft.pk}/kirim/",
        {"truth": "true"},
        lambda: [happened("cases.CaseSubmitted"), Number.objects.count()],
        [1, 1],
        {302},
    )


def assess(city: City) -> Press:
    case = played(city, "MAKAM", "at:penetapan")
    return Press(
        lambda: city.world.desk("penetap"),
        f"/berkas/{case.number}/retribusi/hitung/",
        {"version": case.version},
        lambda: [Bill.objects.count(), happened("levies.BillIssued")],
        [1, 1],
        {409},
        same=False,
    )


def pay(city: City) -> Press:
    bill = played(city, "MAKAM", "at:bayar").bill
    assert bill is not None
    return Press(
        lambda: city.world.desk("kasir"),
        f"/kasir/tagihan/{bill.pk}/",
        {"cash_given": str(int(bill.total)), "key": str(uuid.uuid4())},
        lambda: [Receipt.objects.count(), happened("levies.BillPaid")],
        [1, 1],
        {302},
    )


def sign(city: City) -> Press:
    case = played(city, "SKP-PENELITIAN", "at:tanda_tangan")
    task = case.tasks.get(status="open")
    return Press(
        lambda: city.world.desk("kepala"),
        "/tanda-tangan/",
        {"task": task.pk, f"version-{task.pk}": case.version, "passphrase": PASSPHRASE},
        lambda: [Permit.objects.count(), happened("cases.CaseSigned"), Edition.objects.count()],
        [1, 1, 1],
        {302, 422},  # skipped with its reason on the page of results, or nothing left to tick
        same=False,
    )


def message(city: City) -> Press:
    case = played(city, "SKP-PENELITIAN", "submitted")
    return Press(
        city.world.applicant,
        f"/permohonan/{case.pk}/pesan/",
        {"body": "Kapan selesai?", "key": str(uuid.uuid4())},
        lambda: [Message.objects.count(), happened("cases.MessageSent")],
        [1, 1],
        {302},
    )


def withdraw(city: City) -> Press:
    case = played(city, "SKP-PENELITIAN", "submitted")
    return Press(
        city.world.applicant,
        f"/permohonan/{case.pk}/tarik/",
        {"reason": "Tidak jadi."},
        lambda: [happened("cases.CaseWithdrawn")],
        [1],
        {302},
    )


def issued(city: City) -> Permit:
    case = played(city, "SKP-PENELITIAN", "at:tanda_tangan")
    desk.finish(case, case.tasks.get(status="open"))
    return Permit.objects.get()


def handed_over(city: City) -> Press:
    permit = issued(city)
    return Press(
        lambda: city.world.desk("penyerahan"),
        f"/penyerahan/{permit.pk}/",
        {"to_name": "Siti Rahayu", "relation": "holder", "proof": "ktp"},
        lambda: [Handover.objects.count(), happened("permits.PermitHandedOver")],
        [1, 1],
        {302, 409, 422},
        same=False,
    )


def sanction(city: City) -> Press:
    permit = issued(city)
    return Press(
        lambda: city.world.desk("kabid"),
        f"/izin/{permit.pk}/keputusan/",
        {"kind": "suspend", "reason": "Melanggar jam buka.", "ground": "Perda 5/2020"},
        lambda: [Decision.objects.count(), happened("permits.DecisionDrafted")],
        [1, 1],
        {409},
        same=False,
    )


def sanction_signed(city: City) -> Press:
    kind = {"kind": "suspend", "reason": "Melanggar jam buka.", "ground": "Perda 5/2020"}
    drafted = permits.draft_decision(issued(city).pk, **kind, by=city.world.by("kabid"))
    return Press(
        lambda: city.world.desk("kepala"),
        f"/keputusan/{drafted.pk}/",
        {"passphrase": PASSPHRASE},
        lambda: [happened("permits.PermitSuspended"), Number.objects.count()],
        [1, Number.objects.count() + 1],
        {302, 409},
        same=False,
    )


BUTTONS = [submit, assess, pay, sign, message, withdraw, handed_over, sanction, sanction_signed]


@pytest.mark.parametrize("button", BUTTONS)
def test_whatever_costs_signs_or_sends_works_once(
    city: City, button: Callable[[City], Press]
) -> None:
    press = button(city)
    windows = [press.window() for _ in range(20)]

    answers = at_once(partial(one.post, press.url, press.form) for one in windows)
    city.work()
    again = press.window().post(press.url, press.form)
    city.work()

    assert press.effects() == press.once
    first = [one for one in answers if one.status_code == 302]
    assert first, [one.status_code for one in answers]
    assert {one.status_code for one in answers} <= {302} | press.told
    if press.same:
        assert {one.headers["Location"] for one in first} == {again.headers["Location"]}
    else:
        assert again.status_code in press.told | {404}
