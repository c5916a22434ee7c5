"""Sessions end by themselves, and grave acts want a fresh second factor (BSSN 4/2021, group b)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from satupintu.people import actions
from satupintu.people.models import Account, Holding
from tests.people.cast import PASSWORD, Cast, hold
from tests.people.door import code, from_address, post, sign_in, signed_in, totp
from tests.people.test_pages import day
from tests.people.test_second_factor import give_totp
from tests.world import ROOT, World, world

__all__ = ["world"]

NOW = datetime(2026, 11, 20, 3, 0, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def officer(cast: Cast) -> Client:
    give_totp(cast.ani)
    client = Client()
    sign_in(client, "ani@contoh.id")
    post(client, "mfa_authenticate", code=totp())
    assert signed_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("notifications:inbox")).status_code == 200


@pytest.mark.requirement("PLU-6")
def test_an_officer_who_rests_half_an_hour_signs_in_again(
    cast: Cast, at: time_machine.Traveller
) -> None:
    client = officer(cast)
    for _ in range(4):
        at.shift(20 * MINUTE)
        assert is_in(client), "who works stays"
    at.shift(31 * MINUTE)
    assert not is_in(client)


def test_an_applicant_has_longer(cast: Cast, at: time_machine.Traveller) -> None:
    client = from_address("192.0.2.1")
    sign_in(client, "siti@contoh.id")
    assert is_in(client)
    at.shift(115 * MINUTE)
    assert is_in(client)
    at.shift(121 * MINUTE)
    assert not is_in(client)


def test_whoever_signs_in_and_goes_away_is_signed_out_as_anybody_who_rests(
    cast: Cast, at: time_machine.Traveller
) -> None:
    client = Client()
    sign_in(client, "siti@contoh.id")
    assert is_in(client)
    at.shift(121 * MINUTE)
    assert not is_in(client)


@pytest.mark.parametrize(("who", "hours", "steps"), [("ani", 10, 25), ("siti", 12, 8)])
def test_no_session_outlives_the_day_however_much_it_is_used(
    cast: Cast, at: time_machine.Traveller, who: str, hours: int, steps: int
) -> None:
    client = Client()
    if who == "ani":
        client = officer(cast)
    else:
        sign_in(client, "siti@contoh.id")
    pause = hours * 60 * MINUTE / steps
    for _ in range(steps - 1):
        at.shift(pause)
        client.post(reverse("session_stay"))
        assert is_in(client)
    at.shift(pause)
    client.post(reverse("session_stay"))
    assert not is_in(client)


def test_a_resident_who_is_given_a_post_has_an_officers_session_at_once(
    cast: Cast, at: time_machine.Traveller
) -> None:
    client = Client()
    sign_in(client, "budi@contoh.id")
    assert is_in(client)
    hold(cast.budi, "loket1")
    give_totp(cast.budi)
    at.shift(2 * MINUTE)
    assert is_in(client)
    at.shift(31 * MINUTE)
    assert not is_in(client)


def test_signing_out_leaves_no_session_and_no_page_behind(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    page = client.get(reverse("people:profile"))
    assert page.headers["Cache-Control"] == "no-store", "nothing behind the back button"
    key = client.session.session_key
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(pk=key).exists()


def test_cookies_are_bound_to_this_host_and_to_https() -> None:
    asked = (
        "from satupintu.site import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_HTTPONLY,"
        " s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    told = {
        **os.environ,
        "SATUPINTU_BASE_URL": "https://izin.contoh.example",
        "SATUPINTU_SANDBOX": "",
        "SATUPINTU_SECRET_KEY": "x" * 60,
        "FILE_KEYS": __file__,
    }
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=True,
    )
    cookies, browsers_keep_to_https = done.stdout.split()[:6], done.stdout.split()[6:]
    assert cookies == ["__Host-satupintu", "True", "True", "Lax", "True", "True"]
    assert browsers_keep_to_https == [str(365 * 24 * 3600), "True"]


def test_outside_a_sandbox_nothing_starts_without_a_secret_of_its_own() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SATUPINTU")}
    done = subprocess.run(
        [sys.executable, "-c", "import satupintu.site.settings"],
        cwd=ROOT,
        env=kept | {"FILE_KEYS": __file__},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SATUPINTU_SECRET_KEY is not set" in done.stderr


# What ends, ends with the next request (quality.md B3 8)


def test_a_post_that_ended_bites_with_the_next_request(cast: Cast) -> None:
    give_totp(cast.budi)
    given = hold(cast.budi, "loket1")
    client = Client()
    client.force_login(cast.budi)
    counter = reverse("cases:counter")
    assert client.get(counter).status_code == 200
    actions.end_holding(given.pk, by=cast.by)
    assert client.get(counter).status_code == 403
    assert not Holding.objects.filter(pk=given.pk, to_date=None).exists()


def test_a_role_that_loses_a_right_bites_with_the_next_request(cast: Cast) -> None:
    give_totp(cast.budi)
    held = hold(cast.budi, "loket1")
    client = Client()
    client.force_login(cast.budi)
    assert client.get(reverse("cases:counter")).status_code == 200
    role = held.post.role
    role.rights = [right for right in role.rights if right != "counter"]
    role.save()
    assert client.get(reverse("cases:counter")).status_code == 403


# Step-up (quality.md B3 9)


def appointment(person: Account) -> dict[str, str]:
    return {"contact": str(person.email), **day("from_date", NOW.date()), **day("to_date", None)}


def test_a_grave_act_wants_a_second_factor_that_is_fresh(
    cast: Cast, at: time_machine.Traveller
) -> None:
    client = officer(cast)
    page = reverse("people:appoint", args=[post_of("loket1")])
    assert client.get(page).status_code == 200, "shown at sign-in a moment ago"
    for _ in range(2):
        at.shift(10 * MINUTE)
        assert is_in(client)

    asked = client.get(page)
    again = f"{reverse('mfa_reauthenticate')}?next={page.replace('/', '%2F')}"
    assert asked.headers["Location"] == again
    refused = client.post(
        page, appointment(cast.budi), headers={"referer": f"http://testserver{page}"}
    )
    assert refused.status_code == 403
    assert "kode kedua" in refused.content.decode()
    assert again in refused.content.decode()
    assert not Holding.objects.filter(account=cast.budi).exists()

    post(client, "account_reauthenticate", password=PASSWORD)
    assert client.get(page).status_code == 302, "a password is not a second factor"
    assert client.post(again, {"code": totp()}).headers["Location"] == page
    assert client.post(page, appointment(cast.budi)).status_code == 302
    assert Holding.objects.filter(account=cast.budi).exists()


def test_an_old_code_of_another_account_in_the_same_browser_counts_for_nothing(
    cast: Cast, at: time_machine.Traveller
) -> None:
    client = officer(cast)
    give_totp(cast.dewi)
    hold(cast.dewi, "loket1")
    session = client.session
    session["account_authentication_methods_user"] = str(cast.dewi.pk)
    session.save()
    assert client.get(reverse("people:officer_new")).status_code == 302


PAGES = {
    "cases:signing": "kepala",
    "permits:register_csv": "kepala",
    "people:officer_new": "administrator",
    "people:staffing": "administrator",
}


@pytest.mark.parametrize("route", PAGES)
def test_pages_of_grave_acts_open_only_to_a_fresh_second_factor(world: World, route: str) -> None:
    desk = world.desk(PAGES[route])
    assert desk.get(reverse(route)).status_code == 200
    session = desk.session
    session["account_authentication_methods"][-1]["at"] -= 16 * 60
    session.save()
    asked = desk.get(reverse(route))
    assert asked.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    page = desk.get(asked.headers["Location"]).content.decode()
    assert reverse("account_reauthenticate") not in page, "the password would not do"


POSTS = {
    "permits:draft_decision": 1,
    "permits:decision": 1,
    "people:holding_end": 1,
    "people:holding_decision": 1,
    "people:mandate_end": 1,
    "people:mandate_new": 1,
    "people:account_disable": 1,
    "people:account_enable": 1,
    "people:account_sign_out": 1,
    "people:pin_give": 1,
}


@pytest.mark.parametrize("route", POSTS)
def test_grave_acts_are_refused_before_anything_is_looked_up(cast: Cast, route: str) -> None:
    give_totp(cast.ani)
    client = Client()
    client.force_login(cast.ani)
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    answer = client.post(reverse(route, args=[POSTS[route]]))
    assert answer.status_code == 403
    assert "kode kedua" in answer.content.decode()


# Recovery of an account (quality.md B3 5)


def test_a_new_password_keeps_the_second_factor(cast: Cast, at: time_machine.Traveller) -> None:
    give_totp(cast.siti)
    client = Client()
    post(client, "account_reset_password", email="siti@contoh.id")
    post(client, "account_confirm_password_reset_code", code=code("siti@contoh.id"))
    new = "gunung yang jauh sekali"
    post(client, "account_complete_password_reset", password1=new, password2=new)
    assert not signed_in(client)
    sign_in(client, "siti@contoh.id", new)
    assert not signed_in(client)
    post(client, "mfa_authenticate", code=totp())
    assert signed_in(client)


@pytest.mark.parametrize(
    ("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_of_the_app_fits_one_step_before_and_after(
    cast: Cast, at: time_machine.Traveller, steps: int, fits: bool
) -> None:
    give_totp(cast.siti)
    client = Client()
    sign_in(client, "siti@contoh.id")
    post(client, "mfa_authenticate", code=totp(steps))
    assert signed_in(client) is fits


def test_no_account_is_there_before_somebody_makes_one(db: None) -> None:
    assert not Account.objects.exists()


def post_of(name: str) -> int:
    from tests.people.cast import post as find

    return find(name).pk
