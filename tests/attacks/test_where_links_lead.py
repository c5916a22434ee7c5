"""No header and no parameter decides where a link, a mail or an answer leads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings as SettingsWrapper

from tests.people.cast import PASSWORD, Cast
from tests.people.conftest import cast
from tests.people.door import messages, post, sign_in, signed_in
from tests.permits.test_copies import letter
from tests.world import World, world

__all__ = ["cast", "letter", "world"]

EVIL = "jahat.example"
FORWARDED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Port": "666",
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL}",
}
ELSEWHERE = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}",
    f"https:{EVIL}",
    f"https:///{EVIL}",
    f"\thttps://{EVIL}",
    f"/\t/{EVIL}/",
    f"http://localhost:8000@{EVIL}/",
    f"javascript:alert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f"/\r\nLocation: https://{EVIL}/",
]


def leads_away(address: str) -> bool:
    plain = re.sub(r"[\t\r\n ]", "", address).replace("\\", "/")
    return plain.startswith("//") or bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", plain))


def test_a_foreign_host_is_not_answered(cast: Cast) -> None:
    for host in (EVIL, f"testserver.{EVIL}", f"testserver:80@{EVIL}", f"testserver, {EVIL}"):
        assert Client(HTTP_HOST=host).get("/akun/login/").status_code == 400, host


@pytest.mark.parametrize("page", ["/", "/akun/login/", "/lacak/", "/permohonan/", "/tidak/ada/"])
def test_forwarded_headers_stand_in_no_page(cast: Cast, page: str) -> None:
    answer = Client(headers=FORWARDED).get(page)
    assert EVIL not in answer.content.decode()
    assert EVIL not in str(answer.headers)


def test_links_in_mails_lead_to_the_city_whatever_the_host(
    cast: Cast, settings: SettingsWrapper
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(HTTP_HOST=EVIL, headers=FORWARDED)
    post(client, "account_reset_password", email="siti@contoh.id")
    post(client, "account_reset_password", email="tak.ada@contoh.id")
    post(client, "account_signup", name="Siti", contact="siti@contoh.id", password1=PASSWORD)
    told = messages("siti@contoh.id") + messages("tak.ada@contoh.id")
    assert len(told) >= 2
    assert EVIL not in "".join(told)


def test_a_shared_link_leads_to_the_city_whatever_the_host(
    world: World, letter: Any, settings: SettingsWrapper
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    siti = world.applicant()
    answer = siti.post(
        f"/surat-saya/{letter.pk}/bagikan/",
        {"days": "7"},
        headers={"Host": EVIL, "Origin": f"http://{EVIL}", **FORWARDED},
    )
    body = answer.content.decode()
    assert f"{settings.BASE_URL}/dibagikan/" in body
    assert EVIL not in body


@pytest.mark.parametrize("to", ELSEWHERE)
def test_signing_in_and_out_leads_to_own_pages_only(cast: Cast, to: str) -> None:
    client = Client(raise_request_exception=False)
    page = client.get(reverse("account_login"), {"next": to})
    for link in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()):
        assert not leads_away(link) or EVIL not in link, link
    answer = client.post(
        reverse("account_login"),
        {"login": "siti@contoh.id", "password": PASSWORD, "next": to},
        query_params={"next": to},
    )
    assert signed_in(client)
    assert not leads_away(answer.headers["Location"]), answer.headers["Location"]
    for name in ("account_reauthenticate", "account_login", "account_logout"):
        answer = client.post(
            reverse(name), {"password": PASSWORD, "next": to}, query_params={"next": to}
        )
        assert answer.status_code < 500
        assert not leads_away(answer.headers.get("Location", "/")), (name, answer.headers)


@pytest.mark.parametrize("to", ELSEWHERE)
def test_the_way_back_from_a_refusal_stays_here(cast: Cast, to: str) -> None:
    client = Client()
    sign_in(client, "siti@contoh.id")
    answer = client.get(reverse("people:posts"), headers={"Referer": to.replace("\r\n", "")})
    assert answer.status_code == 403
    for link in re.findall(r'href="([^"]*)"', answer.content.decode()):
        assert link.startswith(("tel:", "mailto:")) or not leads_away(link), link


@pytest.mark.parametrize(
    "path", [f"//{EVIL}/", f"/en//{EVIL}/", f"/en/%2F%2F{EVIL}/", f"/%5C{EVIL}/", f"/en/\\{EVIL}"]
)
def test_the_other_language_is_a_page_of_ours(cast: Cast, path: str) -> None:
    answer = Client().get(path)
    assert not leads_away(answer.headers.get("Location", "/"))
    for link in re.findall(r'href="([^"]*)"', answer.content.decode()):
        assert not (leads_away(link) and EVIL in link), link
