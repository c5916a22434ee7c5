"""A person's own program applies for them, by the rules of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from satupintu.api import actions
from satupintu.cases.actions import drafts
from satupintu.cases.models import Attachment, Case
from satupintu.files.actions import PIECE
from satupintu.files.models import Upload
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from tests.api.caller import Caller, problem
from tests.api.conftest import House, personal
from tests.cases import filling
from tests.world import World

pytestmark = pytest.mark.django_db
NURSE = "SIP-PERAWAT"
WANTED = {"service": NURSE, "request_type": "baru"}


@pytest.fixture
def siti(world: World) -> Caller:
    return Caller(personal(world, "siti"))


@pytest.fixture
def andi(world: World) -> Caller:
    return Caller(personal(world, "andi"))


def begin(caller: Caller, **more: Any) -> str:
    made = caller.post("/me/drafts", {**WANTED, **more})
    assert made.status_code == 201, made.content
    return f"/me/drafts/{made.json()['id']}"


def answer(caller: Caller, at: str) -> None:
    given = filling.scenario(NURSE)["answers"]
    for section in caller.get(f"{at}").json()["sections"]:
        codes = [one["code"] for one in section["questions"]]
        body = {"answers": {code: given[code] for code in codes if code in given}}
        kept = caller.put(f"{at}/sections/{section['code']}", body)
        assert kept.status_code == 200, kept.content


def give(caller: Caller, at: str, code: str, content: bytes, name: str) -> Any:
    here = f"{at}/files/{code}/uploads"
    place = caller.post(here, {"name": name, "size": len(content)}).json()
    for offset in range(0, len(content), PIECE):
        piece = content[offset : offset + PIECE]
        sent = caller.patch(f"{here}/{place['id']}", piece, offset)
        assert sent.json()["offset"] == offset + len(piece), sent.content
    return caller.put(f"{at}/files/{code}", {"upload": place["id"]})


def complete(caller: Caller) -> str:
    at = begin(caller)
    answer(caller, at)
    for code in filling.scenario(NURSE)["files"]:
        file = filling.jpg() if code == "foto" else filling.pdf(f"{code}.pdf")
        given = give(caller, at, code, file.read(), str(file.name))
        assert given.json()["file"]["name"] == file.name, given.content
    return at


def test_an_application_is_begun_filled_and_sent_by_a_program(world: World, siti: Caller) -> None:
    at = begin(siti)
    missing = siti.get(f"{at}").json()["missing"]
    told = problem(siti.post(f"{at}/send", {"truth": True}), 409)
    assert told["missing"] == missing != []

    assert complete(siti) == at, "there is one draft for a service"
    assert siti.get(f"{at}").json()["missing"] == []
    sent = siti.post(f"{at}/send", {"truth": True})
    assert sent.status_code == 200, sent.content
    case = Case.objects.get()
    assert sent.json()["number"] == case.number is not None
    assert case.tasks.filter(status="open").exists()
    doors = set(Entry.objects.filter(subject=case.subject).values_list("door", flat=True))
    assert doors == {"api"}
    events = {
        "cases.CaseStarted",
        "cases.AnswersSaved",
        "cases.FileAttached",
        "cases.CaseSubmitted",
    }
    assert events <= set(Entry.objects.values_list("event", flat=True))
    problem(siti.get(f"{at}"), 404)
    problem(siti.put(f"{at}/sections/profesi", {"answers": {}}), 404)


def test_begun_and_sent_once_however_often_the_call_comes(world: World, siti: Caller) -> None:
    first = siti.post("/me/drafts", WANTED, key="kunci-0001")
    again = siti.post("/me/drafts", WANTED, key="kunci-0001")
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    at = complete(siti)
    sent = siti.post(f"{at}/send", {"truth": True}, key="kunci-0002")
    assert siti.post(f"{at}/send", {"truth": True}, key="kunci-0002").content == sent.content
    assert siti.post(f"{at}/send", {"truth": True}).json()["number"] == sent.json()["number"]
    assert Entry.objects.filter(event="cases.CaseSubmitted").count() == 1
    for path in ("/me/drafts", f"{at}/send"):
        problem(siti.post(path, {}, key=""), 422)


def test_without_the_statement_of_truth_nothing_is_sent(world: World, siti: Caller) -> None:
    at = complete(siti)
    told = problem(siti.post(f"{at}/send", {"truth": False}), 409)
    assert told["errors"][0]["pointer"] == "#/truth"
    assert Case.objects.get().phase == "draft"


def test_each_wrong_answer_is_named_and_does_not_count(world: World, siti: Caller) -> None:
    at = begin(siti)
    part = siti.get(f"{at}").json()["sections"][0]
    path = f"{at}/sections/{part['code']}"
    wrong = siti.put(path, {"answers": {"nik": "12", "bukan-isian": "x"}})
    assert problem(wrong, 422)["errors"][0]["pointer"].startswith("#/answers/")
    required = [one["code"] for one in part["questions"] if one["required"]]
    told = problem(siti.put(path, {"answers": {}}), 422)
    assert {one["pointer"] for one in told["errors"]} <= {f"#/answers/{one}" for one in required}
    problem(siti.put(f"{at}/sections/tidak-ada", {"answers": {}}), 404)
    problem(siti.put(path, {"answers": {required[0]: "a\u0000b"}}), 422)


def test_what_can_not_be_begun_is_refused_as_on_the_page(
    world: World, siti: Caller, andi: Caller
) -> None:
    theirs = world.applicants["siti"].pk
    own = andi.get("/me/applicants").json()["items"]
    assert [one["kind"] for one in own] == ["person", "company"]
    assert theirs not in [one["id"] for one in own]
    for more, field in (
        ({"applicant": theirs}, "applicant"),
        ({"request_type": "lain"}, "request_type"),
    ):
        told = problem(andi.post("/me/drafts", {**WANTED, **more}), 409)
        assert told["errors"][0]["pointer"] == f"#/{field}"
    problem(andi.post("/me/drafts", {**WANTED, "service": "TIDAK-ADA"}), 409)
    problem(andi.post("/me/drafts", {**WANTED, "applicant": own[1]["id"]}), 409)
    problem(andi.post("/me/drafts", {**WANTED, "channel": "counter"}), 422)
    assert not Case.objects.exists()


def test_nothing_of_anothers_draft_is_reached(world: World, siti: Caller, andi: Caller) -> None:
    at = begin(siti)
    here = f"{at}/files/ijazah/uploads"
    upload = siti.post(here, {"name": "ijazah.pdf", "size": 10}).json()["id"]
    code = siti.get(f"{at}").json()["sections"][0]["code"]
    for refused in (
        andi.get(f"{at}"),
        andi.put(f"{at}/sections/{code}", {"answers": {}}),
        andi.post(here, {"name": "a.pdf", "size": 10}),
        andi.get(f"{here}/{upload}"),
        andi.patch(f"{here}/{upload}", b"0123456789", 0),
        andi.put(f"{at}/files/ijazah", {"upload": upload}),
        andi.post(f"{at}/send", {"truth": True}),
    ):
        problem(refused, 404)
    theirs = begin(andi)
    problem(andi.get(f"{theirs}/files/ijazah/uploads/{upload}"), 404)
    problem(andi.put(f"{theirs}/files/ijazah", {"upload": upload}), 404)
    assert Upload.objects.get().offset == 0


def test_a_draft_at_the_counter_is_not_reached_by_the_clerks_own_token(world: World) -> None:
    clerk = world.by("loket-1")
    draft = drafts.start(
        service=NURSE,
        request_type="baru",
        applicant=world.applicants["siti"],
        channel="counter",
        by=replace(clerk, door="counter"),
    )
    ends_on = offices.today() + timedelta(days=30)
    caller = Caller(actions.make_token(name="Dompet", ends_on=ends_on, by=clerk))
    assert caller.get("/me/cases").status_code == 200
    problem(caller.get(f"/me/drafts/{draft.pk}"), 404)
    problem(caller.post(f"/me/drafts/{draft.pk}/send", {"truth": True}), 404)


def test_a_file_in_pieces_goes_on_where_it_broke_off_and_is_examined(
    world: World, siti: Caller
) -> None:
    at = begin(siti)
    here = f"{at}/files/ijazah/uploads"
    content = filling.pdf().read()
    place = siti.post(here, {"name": "ijazah.pdf", "size": len(content)}).json()["id"]
    told = problem(siti.patch(f"{here}/{place}", content, 7), 409)
    assert told["offset"] == 0
    problem(siti.put(f"{at}/files/ijazah", {"upload": place}), 409)
    assert siti.patch(f"{here}/{place}", content, 0).status_code == 200
    assert siti.get(f"{here}/{place}").json()["offset"] == len(content)
    for _ in range(2):
        assert siti.put(f"{at}/files/ijazah", {"upload": place}).status_code == 200
    assert Attachment.objects.count() == 1

    problem(siti.post(here, {"name": "a.exe", "size": 10}), 409)
    problem(siti.post(here, {"name": "a.pdf", "size": 10**9}), 409)
    problem(give(siti, at, "ktp", b"MZ" + b"0" * 50, "ktp.pdf"), 409)
    problem(siti.put(f"{at}/files/ijazah", {"upload": str(uuid4())}), 404)
    problem(siti.patch(f"{here}/{place}", b"0" * (PIECE + 1), 0), 413)


def test_a_client_of_another_system_applies_for_nobody(house: House) -> None:
    problem(house.here.post("/me/drafts", WANTED), 403)
    problem(house.here.get("/me/applicants"), 403)
