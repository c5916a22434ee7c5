"""The inbox and the list of what was not delivered, over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from satupintu.journal.events import SYSTEM, By
from satupintu.notifications import actions
from satupintu.notifications.models import Delivery, Notice
from satupintu.people.models import Account
from tests.notifications.conftest import Cast

pytestmark = pytest.mark.urls("tests.notifications.urls")


def browser(by: By) -> Client:
    Authenticator.objects.get_or_create(
        user_id=by.account_id, type="totp", defaults={"data": {"secret": "x"}}
    )
    client = Client()
    client.force_login(Account.objects.get(pk=by.account_id or 0))
    return client


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.replace("\u00a0", " ").split())


def tell(cast: Cast, key: str = "a", **values: str) -> Notice:
    return actions.notify(
        applicant_id=cast.applicant.pk,
        message="izin_terbit",
        values={"nomor": "503/1", "url": "https://izin.contoh.id/12", **values},
        subject="case:12",
        key=key,
        by=SYSTEM,
    )


@pytest.fixture
def siti(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.siti)
    return client


def test_an_empty_inbox_says_what_will_come(siti: Client) -> None:
    assert "Belum ada pemberitahuan" in words(siti.get("/pesan/"))


def test_a_notice_is_opened_from_the_inbox_and_is_then_read(cast: Cast, siti: Client) -> None:
    notice = tell(cast)
    inbox = words(siti.get("/pesan/"))
    assert "1 belum dibaca" in inbox
    assert "Izin 503/1 terbit" in inbox

    looked = siti.get(f"/pesan/{notice.pk}/")
    assert "Tandai sudah dibaca" in words(looked)
    notice.refresh_from_db()
    assert notice.read_at is None  # looking by a link changes nothing

    opened = siti.post(f"/pesan/{notice.pk}/baca/", follow=True)
    assert opened.redirect_chain == [(f"/pesan/{notice.pk}/", 302)]
    assert "Izin 503/1 sudah terbit" in words(opened)
    assert 'href="https://izin.contoh.id/12"' in opened.content.decode()
    assert "Tandai sudah dibaca" not in words(opened)
    assert "belum dibaca" not in words(siti.get("/pesan/"))


def test_a_long_inbox_has_pages(cast: Cast, siti: Client) -> None:
    for number in range(22):
        tell(cast, key=str(number), nomor=f"503/{number}")
    first = siti.get("/pesan/").content.decode()
    assert "Izin 503/21 terbit" in first
    assert "Izin 503/1 terbit" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert "Izin 503/1 terbit" in words(siti.get(f"/pesan/{following[1]}"))
    assert siti.get("/pesan/?after=x").status_code == 200


def test_nobody_reads_the_notices_of_another(cast: Cast) -> None:
    notice = tell(cast)
    for client, code in ((browser(cast.officer), 404), (Client(), 302)):
        assert client.get(f"/pesan/{notice.pk}/").status_code == code
        assert client.post(f"/pesan/{notice.pk}/baca/").status_code == code
    assert browser(cast.officer).get(f"/pesan/{notice.pk}/baca/").status_code == 405


def test_markup_in_a_value_is_text(cast: Cast, siti: Client) -> None:
    notice = tell(cast, nomor="<script>alert(1)</script>")
    for page in ("/pesan/", f"/pesan/{notice.pk}/"):
        text = siti.get(page).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_an_administrator_sees_what_failed_without_the_whole_address_and_sends_it_again(
    cast: Cast, siti: Client
) -> None:
    tell(cast)
    sms = Delivery.objects.get(channel="sms")
    sms.status, sms.problem = "failed", "NotDeliverable: number unknown"
    sms.save()
    admin = browser(cast.admin)
    page = words(admin.get("/pesan-gagal/"))
    assert "SMS +62812****7890" in page
    assert "+6281234567890" not in page
    assert "number unknown" in page

    again = admin.post(f"/pesan-gagal/{sms.pk}/kirim/", follow=True)
    assert "Pesan dikirim lagi" in words(again)
    assert "Semua pesan sudah terkirim" in words(again)
    sms.refresh_from_db()
    assert sms.status == "queued"
    assert admin.post(f"/pesan-gagal/{sms.pk}/kirim/").status_code == 409

    for client in (siti, browser(cast.officer)):
        assert client.get("/pesan-gagal/").status_code == 403
        assert client.post(f"/pesan-gagal/{sms.pk}/kirim/").status_code == 403
    assert Client().get("/pesan-gagal/").status_code == 302


def test_an_inbox_costs_a_fixed_number_of_queries(
    cast: Cast, siti: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        tell(cast, key=str(number))
    siti.get("/pesan/")
    with django_assert_max_num_queries(15):
        siti.get("/pesan/")
