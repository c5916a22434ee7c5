from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from satupintu.journal.models import Entry
from satupintu.people import queries
from satupintu.people.models import Account
from tests.people.cast import PASSWORD, Cast
from tests.people.door import PHONE, code, messages, post, sign_in, signed_in, wrong

NEW = "rudi@contoh.id"


def sign_up(client: Client, contact: str, password: str = PASSWORD) -> object:
    return post(client, "account_signup", name="Rudi", contact=contact, password1=password)


@pytest.mark.requirement("PLU-6")
def test_a_person_signs_up_by_email_and_proves_it_by_a_code(cast: Cast, client: Client) -> None:
    answer = sign_up(client, " Rudi@Contoh.ID ")
    assert answer.url == reverse("account_email_verification_sent")  # type: ignore[attr-defined]
    assert not signed_in(client)
    assert b"6" in client.get(reverse("account_email_verification_sent")).content
    post(client, "account_email_verification_sent", code=code(NEW))
    assert signed_in(client)
    made = Account.objects.get(email=NEW)
    assert made.name == "Rudi"
    assert queries.contacts(made.pk) == queries.Contacts(email=NEW, phone="")


@pytest.mark.requirement("PLU-6")
def test_a_person_signs_up_by_phone_alone(cast: Cast, client: Client) -> None:
    answer = sign_up(client, "0812-3456-7890")
    assert answer.url == reverse("account_verify_phone")  # type: ignore[attr-defined]
    assert not signed_in(client)
    assert client.get(reverse("account_verify_phone")).status_code == 200
    post(client, "account_verify_phone", code=code(PHONE))
    assert signed_in(client)
    made = Account.objects.get(phone=PHONE)
    assert made.email is None
    assert queries.contacts(made.pk) == queries.Contacts(email="", phone=PHONE)


@pytest.mark.parametrize(
    ("contact", "page"),
    [(NEW, "account_email_verification_sent"), (PHONE, "account_verify_phone")],
)
def test_three_wrong_codes_end_the_attempt(
    cast: Cast, client: Client, contact: str, page: str
) -> None:
    sign_up(client, contact)
    right = code(contact)
    first = post(client, page, code=wrong(right))
    assert "Kode tidak cocok" in first.content.decode()
    for _ in range(2):
        post(client, page, code=wrong(right))
    post(client, page, code=right)
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password1": "pendek"}, "10"),
        ({"password1": "1234567890"}, "sering dipakai"),
        ({"contact": "rudi@"}, "Tulis e-mail lengkap"),
        ({"contact": "0812"}, "Tulis nomor telepon lengkap"),
    ],
)
def test_what_is_wrong_is_said(
    cast: Cast, client: Client, changes: dict[str, str], sentence: str
) -> None:
    given = {"name": "Rudi", "contact": NEW, "password1": PASSWORD, **changes}
    answer = post(client, "account_signup", **given)
    assert sentence in answer.content.decode()
    assert not Account.objects.filter(name="Rudi").exists()


@pytest.mark.parametrize("contact", ["budi@contoh.id", PHONE])
def test_who_already_has_an_account_is_told_so_only_in_a_message(
    cast: Cast, client: Client, contact: str
) -> None:
    Account.objects.create(name="Joko", phone=PHONE, phone_verified=True)
    accounts = Account.objects.count()
    sign_up(client, contact)
    assert "sudah punya akun" in messages(contact)[-1]
    assert Account.objects.count() == accounts
    assert not signed_in(client)


def test_a_code_can_be_sent_again_but_not_at_once(cast: Cast, client: Client) -> None:
    sign_up(client, PHONE)
    first = code(PHONE)
    post(client, "account_verify_phone", action="resend")
    assert "Tunggu sebentar" in client.get(reverse("account_verify_phone")).content.decode()
    assert len(messages(PHONE)) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        post(client, "account_verify_phone", action="resend")
        assert len(messages(PHONE)) == 2
        assert code(PHONE) != first
        post(client, "account_verify_phone", code=code(PHONE))
    assert signed_in(client)


def test_a_sign_in_that_would_send_a_second_text_at_once_waits(cast: Cast, client: Client) -> None:
    sign_up(client, PHONE)
    answer = sign_in(Client(), PHONE)
    assert answer.status_code == 429
    assert len(messages(PHONE)) == 1


def test_sign_up_is_recorded_without_personal_data(cast: Cast, client: Client) -> None:
    sign_up(client, NEW)
    made = Account.objects.get(email=NEW)
    entry = Entry.objects.get(event="people.AccountCreated", subject=f"account:{made.pk}")
    assert (entry.door, entry.data) == ("web", {"account_id": made.pk})


SENT: list[tuple[str, str, str]] = []


def gateway(to: str, text: str, *, key: str) -> str:
    SENT.append((to, text, key))
    return "1"


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_the_codes(
    client: Client, run_jobs: Callable[[], None], settings: Settings
) -> None:
    Cast()
    settings.SMS_GATEWAY = "tests.people.test_sign_up.gateway"
    sign_up(client, PHONE)
    sign_up(Client(), NEW)
    run_jobs()
    (to, text, key) = SENT.pop()
    assert (to, len(key)) == (PHONE, 32)
    assert "adalah kode Contoh Anda" in text
    letter = mail.outbox.pop()
    assert letter.to == [NEW]
    assert letter.subject == "Kode untuk menyelesaikan pendaftaran akun - Contoh"
    assert "Kode Anda: " in letter.body
    assert "Pemerintah Kota Contoh" in letter.body
