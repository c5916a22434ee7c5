"""Another system reads the cases and tasks of the unit it was let in for, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.api import actions
from satupintu.api.models import Client, Subscription, Token
from satupintu.cases.models import Case, Task
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.permits.models import Permit
from tests.api.caller import Caller, problem
from tests.api.conftest import House, register, token_of
from tests.units.test_apart import NAME, NIK, STREET, there
from tests.units.town import Town

__all__ = ["there"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_cases_and_tasks_of_the_unit_come_in_pages_with_few_queries(house: House) -> None:
    first = house.here.get("/unit/cases", {"limit": 1}).json()
    second = house.here.get("/unit/cases", {"limit": 1, "cursor": first["next"]}).json()
    numbers = [first["items"][0]["number"], second["items"][0]["number"]]
    assert numbers == list(
        Case.objects.filter(office__code="dpmptsp").order_by("-id").values_list("number", flat=True)
    )
    assert second["next"] == ""

    for path, most in (("/unit/cases", 6), ("/unit/tasks", 5), (f"/unit/cases/{numbers[0]}", 11)):
        with CaptureQueriesContext(connection) as asked:
            assert house.here.get(path).status_code == 200
        assert len(asked) <= most, (path, len(asked))

    task = house.here.get("/unit/tasks").json()["items"][0]
    assert (task["case_number"], task["step"]) == (house.case.number, "verifikasi")


def test_a_list_of_many_asks_no_more_than_a_list_of_one(house: House) -> None:
    with CaptureQueriesContext(connection) as one:
        house.here.get("/unit/cases", {"limit": 1})
    with CaptureQueriesContext(connection) as all_of_them:
        house.here.get("/unit/cases", {"limit": 100})
    assert len(one) == len(all_of_them)


def test_names_are_masked_and_numbers_of_identity_do_not_leave(house: House) -> None:
    siti = house.world.applicants["siti"]
    for path in ("/unit/cases", f"/unit/cases/{house.case.number}", "/unit/tasks"):
        told = house.here.get(path).content.decode()
        for secret in (siti.name, siti.nik, siti.phone, siti.email, siti.address):
            assert secret not in told


@pytest.mark.requirement("PRB-9-1")
def test_a_client_of_one_kelurahan_gets_nothing_of_another(
    there: tuple[Town, Case, Permit], run_jobs: Callable[[], None]
) -> None:
    town, case, _ = there
    theirs = register_in(town, "kel-mayangan")
    ours = register_in(town, "kel-ketapang")
    above = register_in(town, "kec-mayangan")
    step = Task.objects.get(case=case, status="open")
    assert theirs.get(f"/unit/cases/{case.number}").status_code == 200

    for caller in (ours, above):
        problem(caller.get(f"/unit/cases/{case.number}"), 404)
        assert caller.get("/unit/cases").json()["items"] == []
        told = caller.get("/unit/tasks").json()["items"]
        assert [one["id"] for one in told] == []
        assert step.office.code not in ("kel-ketapang", "kec-mayangan")
    for path in ("/unit/cases", "/unit/tasks"):
        told = theirs.get(path).content.decode()
        assert not any(secret in told for secret in (NAME, NIK, STREET))


def register_in(town: Town, office: str) -> Caller:
    _, secret = actions.register_client(
        name="Dasbor",
        office_id=offices.office(office).pk,
        scopes=("cases:read", "tasks:read"),
        per_minute=60,
        ends_on=offices.today() + timedelta(days=30),
        by=town.by("diskominfo", "administrator"),
    )
    return Caller(secret)


def test_the_cursor_of_one_list_opens_no_other_and_can_not_be_made(house: House) -> None:
    cursor = house.here.get("/unit/cases", {"limit": 1}).json()["next"]
    problem(house.here.get("/unit/tasks", {"cursor": cursor}), 404)
    problem(house.here.get("/unit/cases", {"cursor": "MQ:abc"}), 404)


@pytest.mark.requirement("PLU-7-3", "PLU-8-2-c")
def test_a_token_opens_what_its_scopes_name(house: House) -> None:
    narrow = Caller(register(house.world, "dpmptsp", "Papan tugas", ("tasks:read",)))
    assert narrow.get("/unit/tasks").status_code == 200
    for path in ("/unit/cases", f"/unit/cases/{house.case.number}", "/webhooks", "/me/cases"):
        problem(narrow.get(path), 403)
    assert "milik seseorang" in problem(narrow.get("/me/cases"), 403)["detail"]
    for path in ("/unit/cases", "/unit/tasks", "/webhooks"):
        assert "milik sebuah sistem" in problem(house.siti.get(path), 403)["detail"]


def test_a_client_has_its_own_number_of_calls_a_minute(house: House) -> None:
    Client.objects.filter(pk=house.client.pk).update(per_minute=2)
    assert house.here.get("/unit/tasks").status_code == 200
    assert house.here.get("/unit/tasks").status_code == 200
    refused = house.here.get("/unit/tasks")
    problem(refused, 429)
    assert refused["Retry-After"]
    assert house.there.get("/unit/tasks").status_code == 200


def test_wrong_tokens_are_not_tried_out_for_long(house: House, settings: Any) -> None:
    settings.TURNS = {**settings.TURNS, "api_token": (2, 1)}
    for status in (401, 401, 429):
        problem(Caller("sptk_salah").get("/unit/tasks"), status)
    assert house.here.get("/unit/tasks").status_code == 200


def test_an_administrator_registers_renews_and_closes_on_pages(house: House) -> None:
    desk = house.world.desk("administrator")
    form = {
        "name": "Dasbor kota",
        "office": "dpmptsp",
        "scopes": ["cases:read", "tasks:read"],
        "per_minute": "60",
        "ends_on": str(offices.today() + timedelta(days=90)),
    }
    for wrong in ({"name": ""}, {"office": "x"}, {"scopes": ["admin"]}, {"per_minute": "0"},
                  {"ends_on": "2020-01-01"}, {"ends_on": "besok"}):  # fmt: skip
        assert desk.post("/sistem-luar/", {**form, **wrong}).status_code == 422
    shown = desk.post("/sistem-luar/", form).content.decode()
    first = Caller(secret_in(shown))
    assert first.get("/unit/tasks").status_code == 200
    client = Client.objects.get(name="Dasbor kota")
    assert desk.post("/sistem-luar/", form).status_code == 422

    second = Caller(secret_in(desk.post(f"/sistem-luar/{client.pk}/token/").content.decode()))
    problem(first.get("/unit/tasks"), 401)
    assert second.get("/unit/tasks").status_code == 200
    assert first.secret not in desk.get(f"/sistem-luar/{client.pk}/").content.decode()

    Subscription.objects.create(client=client, url="https://a.example/", events=["case.submitted"])
    desk.post(f"/sistem-luar/{client.pk}/tutup/")
    problem(second.get("/unit/tasks"), 401)
    assert Subscription.objects.get(client=client).ended_at is not None
    events = Entry.objects.filter(subject=client.subject).order_by("id")
    assert [entry.event for entry in events] == [
        "api.ClientRegistered", "api.ClientTokenMade", "api.ClientTokenMade", "api.ClientClosed",
    ]  # fmt: skip


def test_an_ended_client_is_not_let_in(house: House) -> None:
    Client.objects.filter(pk=house.client.pk).update(ends_on="2020-01-01")
    problem(house.here.get("/unit/tasks"), 401)


def test_no_token_is_kept_as_text(house: House) -> None:
    kept = str(list(Token.objects.values_list("hash", "name")))
    for caller in (house.siti, house.here):
        assert caller.secret not in kept
        assert token_of(caller).hash in kept


def secret_in(page: str) -> str:
    return "sptk_" + page.partition(">sptk_")[2].partition("<")[0]
