"""The PIN with which heads of RT and RW answer by a link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices.models import Post, Role
from satupintu.people import actions
from satupintu.people.models import Account, Pin
from satupintu.people.queries import NoRight
from tests.people.cast import PASSWORD, Cast, account, acting, hold
from tests.people.door import messages
from tests.people.test_second_factor import give_totp

PIN, WRONG = "482913", "482914"
LINK = By(None, "link")


@pytest.fixture
def head(cast: Cast) -> Account:
    """A head of RT with a PIN of their own."""
    person = account("Mulyadi", phone="+6281234567902")
    role = Role.objects.create(code="rt", name="Ketua RT", rights=["endorse"])
    Post.objects.create(office=cast.office, code="ketua", name="Ketua RT 001", role=role)
    hold(person, "ketua")
    actions.set_pin(PIN, by=acting(person))
    return person


def right(head: Account, pin: str = PIN) -> bool:
    return actions.check_pin(head.pk, pin, by=LINK)


def test_a_pin_is_kept_like_a_password(head: Account) -> None:
    assert PIN not in Pin.objects.get().hash
    assert right(head)
    assert not right(head, WRONG)


@pytest.mark.parametrize(
    "easy", ["12345", "1234567", "12345a", "١٢٣٤٥٦", "111111", "123456", "654321"]
)
def test_a_pin_that_everybody_tries_first_is_refused(head: Account, easy: str) -> None:
    with pytest.raises(actions.WeakPin):
        actions.set_pin(easy, by=acting(head))
    assert right(head)


def test_the_fifth_wrong_pin_locks_it_and_a_right_one_forgets_the_wrong_ones(
    head: Account,
) -> None:
    for _ in range(4):
        right(head, WRONG)
    assert right(head)
    for _ in range(5):
        right(head, WRONG)
    assert not right(head)
    refused = Entry.objects.filter(event="people.PinRefused").order_by("id")
    assert [entry.data["locked"] for entry in refused] == [False] * 8 + [True]

    Pin.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert right(head)


def test_without_a_pin_no_pin_is_right(cast: Cast) -> None:
    person = account("Kasmari", phone="+6281234567903")
    assert not right(person, "")
    assert not right(person)


def test_a_pin_is_set_by_heads_of_rt_and_rw_only_after_the_password_and_they_are_told(
    cast: Cast, head: Account, client: Client
) -> None:
    with pytest.raises(NoRight):
        actions.set_pin(PIN, by=acting(cast.budi))
    client.force_login(head)
    give_totp(head)
    page, new = reverse("people:pin"), {"pin": "739152", "again": "739152"}
    for answer in (client.get(page), client.post(page, new)):
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert right(head)
    back = client.post(
        reverse("account_reauthenticate"), {"password": PASSWORD, "next": page}, follow=True
    )
    assert back.request["PATH_INFO"] == page
    client.post(page, new)
    assert right(head, "739152")
    assert "PIN akun Anda diganti" in messages(str(head.phone))[-1]


def test_only_an_administrator_gives_a_pin_and_it_ends_the_old_one(
    cast: Cast, head: Account
) -> None:
    with pytest.raises(NoRight):
        actions.give_pin(head.pk, by=acting(head))
    given = actions.give_pin(head.pk, by=By(None, "command"))
    assert right(head, given)
    assert not right(head)
