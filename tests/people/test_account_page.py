"""The administrator's page of one officer's account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.journal.models import Entry
from satupintu.people.models import Account
from tests.people.cast import Cast, hold
from tests.people.test_pages import admin, browser

__all__ = ["admin"]


def page(person: Account, name: str = "account") -> str:
    return reverse(f"people:{name}", args=[person.pk])


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.requirement("PLU-6")
def test_an_account_is_shut_and_opened_again_with_a_trace_on_its_page(
    cast: Cast, admin: Client
) -> None:
    hold(cast.budi, "loket1")
    budi = browser(cast.budi)
    assert budi.get("/pesan/").status_code == 200
    before = text(admin, page(cast.budi))
    assert "Akun aktif" in before
    assert "Ya, tutup akun Budi" in before

    shut = admin.post(page(cast.budi, "account_disable"), follow=True).content.decode()

    assert "Akun ditutup" in shut
    assert "Akun dinonaktifkan" in shut
    assert "Ani" in shut
    assert "Akun ditutup" in text(admin, reverse("people:posts"))
    assert budi.get("/pesan/").status_code == 302, "signed out at once"

    opened = admin.post(page(cast.budi, "account_enable"), follow=True).content.decode()
    assert "Akun diaktifkan lagi" in opened
    assert Account.objects.get(pk=cast.budi.pk).is_active
    events = Entry.objects.filter(subject=cast.budi.subject, account_id=cast.ani.pk)
    assert [entry.event for entry in events.order_by("id")] == [
        "people.AccountDisabled",
        "people.AccountEnabled",
    ]


def test_nobody_shuts_an_account_of_their_own(cast: Cast, admin: Client) -> None:
    assert "tutup akun Ani" not in text(admin, page(cast.ani))
    assert admin.post(page(cast.ani, "account_disable")).status_code == 409
    assert Account.objects.get(pk=cast.ani.pk).is_active


def test_only_administrators_see_or_shut_accounts(cast: Cast, admin: Client) -> None:
    hold(cast.budi, "loket1")
    hold(cast.dewi, "kepala")

    for stranger in (browser(cast.dewi), browser(cast.siti)):
        assert stranger.get(page(cast.budi)).status_code == 403
        assert stranger.post(page(cast.budi, "account_disable")).status_code == 403
    assert Account.objects.get(pk=cast.budi.pk).is_active


def test_applicants_are_not_looked_at_here(cast: Cast, admin: Client) -> None:
    assert admin.get(page(cast.siti)).status_code == 404
    assert admin.post(page(cast.siti, "account_disable")).status_code == 404


def test_the_page_is_reached_from_the_posts(cast: Cast, admin: Client) -> None:
    holding = hold(cast.budi, "loket1")

    assert page(cast.budi) in text(admin, reverse("people:posts"))
    assert page(cast.budi) in text(admin, reverse("people:post", args=[holding.post_id]))
