"""The database takes no writes: whoever reads is served, whoever writes is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.people.actions import throttle
from satupintu.permits.models import Permit
from tests.site.stage import SKP, client_of
from tests.site.stage import house as house
from tests.site.test_public_pages import PAGES
from tests.world import World, outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def read_only(house: tuple[World, Any]) -> Iterator[tuple[World, Client]]:
    """As on a standby, or while an operator changes the server over."""
    siti = client_of(house[0], "siti")
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    yield house[0], siti
    throttle._here.clear()
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


def test_everybody_still_reads_services_status_and_documents(
    read_only: tuple[World, Client],
) -> None:
    stranger = Client(raise_request_exception=False)
    case = Case.objects.exclude(number=None).order_by("id")[0]
    permit = Permit.objects.filter(status="valid").order_by("id")[0]
    for address in PAGES:
        assert stranger.get(address).status_code == 200, address

    tracked = stranger.post("/lacak/", {"nomor": case.number})
    by_code = stranger.get(f"/v/{permit.token}/")
    by_number = stranger.post("/verifikasi/", {"number": permit.number})

    assert (tracked.status_code, by_code.status_code, by_number.status_code) == (200, 200, 200)
    assert str(case.number) in tracked.content.decode()
    assert permit.number in by_code.content.decode()


def test_guessing_of_numbers_is_still_limited(
    read_only: tuple[World, Client], settings: Any
) -> None:
    settings.TURNS = {**settings.TURNS, "track": (3, 1)}
    stranger = Client()

    answers = [stranger.post("/lacak/", {"nomor": "tidak-ada"}).status_code for _ in range(5)]

    assert answers == [404, 404, 404, 429, 429]


def test_whoever_would_write_is_told_to_come_back_and_finds_everything_as_it_was(
    read_only: tuple[World, Client],
) -> None:
    before = Entry.objects.count()
    world, siti = read_only

    page = siti.post(
        f"/permohonan/mulai/{SKP}/",
        {"applicant": world.applicants["siti"].pk, "request_type": "baru"},
    )

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "Coba lagi beberapa menit lagi" in page.content.decode()
    assert page.headers["X-Request-Id"][:8] in page.content.decode()
    assert Entry.objects.count() == before
