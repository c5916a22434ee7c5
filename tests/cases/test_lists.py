"""A list loads what it shows: not the form, the process and the letters of every row's service."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.cases.models import Case
from tests.cases.test_bounds import PAGES
from tests.site.stage import client_of, house
from tests.world import outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = [
    *((actor, page) for actor, page in PAGES if not page.startswith("/berkas/")),
    ("kabid@dpmptsp", "/izin/?nomor=5"),
]
# As one of the columns that come back, not inside an expression that picks a name out of it.
WHOLE = re.compile(r'(?<![(])"catalogue_serviceversion"\."definition"(?! AS)(,| FROM)')


def whole_definitions(asked: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in asked if WHOLE.search(one["sql"].partition(" WHERE ")[0])]


def test_no_list_loads_the_definitions_of_services(house: Any) -> None:
    assert WHOLE.search(str(Case.objects.select_related("service_version").query))
    world, _ = house
    for actor, page in LISTS:
        client = client_of(world, actor)
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        assert whole_definitions(asked) == [], page
    client = client_of(world, "kabid@dpmptsp")
    client.get("/berkas/")
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/berkas/", {"q": "2026"})
    assert "Surat Keterangan Penelitian" in answer.content.decode()
    assert whole_definitions(asked) == []


def test_the_work_list_names_every_step_as_its_service_does(house: Any) -> None:
    world, _ = house
    for actor, name in (
        ("verifikator@dpmptsp", "Verifikasi berkas"),
        ("penetap@dpmptsp", "Penetapan retribusi"),
        ("tim_teknis@putr", "Tinjauan lapangan"),
    ):
        assert name in client_of(world, actor).get("/tugas/").content.decode(), actor
