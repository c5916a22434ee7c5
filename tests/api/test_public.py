"""Anybody's program reads the catalogue, follows a number and checks a document."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from satupintu.lib.numbers import case_number
from satupintu.permits.models import Permit
from tests.api.caller import Caller, problem
from tests.api.conftest import House
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_catalogue_comes_in_pages_and_in_both_languages(world: World) -> None:
    anybody = Caller()
    seen: list[str] = []
    cursor = ""
    while True:
        page = anybody.get("/services", {"limit": 2, "cursor": cursor}).json()
        seen += [one["code"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == ["MAKAM", "PBG", "REKLAME-TETAP", "SIP-PERAWAT", "SKP-PENELITIAN"]

    english = anybody.get("/services", {"search": "perawat"}, Accept_Language="en-GB").json()
    assert [one["code"] for one in english["items"]] == ["SIP-PERAWAT"]
    assert english["items"] != anybody.get("/services", {"search": "perawat"}).json()["items"]


def test_a_service_tells_all_six_components_of_its_standard(world: World) -> None:
    told = Caller().get("/services/PBG").json()
    assert {"requirements", "procedure", "duration", "fee", "product", "complaint"} <= told.keys()
    assert all(told[one] for one in ("requirements", "procedure", "fee", "product", "complaint"))
    problem(Caller().get("/services/TIDAK-ADA"), 404)


def test_a_number_shows_steps_and_dates_and_nobody(house: House) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = Caller().get(f"/tracking/{house.case.number}")
    told = answer.json()
    assert len(asked) <= 9
    assert told["status"] == "in_review"
    assert [one["status"] for one in told["steps"]].count("now") == 1
    siti = house.world.applicants["siti"]
    for secret in (siti.name, siti.nik, siti.phone, "Petugas dpmptsp"):
        assert secret not in answer.content.decode()


def test_a_number_of_nobody_and_a_mistyped_one_are_answered_alike(
    house: House, settings: Any
) -> None:
    number = str(house.case.number)
    mistyped = number[:-1] + ("A" if number[-1] != "A" else "B")
    never_given = case_number(2026, 999_999, settings.SECRET_KEY)
    asked = (mistyped, never_given, "X-1")
    answers = [problem(Caller().get(f"/tracking/{one}"), 404) for one in asked]
    assert {str({**one, "request_id": ""}) for one in answers} == {
        str({**answers[0], "request_id": ""})
    }


def test_numbers_are_not_tried_out_faster_than_on_the_page(house: House, settings: Any) -> None:
    settings.TURNS = {**settings.TURNS, "track": (3, 1)}
    page = Client()
    for _ in range(2):
        page.post("/lacak/", {"nomor": "X"})
    assert Caller().get(f"/tracking/{house.case.number}").status_code == 200
    refused = Caller().get(f"/tracking/{house.case.number}")
    problem(refused, 429)
    assert int(refused["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "valid"),
        ({"valid_until": "2020-01-01"}, "ended"),
        ({"status": "suspended"}, "suspended"),
        ({"status": "revoked"}, "revoked"),
    ],
)
def test_a_document_is_checked_by_its_qr_and_by_its_number(
    house: House, changed: dict[str, str], state: str
) -> None:
    Permit.objects.filter(pk=house.permit.pk).update(**changed)
    by_token = Caller().get(f"/verification/{house.permit.token}").json()
    by_number = Caller().get("/verification", {"number": house.permit.number}).json()
    assert by_token == by_number
    assert by_token["state"] == state
    assert by_token["holder"] != house.world.applicants["siti"].name
    assert Caller().get("/verification/tidak-ada").json()["state"] == "unknown"
    assert Caller().get("/verification", {"number": "1/2"}).json()["state"] == "unknown"
