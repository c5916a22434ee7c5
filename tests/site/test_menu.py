"""The menu of an officer holds what their post does in the services of this city, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.catalogue import queries as catalogue
from tests.browsing import Browser, said
from tests.units.town import Town, build
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
SIGNING, OPINIONS = "Tanda tangan", "Pendapat instansi"


@pytest.fixture
def town(db: None) -> Town:
    return build()


def menu(account: object) -> set[str]:
    page = Browser(account).open("/tugas/").page
    return {said(link) for link in page.xpath("//nav[contains(@class, 'c-side')]//a")}


def test_signing_and_opinions_stand_where_a_post_does_them(world: World) -> None:
    def of(post: str, office: str = "dpmptsp") -> set[str]:
        return menu(world.officer(post, office)) & {SIGNING, OPINIONS}

    assert of("kepala") == {SIGNING}
    assert of("kabid") == {SIGNING}, "decisions on sanctions wait there"
    assert of("tim-teknis", "dinkes") == {OPINIONS}
    for post in ("loket-1", "verifikator-1", "kasir", "pengolah", "pengawas", "administrator"):
        assert not of(post), post


def test_in_a_city_of_letters_nobody_is_asked_for_opinions_and_nothing_is_called_a_permit(
    town: Town,
) -> None:
    operator = menu(town.officer("kel-ketapang", "operator"))
    lurah = menu(town.officer("kel-ketapang", "lurah"))
    assert SIGNING in lurah - operator
    assert OPINIONS not in lurah | operator
    assert "Dokumen terbit" in operator
    assert not [words for words in operator | lurah if "izin" in words.lower()]


def test_the_duties_are_read_once_for_each_version(world: World, settings: Any) -> None:
    first = catalogue.duties()
    assert {("kepala_dinas", "sign"), ("tim_teknis", "recommend")} <= first
    with CaptureQueriesContext(connection) as asked:
        assert catalogue.duties() == first
    assert ["definition" in query["sql"] for query in asked] == [False]
    settings.KEPT_SECONDS = 60
    with CaptureQueriesContext(connection) as asked:
        assert catalogue.duties() == first
    assert not asked.captured_queries
