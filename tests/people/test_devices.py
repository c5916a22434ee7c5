"""New devices are told, known ones are not, and each can be signed out from afar."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satupintu.journal.models import Entry
from satupintu.notifications import actions as notifications
from satupintu.notifications.models import Delivery, Notice
from satupintu.people.models import Device
from tests.people.cast import Cast, account, hold
from tests.people.door import PHONE, from_address, post, sign_in, signed_in
from tests.people.test_pages import admin
from tests.people.test_second_factor import give_totp
from tests.world import metro

__all__ = ["admin", "metro"]

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PHONE_BROWSER = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
)


def told() -> list[Entry]:
    return list(Entry.objects.filter(event="people.NewDeviceSeen").order_by("id"))


def come_in(client: Client, who: str = "siti@contoh.id") -> None:
    client.post(reverse("account_logout"))
    sign_in(client, who)
    assert signed_in(client)


def test_a_new_device_is_told_and_a_known_one_is_not(cast: Cast) -> None:
    mine = from_address(HOME)
    come_in(mine)
    assert told() == [], "the first sign-in has nothing to compare with"
    come_in(mine)
    assert told() == []

    come_in(from_address(HOME))
    assert [entry.data["account_id"] for entry in told()] == [cast.siti.pk]
    come_in(mine)
    assert len(told()) == 1


def test_a_known_device_in_a_new_place_is_told_once_a_day(cast: Cast) -> None:
    mine = from_address(HOME)
    come_in(mine)
    mine.defaults["REMOTE_ADDR"] = ELSEWHERE
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        come_in(mine)
        come_in(mine)
        assert len(told()) == 1
        mine.defaults["REMOTE_ADDR"] = "192.0.2.1"
        come_in(mine)
        assert len(told()) == 1, "on the move: not at each sign-in"
        mine.defaults["REMOTE_ADDR"] = "198.51.99.8"
        come_in(mine)
    assert len(told()) == 1


def test_two_people_on_one_browser_do_not_vouch_for_each_other(cast: Cast) -> None:
    mine, shared = from_address(HOME), from_address(HOME)
    come_in(mine)
    come_in(shared, "budi@contoh.id")
    come_in(shared)
    assert [entry.data["account_id"] for entry in told()] == [cast.siti.pk]
    kept = bytes(Device.objects.latest("pk").browser)
    assert shared.cookies["perangkat"].value.encode() not in kept


@pytest.mark.requirement("PLB-10")
@pytest.mark.django_db
def test_the_owner_reads_it_in_the_inbox_by_mail_and_by_sms(metro: None) -> None:
    joko = account("Joko", phone=PHONE)
    come_in(from_address(HOME), PHONE)
    stranger = from_address(ELSEWHERE)
    stranger.defaults["HTTP_USER_AGENT"] = PHONE_BROWSER
    come_in(stranger, PHONE)
    [entry] = told()
    for _ in range(2):  # jobs may run twice
        notifications.tell_new_device(entry.pk, entry.data["device_id"])
    notice = Notice.objects.get(account=joko)
    assert "Chrome, Android" in notice.body
    assert ELSEWHERE not in notice.body
    assert "ganti kata sandi" in Delivery.objects.get(notice=notice, channel="sms").text


@pytest.mark.requirement("PLB-10")
def test_one_device_is_signed_out_with_its_next_request(cast: Cast) -> None:
    mine, lost = from_address(HOME), from_address(ELSEWHERE)
    come_in(mine)
    lost.defaults["HTTP_USER_AGENT"] = PHONE_BROWSER
    come_in(lost)
    page = mine.get(reverse("usersessions_list")).content.decode()
    assert "Chrome, Android" in page
    session = UserSession.objects.get(session_key=lost.session.session_key)
    address = reverse("people:device_end", args=[session.pk])
    assert address in page

    other = from_address(HOME)
    come_in(other, "budi@contoh.id")
    assert other.post(address).status_code == 404, "only one's own"
    assert lost.get(reverse("people:profile")).status_code == 200
    mine.post(address)
    assert lost.get(reverse("people:profile")).status_code == 302
    assert mine.get(reverse("people:profile")).status_code == 200
    assert Entry.objects.filter(event="people.SignInChanged").latest("id").data == {
        "account_id": cast.siti.pk,
        "what": "session_ended",
    }


@pytest.mark.requirement("PLB-10")
def test_all_other_devices_are_signed_out_at_once(cast: Cast) -> None:
    mine, *others = (from_address(HOME) for _ in range(3))
    for client in (mine, *others):
        come_in(client)
    post(mine, "usersessions_list")
    assert [client.get(reverse("people:profile")).status_code for client in others] == [302, 302]
    assert mine.get(reverse("people:profile")).status_code == 200


@pytest.mark.requirement("PLB-10")
def test_an_administrator_signs_an_officer_out_everywhere(cast: Cast, admin: Client) -> None:
    hold(cast.budi, "loket1")
    give_totp(cast.siti)
    lost = from_address(HOME)
    come_in(lost, "budi@contoh.id")
    assert UserSession.objects.filter(user=cast.budi).exists()
    admin.post(reverse("people:account_sign_out", args=[cast.budi.pk]))
    assert (
        lost.get(reverse("people:profile")).headers["Location"].startswith(reverse("account_login"))
    )
    assert admin.post(reverse("people:account_sign_out", args=[cast.siti.pk])).status_code == 404
