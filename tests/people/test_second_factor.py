from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from satupintu.journal.models import Entry
from satupintu.notifications import actions as notifications
from satupintu.notifications.models import Notice
from satupintu.people import queries
from satupintu.people.models import Account
from tests.people.cast import PASSWORD, Cast, account, hold
from tests.people.door import SECRET, code, messages, post, sign_in, signed_in, totp, wrong
from tests.people.passkey import Passkey
from tests.world import metro

__all__ = ["metro"]

NOW = datetime(2026, 11, 20, 3, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def at() -> object:
    with time_machine.travel(NOW) as traveller:
        yield traveller


def give_totp(person: Account) -> None:
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)


def ask(client: Client, given: str) -> bool:
    sign_in(client, "siti@contoh.id")
    assert not signed_in(client)
    post(client, "mfa_authenticate", code=given)
    return signed_in(client)


@pytest.mark.requirement("PLU-6")
def test_an_officer_sees_no_page_before_the_second_factor_is_set(
    cast: Cast,
    client: Client,
    at: object,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sign_in(client, "ani@contoh.id")
    answer = client.get(reverse("people:posts"))
    assert answer.headers["Location"] == reverse("mfa_activate_totp")
    post(client, "account_reauthenticate", password=PASSWORD)
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    assert secret in page.content.decode()
    post(client, "mfa_activate_totp", code=wrong(totp(secret=secret)))
    assert not queries.has_second_factor(cast.ani.pk)
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "mfa_activate_totp", code=totp(secret=secret))
    assert client.get(reverse("people:posts")).status_code == 200
    stored = Authenticator.objects.get(user=cast.ani, type="totp").data["secret"]
    assert secret not in stored
    assert "Aplikasi autentikator dipasang" in messages("ani@contoh.id")[-1]
    entry = Entry.objects.get(event="people.SignInChanged")
    assert entry.data == {"account_id": cast.ani.pk, "what": "totp_activated"}


@pytest.mark.requirement("PLU-6")
def test_a_code_of_the_app_works_once(cast: Cast, at: time_machine.Traveller) -> None:
    give_totp(cast.siti)
    given = totp()
    assert ask(Client(), given)
    assert not ask(Client(), given)
    at.shift(STEP + STEP / 2)
    # It would still fit its tolerance of one step, and allauth has forgotten it by now.
    assert not ask(Client(), given)
    assert ask(Client(), totp())


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(cast: Cast, at: object, steps: int, fits: bool) -> None:
    give_totp(cast.siti)
    assert ask(Client(), totp(steps)) is fits


def test_the_code_that_set_it_up_does_not_also_sign_in(
    cast: Cast, client: Client, at: object
) -> None:
    sign_in(client, "siti@contoh.id")
    post(client, "account_reauthenticate", password=PASSWORD)
    client.get(reverse("mfa_activate_totp"))
    given = totp(secret=client.session[SECRET_SESSION_KEY])
    post(client, "mfa_activate_totp", code=given)
    assert queries.has_second_factor(cast.siti.pk)
    assert not ask(Client(), given)


def test_a_recovery_code_works_once(cast: Cast, at: object) -> None:
    give_totp(cast.siti)
    spare = RecoveryCodes.activate(cast.siti).get_unused_codes()[0]
    assert ask(Client(), spare)
    assert not ask(Client(), spare)
    assert len(RecoveryCodes.activate(cast.siti).get_unused_codes()) == 9


def test_guessing_codes_is_throttled(cast: Cast, client: Client, at: object) -> None:
    give_totp(cast.siti)
    sign_in(client, "siti@contoh.id")
    for _ in range(5):
        post(client, "mfa_authenticate", code=wrong(totp()))
    answer = post(client, "mfa_authenticate", code=totp())
    assert "Terlalu banyak percobaan" in answer.content.decode()
    assert not signed_in(client)


def test_a_new_password_or_a_sent_code_does_not_go_round_the_second_factor(
    cast: Cast, client: Client, at: object
) -> None:
    give_totp(cast.siti)
    post(client, "account_request_login_code", contact="siti@contoh.id")
    answer = post(client, "account_confirm_login_code", code=code("siti@contoh.id"))
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    other = Client()
    post(other, "account_reset_password", email="siti@contoh.id")
    post(other, "account_confirm_password_reset_code", code=code("siti@contoh.id"))
    post(
        other,
        "account_complete_password_reset",
        password1="gunung-yang-jauh",
        password2="gunung-yang-jauh",
    )
    answer = sign_in(other, "siti@contoh.id", "gunung-yang-jauh")
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert not signed_in(other)


def test_an_officer_can_not_drop_the_only_second_factor(
    cast: Cast, client: Client, at: object
) -> None:
    hold(cast.siti, "loket1")
    give_totp(cast.siti)
    ask(client, totp())
    post(client, "account_reauthenticate", password=PASSWORD)
    answer = post(client, "mfa_deactivate_totp")
    assert "harus punya kode kedua" in answer.content.decode()
    assert queries.has_second_factor(cast.siti.pk)


def test_secrets_stay_readable_after_the_key_was_changed(cast: Cast, at: object) -> None:
    give_totp(cast.siti)
    with override_settings(SECRET_KEY="new-key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert ask(Client(), totp())


def test_a_passkey_is_a_second_factor(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    post(client, "account_reauthenticate", password=PASSWORD)
    page = client.get(reverse("mfa_add_webauthn"))
    key = Passkey()
    post(
        client,
        "mfa_add_webauthn",
        name="Ponsel",
        credential=key.register(page.context["js_data"]["creation_options"]),
    )
    assert queries.has_second_factor(cast.siti.pk)
    again, thief = Client(), Client()
    for browser, shown in ((again, key), (thief, Passkey())):
        sign_in(browser, "siti@contoh.id")
        page = browser.get(reverse("mfa_authenticate"))
        options = page.context["js_data"]["request_options"]
        post(browser, "mfa_authenticate", credential=shown.sign_in(options))
    assert signed_in(again)
    assert not signed_in(thief)


def test_an_officer_keeps_the_last_passkey_and_gives_up_an_older_one(
    cast: Cast, client: Client
) -> None:
    sign_in(client, "siti@contoh.id")
    post(client, "account_reauthenticate", password=PASSWORD)
    for name in ("Ponsel", "Kunci USB"):
        page = client.get(reverse("mfa_add_webauthn"))
        credential = Passkey().register(page.context["js_data"]["creation_options"])
        post(client, "mfa_add_webauthn", name=name, credential=credential)
    hold(cast.siti, "loket1")
    first, last = Authenticator.objects.filter(type="webauthn").order_by("id")
    client.post(reverse("mfa_remove_webauthn", args=[first.pk]))
    kept = client.post(reverse("mfa_remove_webauthn", args=[last.pk]))
    assert "harus punya kode kedua" in kept.content.decode()
    assert Authenticator.objects.filter(type="webauthn").get() == last


def test_recovery_codes_are_shown_once_counted_and_dead_after_use(
    cast: Cast, client: Client, at: object
) -> None:
    TOTP.activate(cast.siti, SECRET)
    sign_in(client, "siti@contoh.id")
    post(client, "mfa_authenticate", code=totp())
    post(client, "account_reauthenticate", password=PASSWORD)
    made = client.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", made)
    assert len(codes) == 10
    later = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes[0] not in later, "shown once"

    assert ask(Client(), codes[0])
    assert not ask(Client(), codes[0])
    assert "Tersisa 9 kode" in client.get(reverse("mfa_index")).content.decode()
    used = Entry.objects.get(event="people.RecoveryCodeUsed")
    assert used.data == {"account_id": cast.siti.pk, "left": 9}


def test_few_recovery_codes_left_are_told(metro: None) -> None:
    siti = account("Siti")
    notifications.tell_recovery_codes(1, siti.pk, 4)
    assert not Notice.objects.exists()
    notifications.tell_recovery_codes(2, siti.pk, 3)
    assert "tersisa 3" in Notice.objects.get(account=siti).body
