"""A session that ends takes nothing with it that somebody had typed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from satupintu.people.models import Account, DataRequest
from satupintu.site import unsent
from tests.people.cast import PASSWORD, Cast
from tests.people.door import post, sign_in, signed_in

WORDS = "Alamat saya salah: seharusnya Jalan Mawar 7"
PAGE = "own_data_correction"


@pytest.fixture
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 20, 3, 0, 10, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def siti(cast: Cast, at: time_machine.Traveller) -> Client:
    """Siti's browser, whose session has just ended."""
    client = Client()
    sign_in(client, "siti@contoh.id")
    client.get(reverse(PAGE))
    at.shift(timedelta(minutes=121))
    return client


def send(client: Client, **more: Any) -> Any:
    fields = {"words": WORDS, "about": "", "key": str(uuid4()), **more}
    return client.post(reverse(PAGE), fields)


def come_back(client: Client, login: str, then: str) -> Any:
    """Sign in on the page that was answered, and go where it leads."""
    password = {"login": login, "password": PASSWORD}
    return client.post(then, password, follow=True)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def test_a_form_that_came_too_late_is_there_again_after_signing_in(siti: Client) -> None:
    answer = send(siti)
    assert answer.status_code == 302
    page = siti.get(answer["Location"]).content.decode()
    assert "isian Anda kami simpan" in page
    assert not DataRequest.objects.exists()

    page = come_back(siti, "siti@contoh.id", answer["Location"]).content.decode()
    assert "Isian Anda masih ada" in page
    assert WORDS in html.unescape(page)
    assert f'action="{reverse(PAGE)}"' in page

    siti.post(reverse(PAGE), hidden(page))
    assert DataRequest.objects.get().words == WORDS
    siti.post(reverse(PAGE), hidden(page))
    assert DataRequest.objects.count() == 1, "its key came back with it"
    assert siti.get(reverse("session_unsent")).status_code == 302, "and it is kept no longer"


def test_whoever_else_signs_in_on_the_same_phone_sees_nothing_of_it(siti: Client) -> None:
    answer = send(siti)
    page = come_back(siti, "budi@contoh.id", answer["Location"])
    assert signed_in(siti)
    assert WORDS not in html.unescape(page.content.decode())
    assert unsent.KEY not in siti.session


def test_whoever_signed_out_leaves_nothing_that_could_be_kept_for_them(cast: Cast) -> None:
    client = Client()
    sign_in(client, "siti@contoh.id")
    assert client.cookies[unsent.COOKIE].value
    post(client, "account_logout")
    assert not client.cookies[unsent.COOKIE].value
    answer = send(client)
    assert reverse("session_unsent") not in answer["Location"]
    assert not Session.objects.exists()


@pytest.mark.parametrize("mark", ["", "2", "2:1vabcd:forged", "x" * 5000])
def test_a_stranger_makes_us_keep_nothing(cast: Cast, mark: str) -> None:
    client = Client()
    client.cookies[unsent.COOKIE] = mark
    answer = client.post(
        reverse(PAGE), {"words": WORDS}, headers={"referer": f"http://testserver{reverse(PAGE)}"}
    )
    assert answer["Location"].endswith(reverse(PAGE)), "they come back to the page of the form"
    assert not Session.objects.exists()
    elsewhere = client.post(reverse(PAGE), {}, headers={"referer": "https://evil.example/x"})
    assert "evil" not in elsewhere["Location"]


def test_secrets_are_not_kept(siti: Client) -> None:
    send(siti, passphrase="rahasia sekali", code="123456", password1="x", csrfmiddlewaretoken="t")
    kept = {name for name, _ in siti.session[unsent.KEY]["fields"]}
    assert kept == {"words", "about", "key"}


def test_what_a_script_saves_by_itself_does_not_take_the_place_of_a_form(siti: Client) -> None:
    send(siti)
    saving = {"Sec-Fetch-Mode": "cors", "X-Autosave": "1"}
    answer = siti.post(reverse(PAGE), {"words": "Belum selesai ditulis"}, headers=saving)
    assert reverse("session_unsent") not in answer["Location"]
    assert ["words", WORDS] in siti.session[unsent.KEY]["fields"]
    in_place = {"Sec-Fetch-Mode": "cors", "HX-Request": "true", "HX-Boosted": "true"}
    answer = siti.post(reverse(PAGE), {"words": "Ditulis lagi dari awal"}, headers=in_place)
    assert reverse("session_unsent") in answer["HX-Redirect"]
    assert siti.session[unsent.KEY]["fields"] == [["words", "Ditulis lagi dari awal"]]


def test_what_is_kept_lives_half_an_hour_and_may_not_be_huge(
    siti: Client, at: time_machine.Traveller
) -> None:
    assert reverse("session_unsent") not in send(siti, words="x" * 100_001)["Location"]
    answer = send(siti)
    at.shift(timedelta(minutes=31))
    page = come_back(siti, "siti@contoh.id", answer["Location"])
    assert WORDS not in html.unescape(page.content.decode())


def test_it_can_be_thrown_away(siti: Client) -> None:
    come_back(siti, "siti@contoh.id", send(siti)["Location"])
    assert siti.post(reverse("session_unsent")).status_code == 302
    assert unsent.KEY not in siti.session
    assert not DataRequest.objects.exists()


def test_what_a_guest_typed_is_kept_for_nobody_on_a_phone_that_is_perhaps_borrowed(
    siti: Client,
) -> None:
    guest = Account.objects.create(name="Tamu", guest_key=b"x" * 32)
    assert guest.is_guest
    siti.force_login(guest)
    siti.get(reverse("own_data"))
    Session.objects.all().delete()
    assert reverse("session_unsent") not in send(siti)["Location"]
    assert not Session.objects.exists()
