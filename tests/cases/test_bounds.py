"""However much there is to show, a page asks the database a bounded number of times."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.site.stage import client_of, house
from tests.world import outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

CHECKED, VISITED, DRAFTED = "SKP-PENELITIAN:verifikasi", "REKLAME-TETAP:tinjau", "PBG:konsep"
TABS = ("summary", "documents", "inspection", "opinions", "messages", "history")
PAGES = [
    ("verifikator@dpmptsp", "/tugas/"),
    ("verifikator@dpmptsp", "/tugas/?tab=all&size=100"),
    ("kabid@dpmptsp", "/tugas/?tab=waiting"),
    *(("verifikator@dpmptsp", f"/berkas/{{{CHECKED}}}/{tab}/") for tab in TABS),
    *(("tim_teknis@putr", f"/berkas/{{{VISITED}}}/{tab}/") for tab in TABS),
    ("kabid@dpmptsp", f"/berkas/{{{DRAFTED}}}/history/"),
    ("tim_teknis@putr", f"/berkas/{{{VISITED}}}/kunjungan/lapangan/"),
    ("tim_teknis@kesbangpol", "/berkas/{SKP-PENELITIAN:rekomendasi}/kunjungan/rekomendasi/"),
    ("penetap@dpmptsp", "/berkas/{PBG:penetapan}/retribusi/hitung/"),
    ("pengolah@dpmptsp", f"/berkas/{{{DRAFTED}}}/naskah/susun/"),
    ("kepala_dinas@dpmptsp", "/tanda-tangan/"),
    ("tim_teknis@dinkes", "/pendapat/"),
    ("kabid@dpmptsp", "/izin/"),
    ("penyerahan@dpmptsp", "/penyerahan/"),
    ("front_office@dpmptsp", "/loket/"),
    ("siti", "/permohonan/"),
    ("siti", "/pesan/"),
]


@pytest.mark.parametrize(("actor", "page"), PAGES)
def test_no_page_asks_the_database_for_each_row_it_shows(
    actor: str,
    page: str,
    house: Any,
    settings: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """The second look: the first also signs in and records that protected data was read."""
    world, places = house
    settings.KEPT_SECONDS = 60
    for name, place in places.items():
        page = page.replace(f"{{{name}}}", str(place.get("number", "")))
    client = client_of(world, actor)
    assert client.get(page).status_code == 200

    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200
