"""No cache, ours or another's, gives one person's page to the next."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.attacks.test_where_links_lead import EVIL, FORWARDED
from tests.world import World, world

__all__ = ["world"]

# What makes a careless cache believe that a page is a picture or a style sheet.
ENDINGS = ["x.css", ";.css", "%2F..%2Fstatic%2Fx.js", "..%2fx.png", "%00.css", "%0A.js", "?x.css"]
POISON = FORWARDED | {
    "Accept-Language": EVIL,
    "Cookie": f"django_language={EVIL}; pasang={EVIL}",
    "Origin": f"https://{EVIL}",
    "Range": "bytes=0-9",
    "Referer": f"https://{EVIL}/",
    "User-Agent": EVIL,
}


@pytest.mark.parametrize("page", ["/permohonan/", "/akun/profil/", "/data-pribadi/"])
def test_no_ending_makes_a_page_of_a_person_one_that_a_cache_keeps(world: World, page: str) -> None:
    siti = world.applicant("siti")
    assert "Siti Rahayu" in siti.get(page).content.decode()
    ways = [f"/static/..%2f{page[1:]}", f"/static/..;{page}", f"/static/%2e%2e{page}"]
    for way in [*(page + ending for ending in ENDINGS), *ways]:
        answer = siti.get(way)
        told = answer.content.decode()
        assert "no-store" in answer.headers.get("Cache-Control", "") or "Siti" not in told, way


@pytest.mark.parametrize("page", ["/", "/layanan/", "/layanan/PBG/", "/en/layanan/PBG/"])
def test_no_header_of_one_stranger_is_in_the_page_of_the_next(
    world: World, settings: Any, page: str
) -> None:
    settings.KEPT_SECONDS = 60
    for odd in (POISON, {"HX-Request": "true", "HX-Target": EVIL}, {"Accept": "application/json"}):
        assert Client(headers=odd).get(page).status_code == 200
    told = Client().get(page)
    assert told.status_code == 200
    assert EVIL not in told.content.decode() + str(told.headers)
    assert "</html>" in told.content.decode()
    assert "en" in Client(headers=POISON).get("/en/").headers["Content-Language"]
