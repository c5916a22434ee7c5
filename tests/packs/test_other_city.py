"""A second city runs on the same program: its own words, offices and looks, and no demo."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from satupintu.catalogue import actions as catalogue
from satupintu.offices import queries as offices
from satupintu.people.models import Account
from tests.world import COMMAND, ROOT

OTHER = ROOT / "tests/packs/other"

pytestmark = pytest.mark.django_db


def test_the_portal_is_that_of_the_other_city(client: Client) -> None:
    catalogue.load_pack(OTHER, by=COMMAND)

    for address in ("/", "/layanan/", "/layanan/POHON/", "/direktori/", "/en/", "/status/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Kota Contoh" in page.content.decode()
        assert "Metro" not in page.content.decode()


def test_a_database_stays_with_its_city() -> None:
    catalogue.load_pack(OTHER, by=COMMAND)

    with pytest.raises(CommandError, match="milik Kota Contoh"):
        call_command("load_pack", str(ROOT / "packs/metro"))

    assert offices.city().name == "Kota Contoh"


def test_a_city_without_samples_starts_without_accounts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    catalogue.load_pack(OTHER, by=COMMAND)

    call_command("load_demo", str(OTHER))

    assert "belum ada akun" in capsys.readouterr().out
    assert not Account.objects.exists()
