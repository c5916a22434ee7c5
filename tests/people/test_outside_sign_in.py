"""Sign-in by an outside provider, against a real one of the sandbox (quality.md B3 11)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings as SettingsWrapper

from sandbox.oidc import CLIENT, SECOND_FACTOR, SECRET, Provider
from satupintu.people.models import Account
from tests.people.cast import PASSWORD, Cast, hold
from tests.people.door import post, sign_in, signed_in
from tests.people.test_second_factor import give_totp
from tests.sandboxes import LoopThread

START = "/akun/luar/oidc/"
WATI = {"name": "Wati Lestari", "email": "wati@warga.example", "verified": "1"}


@pytest.fixture
def provider(beside: LoopThread, settings: SettingsWrapper) -> Iterator[Provider]:
    running = Provider()
    beside.run(running.start("127.0.0.1", 0))
    app = {**settings.OIDC_APP, "name": "Akun peraga", "client_id": CLIENT, "secret": SECRET}
    app["settings"] = {"server_url": running.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"outside": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_ACR = [SECOND_FACTOR]
    yield running
    beside.run(running.stop())


def asked(client: Client, **query: str) -> dict[str, str]:
    """What the provider is asked, after the button was pressed."""
    answer = client.post(START, query_params=query)
    assert answer.status_code == 302
    return {
        name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()
    }


def back(provider: Provider, question: dict[str, str], **person: str) -> str:
    """The person says who they are; the address to which the provider sends them."""
    answer = requests.post(
        f"{provider.url}/authorize", data={**question, **person}, allow_redirects=False, timeout=10
    )
    address = urlsplit(answer.headers["Location"])
    return f"{address.path}?{address.query}"


def come_in(client: Client, provider: Provider, **person: str) -> Any:
    return client.get(back(provider, asked(client), **(WATI | person)), follow=True)


def test_without_a_provider_nothing_of_it_is_there(cast: Cast, client: Client) -> None:
    assert "Masuk dengan Akun" not in client.get(reverse("account_login")).content.decode()
    assert client.post(START).status_code == 404


def test_a_new_person_comes_in_and_is_known_next_time(cast: Cast, provider: Provider) -> None:
    client = Client()
    assert "Masuk dengan Akun peraga" in client.get(reverse("account_login")).content.decode()
    come_in(client, provider)
    assert signed_in(client)
    wati = Account.objects.get(email="wati@warga.example")
    assert (wati.name, wati.has_usable_password()) == ("Wati Lestari", False)
    assert EmailAddress.objects.get(user=wati).verified

    again = Client()
    come_in(again, provider, name="Nama Lain")
    assert again.session["_auth_user_id"] == str(wati.pk)
    assert Account.objects.filter(email="wati@warga.example").count() == 1


def test_the_question_carries_state_nonce_and_pkce(
    cast: Cast, provider: Provider, settings: SettingsWrapper
) -> None:
    first, second = asked(Client()), asked(Client())
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 16
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    injected = asked(Client(), auth_params="nonce=mine&redirect_uri=https://evil.example")
    assert injected["nonce"] != "mine"
    assert injected["redirect_uri"].startswith(f"{settings.BASE_URL}/akun/luar/oidc/kembali/")


def test_the_way_back_leads_to_the_city_whatever_the_request_called_it(
    cast: Cast, provider: Provider, settings: SettingsWrapper
) -> None:
    settings.BASE_URL = "https://izin.kota.example"
    for host in ("127.0.0.1", "localhost:666"):
        question = asked(Client(HTTP_HOST=host, headers={"X-Forwarded-Host": "jahat.example"}))
        assert question["redirect_uri"] == "https://izin.kota.example/akun/luar/oidc/kembali/"


def test_a_session_that_ends_meanwhile_leads_to_the_sign_in_page(
    cast: Cast, provider: Provider
) -> None:
    """Signed out in another tab while the provider was asked for its addresses."""
    client = Client()
    asked(client)

    def ended(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and "django_session" in sql:
            Session.objects.all().delete()
        return execute(sql, *rest)

    with connection.execute_wrapper(ended):
        answer = client.post(START)
    assert answer["Location"] == reverse("account_login")
    assert asked(client)["state"]


@pytest.mark.parametrize("verified", ["1", ""])
def test_an_email_alone_opens_nobodys_account(
    cast: Cast, provider: Provider, verified: str
) -> None:
    client = Client()
    page = come_in(client, provider, email="Siti@contoh.id", verified=verified)
    assert not signed_in(client)
    assert ("sudah punya akun" if verified else "belum membuktikan") in page.content.decode()
    assert not SocialAccount.objects.exists()


def test_an_unproved_email_makes_no_account(cast: Cast, provider: Provider) -> None:
    client = Client()
    come_in(client, provider, verified="")
    assert not signed_in(client)
    assert not Account.objects.filter(email=WATI["email"]).exists()


def connect(provider: Provider, who: str = "siti", **person: str) -> None:
    client = Client()
    sign_in(client, f"{who}@contoh.id")
    post(client, "account_reauthenticate", password=PASSWORD)
    client.get(back(provider, asked(client, process="connect"), **(WATI | person)))


def test_its_owner_connects_an_account_from_inside(cast: Cast, provider: Provider) -> None:
    connect(provider)
    client = Client()
    come_in(client, provider)
    assert client.session["_auth_user_id"] == str(cast.siti.pk)


def test_an_officer_still_needs_the_second_factor_unless_the_provider_saw_one(
    cast: Cast, provider: Provider
) -> None:
    connect(provider, "budi")
    hold(cast.budi, "admin2")
    give_totp(cast.budi)
    client = Client()
    page = come_in(client, provider)
    assert not signed_in(client)
    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")

    come_in(client, provider, second="1")
    assert signed_in(client)
    assert client.get(reverse("people:officer_new")).status_code == 200, "as fresh as a code"


def test_a_shut_account_stays_shut(cast: Cast, provider: Provider) -> None:
    connect(provider)
    Account.objects.filter(pk=cast.siti.pk).update(is_active=False)
    client = Client()
    come_in(client, provider)
    assert not signed_in(client)


# Answers that nobody may believe


def test_an_answer_to_another_browser_is_refused(cast: Cast, provider: Provider) -> None:
    """A stranger's finished sign-in, slipped to a victim as a link."""
    stranger, victim = Client(), Client()
    asked(victim)
    page = victim.get(back(provider, asked(stranger), **WATI))
    assert "gagal" in page.content.decode()
    assert not signed_in(victim)


def test_a_code_works_once(cast: Cast, provider: Provider) -> None:
    client = Client()
    address = back(provider, asked(client), **WATI)
    client.get(address)
    client.post(reverse("account_logout"))
    client.get(address)
    assert not signed_in(client)


FORGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nonce": lambda said: said | {"nonce": "another"},
    "no nonce": lambda said: {k: v for k, v in said.items() if k != "nonce"},
    "issuer": lambda said: said | {"iss": "https://evil.example"},
    "audience": lambda said: said | {"aud": "another"},
    "too old": lambda said: said | {"exp": int(time.time()) - 100},
    "another person": lambda said: said | {"sub": "another"},
}


@pytest.mark.parametrize("what", [*FORGED, "unsigned", "shared secret", "another key"])
def test_a_forged_token_is_refused(
    cast: Cast, provider: Provider, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    honest = provider.id_token

    def forged(kept: dict[str, str], person: dict[str, Any]) -> str:
        token = honest(kept, person)
        said = jwt.decode(token, options={"verify_signature": False})
        if what in FORGED:
            return jwt.encode(FORGED[what](said), provider.key, "ES256", {"kid": "1"})
        if what == "unsigned":
            return jwt.encode(said, "", "none", {"kid": "1"})
        if what == "shared secret":
            return jwt.encode(said, SECRET, "HS256", {"kid": "1"})
        return jwt.encode(said, Provider().key, "ES256", {"kid": "1"})

    monkeypatch.setattr(provider, "id_token", forged)
    client = Client()
    page = come_in(client, provider)
    assert "gagal" in page.content.decode()
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
