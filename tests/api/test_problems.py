"""Whatever goes wrong is told in one shape, and a browser's session opens nothing."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from django.test import Client
from pydantic_core.core_schema import ErrorType

from satupintu.api.v1 import mistakes
from satupintu.cases.models import Message
from satupintu.catalogue import queries as catalogue
from tests.api.caller import Caller, problem
from tests.api.conftest import House
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_session_of_a_browser_opens_nothing(house: House) -> None:
    for client in (house.world.applicant("siti"), house.world.desk("kepala")):
        for path in ("/me/cases", "/unit/cases", "/unit/tasks", "/webhooks"):
            answer = client.get(f"/api/v1{path}")
            problem(answer, 401)
            assert answer["WWW-Authenticate"] == "Bearer"
        problem(
            client.post(
                f"/api/v1/me/cases/{house.case.pk}/messages",
                {"body": "Halo"},
                content_type="application/json",
                headers={"Idempotency-Key": "12345678"},
            ),
            401,
        )
        assert not client.get("/api/v1/services").cookies
    assert not Message.objects.exists()


def test_a_token_opens_no_page(house: House) -> None:
    browser = Client(headers={"Authorization": f"Bearer {house.siti.secret}"})
    assert browser.get("/permohonan/").status_code == 302


def test_each_kind_of_wrong_call_has_its_status(house: House) -> None:
    caller, message = house.siti, f"/me/cases/{house.case.pk}/messages"
    problem(caller.post(message, "{not json"), 400)
    problem(caller.post(message, "[" * 17 + "]" * 17), 400)
    problem(Caller("salah").get("/me/cases"), 401)
    problem(caller.get("/unit/cases"), 403)
    problem(caller.get("/tidak/ada"), 404)
    refused = caller.post("/me/cases", {})
    problem(refused, 405)
    assert refused["Allow"] == "GET"
    problem(caller.get("/me/cases", Accept="text/html"), 406)
    problem(caller.post(message, b'{"body": "' + b"x" * 70_000 + b'"}'), 413)
    problem(
        caller.post(message, "body=Halo", Content_Type="application/x-www-form-urlencoded"), 415
    )
    told = problem(caller.post(message, {"body": " ", "from_office": True}), 422)
    assert {one["field"] for one in told["errors"]} == {"body.said.body", "body.said.from_office"}
    problem(caller.post(message, {"body": "a\x00b"}), 422)
    problem(caller.get("/services", {"search": "a\x00b"}), 400)
    assert not Message.objects.exists()


def test_each_mistake_in_a_call_is_told_in_the_language_that_is_asked_for(house: House) -> None:
    def told(language: str, path: str, body: dict[str, Any] | None) -> dict[str, str]:
        caller = house.siti
        speaks: dict[str, Any] = {"Accept_Language": language}
        answer = caller.get(path, **speaks) if body is None else caller.post(path, body, **speaks)
        return {one["field"]: one["message"] for one in problem(answer, 422)["errors"]}

    message = f"/me/cases/{house.case.pk}/messages"
    wrong = {"body": "x" * 4001, "from_office": True}
    assert told("id", message, wrong) == {
        "body.said.body": "Paling panjang 4000 huruf",
        "body.said.from_office": "Bagian ini tidak dikenal. Hapus",
    }
    assert told("en", message, wrong)["body.said.body"] == "It may have at most 4000 characters"
    assert told("fr", message, {}) == {"body.said.body": "Isi bagian ini"}
    assert told("id", message, {"body": 7}) == {"body.said.body": "Tulis sebagai teks"}
    assert told("id", "/me/cases?limit=1000", None) == {"query.limit": "Paling besar 100"}
    assert told("en", "/me/cases?limit=x", None) == {"query.limit": "Give it as a whole number"}


def test_no_mistake_that_the_schemas_can_make_is_left_without_words() -> None:
    """The library's own words are English; what it can say of our calls is all in our table."""
    known = set(get_args(ErrorType))
    assert known >= mistakes.SENTENCES.keys()
    for kind in mistakes.SENTENCES:
        told = dict.fromkeys(("min_length", "max_length", "ge", "le"), 3) | {
            "expected": "'a' or 'b'"
        }
        words = mistakes.sentence({"type": kind, "ctx": told})
        assert words != words.en
        assert "{" not in words + words.en
    assert mistakes.sentence({"type": "date_parsing"}) == mistakes.OTHER[0]


@pytest.mark.parametrize("body", ["[" * 30_000, '{"a":' * 10_000, '"' + "\\" * 60_000])
def test_deeply_nested_json_is_refused_before_it_is_read(house: House, body: str) -> None:
    problem(house.siti.post(f"/me/cases/{house.case.pk}/messages", body), 400)


def test_brackets_inside_a_text_are_not_depth(house: House) -> None:
    body = {"body": '[{"' * 40 + "\\"}
    sent = house.siti.post(f"/me/cases/{house.case.pk}/messages", body)
    assert sent.status_code == 201
    assert sent.json()["body"] == body["body"]


def test_a_fault_of_ours_says_so_and_shows_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("rahasia-dapur")

    monkeypatch.setattr(catalogue, "services", broken)
    answer = Caller().get("/services", Accept_Language="en")
    told = problem(answer, 500)
    assert "rahasia-dapur" not in answer.content.decode()
    assert told["detail"] == "Something is wrong on our side. Try again later"
    assert told["request_id"] == answer["X-Request-Id"]


def test_refusals_speak_the_language_that_is_asked_for(world: World) -> None:
    assert "nothing for you" in problem(Caller().get("/x", Accept_Language="en"), 404)["detail"]
    assert "Tidak ada" in problem(Caller().get("/x", Accept_Language="fr"), 404)["detail"]
