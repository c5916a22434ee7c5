from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.core import ratelimit
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from satupintu.journal.models import Entry
from satupintu.people import actions
from satupintu.people.models import Account
from tests.people.cast import PASSWORD, Cast, account
from tests.people.door import PHONE, code, from_address, messages, post, sign_in, signed_in

NEW_PASSWORD = "gunung-yang-jauh"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def joko(cast: Cast) -> Account:
    return account("Joko", phone=PHONE)


@pytest.mark.requirement("PLU-6")
@pytest.mark.parametrize("login", ["siti@contoh.id", " SITI@contoh.id "])
def test_signing_in_by_email(cast: Cast, client: Client, login: str) -> None:
    sign_in(client, login)
    assert client.session["_auth_user_id"] == str(cast.siti.pk)
    assert Entry.objects.get(event="people.SignedIn").account_id == cast.siti.pk


@pytest.mark.requirement("PLU-6")
@pytest.mark.parametrize("login", [PHONE, "081234567890", "0812-3456-7890", "62 812 3456 7890"])
def test_signing_in_by_phone_however_it_is_written(
    joko: Account, client: Client, login: str
) -> None:
    sign_in(client, login)
    assert client.session["_auth_user_id"] == str(joko.pk)


@pytest.mark.parametrize("login", ["siti@contoh.id", "tak.ada@contoh.id", PHONE, "0812", "siti"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_sentence(
    joko: Account, client: Client, login: str
) -> None:
    answer = sign_in(client, login, "salah-sekali-ini")
    assert answer.status_code == 200
    assert "atau kata sandi tidak cocok. Coba lagi" in answer.content.decode()
    assert not signed_in(client)


def test_an_unproved_account_is_asked_for_its_code_first(cast: Cast, client: Client) -> None:
    account("Rudi", proved=False)
    answer = sign_in(client, "rudi@contoh.id")
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert not signed_in(client)
    post(client, "account_email_verification_sent", code=code("rudi@contoh.id"))
    assert signed_in(client)


def test_the_session_gets_a_new_key_at_sign_in(cast: Cast, client: Client) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    assert before
    client.cookies["satupintu"] = before
    sign_in(client, "siti@contoh.id")
    assert signed_in(client)
    assert client.session.session_key != before


# Throttles (quality.md B3 2)


@pytest.mark.parametrize("login", ["siti@contoh.id", PHONE, "tak.ada@contoh.id"])
def test_five_wrong_passwords_make_one_wait(joko: Account, client: Client, login: str) -> None:
    for _ in range(5):
        sign_in(client, login, "salah-sekali-ini")
    answer = sign_in(client, login)
    assert "Terlalu banyak percobaan" in answer.content.decode()
    assert not signed_in(client)
    failures = Entry.objects.filter(event="people.SignInFailed").order_by("id")
    assert [entry.data["throttled"] for entry in failures] == [False] * 5 + [True]
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        answer = sign_in(client, login)
    assert "Terlalu banyak" not in answer.content.decode()


def test_a_stranger_can_not_lock_the_owner_out(joko: Account) -> None:
    stranger, owner = from_address("192.0.2.1"), from_address("192.0.2.2")
    for _ in range(6):
        sign_in(stranger, PHONE, "salah-sekali-ini")
    sign_in(owner, PHONE)
    assert signed_in(owner)
    other = from_address("192.0.2.1")
    sign_in(other, "siti@contoh.id")
    assert signed_in(other)


def test_guessing_from_many_addresses_is_slowed_too(cast: Cast) -> None:
    for n in range(100):
        sign_in(from_address(f"192.0.2.{n}"), "siti@contoh.id", "salah-sekali-ini")
    late = from_address("198.51.100.7")
    assert "Terlalu banyak" in sign_in(late, "siti@contoh.id").content.decode()


def test_guessing_at_many_accounts_from_one_address_is_throttled(cast: Cast) -> None:
    client = Client()
    for n in range(30):
        sign_in(client, f"orang{n}@contoh.id", "salah-sekali-ini")
    assert "Terlalu banyak" in sign_in(client, "siti@contoh.id").content.decode()


def test_filling_the_cache_does_not_push_a_counter_out(cast: Cast, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "siti@contoh.id", "salah-sekali-ini")
    for n in range(400):
        cache.set(f"zzz{n}", n, 600)
        cache.set(f"aaa{n}", n, 600)
    assert "Terlalu banyak" in sign_in(client, "siti@contoh.id").content.decode()


def test_a_page_that_is_asked_too_often_answers_429_in_plain_words(
    cast: Cast, client: Client
) -> None:
    for _ in range(20):
        assert post(client, "account_signup").status_code == 200
    answer = post(client, "account_signup")
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan" in answer.content.decode()


def test_failures_are_recorded_with_nothing_of_what_was_typed(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id", "salah-sekali-ini")
    sign_in(client, "tak.ada@contoh.id", "salah-sekali-ini")
    known, unknown = Entry.objects.filter(event="people.SignInFailed").order_by("id")
    assert known.data == {"account_id": cast.siti.pk, "throttled": False}
    assert (unknown.subject, unknown.data["account_id"]) == ("sign-in", None)


# Known or unknown (quality.md B3 1)


def answer_to(name: str, known: str, data: dict[str, str]) -> tuple[object, ...]:
    """Status, destination and every page on the way, less what was typed and the form's token."""
    client = Client()
    first = client.post(reverse(name), data, follow=True)
    text = first.content.decode().replace(known, "CONTACT")
    masked = re.sub(r"[^>\s]*\*+[^<\s]*", "MASKED", text)
    return (
        first.redirect_chain,
        first.status_code,
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", masked),
    )


FORMS: dict[str, dict[str, str]] = {
    "account_login": {"login": "CONTACT", "password": "salah-sekali-ini"},
    "account_reset_password": {"email": "CONTACT"},
    "account_request_login_code": {"contact": "CONTACT"},
    "account_signup": {"name": "X", "contact": "CONTACT", "password1": PASSWORD},
}


@pytest.mark.parametrize("page", FORMS)
@pytest.mark.parametrize(
    ("known", "unknown"),
    [("siti@contoh.id", "tono@contoh.id"), (PHONE, "+6281234567891")],
)
def test_nobody_learns_who_has_an_account(
    joko: Account, page: str, known: str, unknown: str
) -> None:
    answers = [
        answer_to(
            page, one, {name: text.replace("CONTACT", one) for name, text in FORMS[page].items()}
        )
        for one in (known, unknown)
    ]
    assert answers[0] == answers[1]


def test_sign_up_does_the_same_slow_work_for_known_and_unknown(
    joko: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    for page, login, password in (
        ("account_login", "login", "password"),
        ("account_signup", "contact", "password1"),
    ):
        work = []
        for contact in ("siti@contoh.id", "tono@contoh.id", PHONE, "+6281234567892"):
            hashed.clear()
            post(Client(), page, name="X", **{login: contact, password: "salah-sekali-ini"})
            work.append(len(hashed))
        assert work == [1, 1, 1, 1], page


def test_a_whole_office_behind_one_address_signs_in_within_a_minute(cast: Cast) -> None:
    request = RequestFactory().post(reverse("account_login"))
    request.user = AnonymousUser()
    tried = [ratelimit.consume(request, action="login") for _ in range(150)]
    assert all(tried)


# A forgotten password


@pytest.mark.parametrize("contact", ["siti@contoh.id", PHONE])
def test_a_forgotten_password_is_made_anew_by_a_code(joko: Account, contact: str) -> None:
    elsewhere, client = Client(), Client()
    sign_in(elsewhere, contact)
    assert signed_in(elsewhere)
    answer = post(client, "account_reset_password", email=contact)
    assert answer.headers["Location"] == reverse("account_confirm_password_reset_code")
    right = code(contact)
    post(client, "account_confirm_password_reset_code", code=right)
    post(
        client,
        "account_complete_password_reset",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )
    assert "dibuat baru" in messages(contact)[-1]
    # Whoever was signed in with the old password is out, and the code is spent.
    assert elsewhere.get(reverse("people:profile")).status_code == 302
    again = post(client, "account_confirm_password_reset_code", code=right)
    assert again.headers["Location"] == reverse("account_login")
    assert not signed_in(client)
    sign_in(client, contact, PASSWORD)
    assert not signed_in(client)
    sign_in(client, contact, NEW_PASSWORD)
    assert signed_in(client)


def test_a_new_password_ends_the_waiting(cast: Cast, client: Client) -> None:
    for _ in range(6):
        sign_in(client, "siti@contoh.id", "salah-sekali-ini")
    post(client, "account_reset_password", email="siti@contoh.id")
    post(client, "account_confirm_password_reset_code", code=code("siti@contoh.id"))
    post(
        client,
        "account_complete_password_reset",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )
    sign_in(client, "siti@contoh.id", NEW_PASSWORD)
    assert signed_in(client)


def test_a_code_for_a_new_password_lives_ten_minutes(cast: Cast, client: Client) -> None:
    post(client, "account_reset_password", email="siti@contoh.id")
    with time_machine.travel(timezone.now() + 11 * MINUTE):
        late = post(client, "account_confirm_password_reset_code", code=code("siti@contoh.id"))
    assert late.headers["Location"] == reverse("account_login")


def test_an_officer_who_was_given_an_account_sets_the_password_alone(
    cast: Cast, client: Client
) -> None:
    made = actions.create_account(name="Rudi", email="rudi@contoh.id", by=cast.by)
    post(client, "account_reset_password", email="rudi@contoh.id")
    post(client, "account_confirm_password_reset_code", code=code("rudi@contoh.id"))
    post(
        client,
        "account_complete_password_reset",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )
    sign_in(client, "rudi@contoh.id", NEW_PASSWORD)
    assert client.session["_auth_user_id"] == str(made.pk)


@pytest.mark.parametrize("contact", ["siti@contoh.id", PHONE])
def test_a_code_instead_of_a_password(joko: Account, client: Client, contact: str) -> None:
    post(client, "account_request_login_code", contact=contact)
    assert not signed_in(client)
    post(client, "account_confirm_login_code", code=code(contact))
    assert signed_in(client)


# Afterwards


def test_a_disabled_account_is_out_with_its_next_request(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    assert client.get(reverse("people:profile")).status_code == 200
    actions.disable_account(cast.siti.pk, by=cast.by)
    answer = client.get(reverse("people:profile"))
    assert answer.headers["Location"].startswith(reverse("account_login"))
    again = Client()
    sign_in(again, "siti@contoh.id")
    assert not signed_in(again)


def test_signing_out_ends_the_session_on_the_server(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    stolen = client.cookies["satupintu"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["satupintu"] = stolen
    assert thief.get(reverse("people:profile")).status_code == 302


def test_other_devices_are_listed_and_signed_out(cast: Cast, client: Client) -> None:
    other = Client(HTTP_USER_AGENT="Ponsel lama (Android) Opera OPR/9")
    sign_in(other, "siti@contoh.id")
    sign_in(client, "siti@contoh.id")
    page = client.get(reverse("usersessions_list"))
    assert "Opera, Android" in page.content.decode()
    post(client, "usersessions_list")
    assert other.get(reverse("people:profile")).status_code == 302
    assert client.get(reverse("people:profile")).status_code == 200
    entry = Entry.objects.get(event="people.SignInChanged")
    assert entry.data["what"] == "other_sessions_ended"


def test_a_contact_changes_only_after_its_code(joko: Account, client: Client) -> None:
    sign_in(client, PHONE)
    post(client, "account_reauthenticate", password=PASSWORD)
    post(client, "account_email", email="joko@contoh.id", action_add="")
    joko.refresh_from_db()
    assert joko.email is None
    post(client, "account_email_verification_sent", code=code("joko@contoh.id"))
    joko.refresh_from_db()
    assert joko.email == "joko@contoh.id"
    post(client, "account_change_phone", phone="0812 3456 7895")
    joko.refresh_from_db()
    assert joko.phone == PHONE
    post(client, "account_verify_phone", code=code("+6281234567895"))
    joko.refresh_from_db()
    assert joko.phone == "+6281234567895"
