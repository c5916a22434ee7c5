from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from pytest_django import Settings

from satupintu.journal.events import By
from satupintu.lib.errors import Refused
from satupintu.people import actions, queries
from satupintu.people.models import Account
from tests.people.cast import Cast

COMMAND = By(None, "command")
DEMO: dict[str, Any] = {
    "officers": [
        {
            "office": "ptsp",
            "post": "kepala",
            "name": "Drs. Contoh",
            "nip": "197001011990031001",
            "rank": "Pembina Utama Muda",
            "email": "Kepala@contoh.id",
            "password": "sungai-yang-tenang",
            "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        }
    ],
    "applicants": [
        {
            "code": "rina",
            "kind": "person",
            "name": "Rina",
            "nik": "1671055203850002",
            "birth_place": "Palembang",
            "birth_date": "1985-03-12",
            "sex": "P",
            "address": "Jalan Contoh 3",
            "area": "99.71.01.1001",
            "phone": "081234567899",
            "password": "sungai-yang-tenang",
        }
    ],
}


def test_an_officer_gets_an_account_whose_password_nobody_chose(cast: Cast) -> None:
    made = actions.create_account(
        name="Rudi", email=" Rudi@Contoh.id ", phone="0812 3456 7891", by=cast.by
    )
    assert (made.email, made.phone) == ("rudi@contoh.id", "+6281234567891")
    assert not made.has_usable_password()
    assert queries.contacts(made.pk) == queries.Contacts(email="", phone="")


@pytest.mark.requirement("PLU-6")
def test_no_two_accounts_share_a_contact(cast: Cast) -> None:
    with pytest.raises(actions.ContactTaken):
        actions.create_account(name="Rudi", email="BUDI@contoh.id", by=cast.by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(name="Rudi", email="budi@contoh.id")
    for wrong in ({}, {"email": "Budi@contoh.id"}, {"phone": "0812"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.create(name="Rudi", **wrong)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " ", "email": "r@contoh.id"}, "name"),
        ({"name": "Rudi"}, "email"),
        ({"name": "Rudi", "email": "r@contoh.id", "nip": "123"}, "nip"),
        ({"name": "Rudi", "phone": "123"}, "phone"),
    ],
)
def test_an_incomplete_account_is_refused(cast: Cast, given: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_account(by=cast.by, **given)
    assert refused.value.field == field


def test_the_demo_cast_is_ready_to_sign_in_and_loads_twice(cast: Cast) -> None:
    first = actions.load_cast(DEMO, by=COMMAND)
    assert actions.load_cast(DEMO, by=COMMAND) == first
    head = queries.account_by_contact("kepala@contoh.id")
    assert head is not None
    assert check_password("sungai-yang-tenang", head.password)
    assert queries.contacts(head.pk).email == "kepala@contoh.id"
    assert [held.post_code for held in queries.posts_held(head.pk)] == ["kepala"]
    assert (head.nip, head.rank) == ("197001011990031001", "Pembina Utama Muda")
    assert queries.has_second_factor(head.pk)
    assert not queries.needs_second_factor(head.pk)
    rina = first["rina"]
    assert rina.account is not None
    assert queries.contacts(rina.account.pk).phone == "+6281234567899"


def test_an_officer_without_a_second_factor_needs_one_and_an_applicant_does_not(
    cast: Cast,
) -> None:
    assert queries.needs_second_factor(cast.ani.pk)
    assert not queries.needs_second_factor(cast.siti.pk)


def test_the_demo_cast_stays_out_of_a_real_installation(cast: Cast, settings: Settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(Refused, match="ruang coba"):
        actions.load_cast(DEMO, by=COMMAND)
