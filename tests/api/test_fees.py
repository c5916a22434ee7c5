"""Anybody's program works out a levy as the page of the calculator does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from satupintu.journal.models import Entry
from tests.api.caller import Caller, problem
from tests.browsing import readable
from tests.world import World

pytestmark = pytest.mark.django_db
HOUSE: dict[str, Any] = {
    "fungsi": "hunian_kecil",
    "kompleksitas": "sederhana",
    "permanensi": "permanen",
    "kegiatan": "baru",
    "kepemilikan": "perorangan_badan",
    "jml_lantai": 1,
    "lantai": [{"nama": "Lantai 1", "luas": 72.125}],
}
TYPED = {
    **{name: str(value) for name, value in HOUSE.items() if name != "lantai"},
    "lantai-0-nama": "Lantai 1",
    "lantai-0-luas": "72,125",
    "hitung": "1",
}


def fee(answers: Any, **headers: str) -> Any:
    return Caller().post("/services/PBG/fee", {"answers": answers}, key="", **headers)


def test_the_fee_is_that_of_the_page_line_by_line_and_nothing_is_kept(world: World) -> None:
    before = Entry.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer = fee(HOUSE)
    told = answer.json()
    assert answer.status_code == 200
    assert len(queries) <= 4
    amounts = [Decimal(line["amount"]) for line in told["lines"]]
    assert round(sum(amounts)) == Decimal(told["total"]) == 347282
    assert "72,125" in told["lines"][0]["explanation"]
    assert told["workings"][0]["amount"]
    assert (told["service"], told["currency"]) == ("PBG", "IDR")
    assert told["basis"]

    page = readable(Client().get("/layanan/PBG/hitung/", TYPED).content.decode())
    assert "Rp 347.282" in page.replace("\u00a0", " ")
    assert all(line["explanation"] in page for line in told["lines"])
    assert fee({**HOUSE, "lantai": [{"nama": "Lantai 1", "luas": "72,125"}]}).json() == told
    assert Entry.objects.count() == before


def test_the_questions_are_told_with_their_options_in_both_languages(world: World) -> None:
    told = Caller().get("/services/PBG/fee", Accept_Language="en").json()
    assert {one["code"] for one in told["questions"]} >= HOUSE.keys()
    table = next(one for one in told["questions"] if one["code"] == "lantai")
    assert [column["code"] for column in table["columns"]] == ["nama", "luas"]
    activity = next(one for one in told["questions"] if one["code"] == "kegiatan")
    assert {"code": "baru", "name": "New building"} in activity["options"]


@pytest.mark.parametrize(
    ("wrong", "pointer", "sentence"),
    [
        ({"jml_lantai": 40}, "#/answers/jml_lantai", "must be at most 12"),
        ({"jml_lantai": None}, "#/answers/jml_lantai", "Fill in"),
        ({"kegiatan": "lain"}, "#/answers/kegiatan", "from the list"),
        ({"lantai": [{"nama": "A", "luas": 0}]}, "#/answers/lantai", "Row 1"),
        ({"lantai": "72"}, "#/answers/lantai", "wrong shape"),
        ({"lantai": [{"nama": {}, "luas": 1}]}, "#/answers/lantai/0/nama", "wrong shape"),
        ({"lantai": [{"tinggi": 1}]}, "#/answers/lantai/0/tinggi", "not asked"),
        ({"a/b~": 1}, "#/answers/a~1b~0", "not asked"),
        ({"fungsi": "a\u0000"}, "#/answers/fungsi", "wrong shape"),
        ({"fungsi": "\ud800"}, "#/answers/fungsi", "wrong shape"),
        ({"jml_lantai": float("nan")}, "#/answers/jml_lantai", "in figures"),
        ({"jml_lantai": 10**400}, "#/answers/jml_lantai", "in figures"),
    ],
)
def test_each_mistake_is_named_with_its_place(
    world: World, wrong: dict[str, Any], pointer: str, sentence: str
) -> None:
    told = problem(fee({**HOUSE, **wrong}, Accept_Language="en"), 422)
    (error,) = told["errors"]
    assert error["pointer"] == pointer
    assert sentence in error["message"]


def test_what_is_no_answer_at_all_is_refused_with_its_place(world: World) -> None:
    told = problem(Caller().post("/services/PBG/fee", {"answers": []}, key=""), 422)
    assert told["errors"][0]["pointer"] == "#/answers"
    told = problem(Caller().post("/services/PBG/fee", {"answers": {}, "x": 1}, key=""), 422)
    assert told["errors"][0]["pointer"] == "#/x"


@pytest.mark.parametrize("code", ["SIP-PERAWAT", "TIDAK-ADA"])
def test_a_service_without_a_levy_has_no_calculator(world: World, code: str) -> None:
    problem(Caller().get(f"/services/{code}/fee"), 404)
    problem(Caller().post(f"/services/{code}/fee", {"answers": {}}, key=""), 404)


def test_one_address_does_not_have_fees_computed_without_end(world: World, settings: Any) -> None:
    settings.TURNS = {**settings.TURNS, "estimate": (2, 1)}
    assert fee(HOUSE).status_code == 200
    assert fee(HOUSE).status_code == 200
    refused = fee(HOUSE)
    problem(refused, 429)
    assert int(refused["Retry-After"]) > 0
