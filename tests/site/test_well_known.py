"""What machines ask every site for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from satupintu.offices.models import City
from tests.world import World, outside, world

__all__ = ["outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_finds_a_hole_learns_whom_to_tell(world: World, client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert told["Contact"] == f"mailto:{City.objects.get().contact['email']}"
    ends = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=30) < ends - timezone.now() < timedelta(days=365)
    assert answer["Content-Type"].startswith("text/plain")


def test_a_city_without_an_address_names_none(world: World, client: Client) -> None:
    City.objects.update(contact={})
    assert client.get("/.well-known/security.txt").status_code == 404


def test_search_engines_leave_pages_behind_codes_and_accounts_alone(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    for path in ("/v/", "/dibagikan/", "/akun/", "/j/"):
        assert f"Disallow: {path}\n" in told
    assert "Disallow: /layanan" not in told
