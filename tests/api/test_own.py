"""An applicant's own programs: what the person sees, and nothing of anybody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satupintu.api.models import Token
from satupintu.cases.models import Message
from satupintu.journal.models import Entry
from satupintu.people.models import Account
from tests.api.caller import Caller, problem
from tests.api.conftest import House, token_of
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def signed_in(house: House) -> Client:
    """As after giving the password once more."""
    client = Client()
    account = house.world.applicants["siti"].account
    assert account is not None
    client.force_login(account)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_person_makes_a_token_sees_it_once_and_withdraws_it(house: House) -> None:
    siti = signed_in(house)
    page = siti.post("/akun/token/", {"name": "Arsip keluarga", "days": "30"})
    secret = page.content.decode().partition("sptk_")[2].partition("<")[0]
    caller = Caller(f"sptk_{secret}")

    assert caller.get("/me/cases").status_code == 200
    again = siti.get("/akun/token/").content.decode()
    assert "Arsip keluarga" in again
    assert secret not in again
    assert not Token.objects.filter(hash__contains=secret).exists()
    assert token_of(caller).last_used_at is not None

    siti.post(f"/akun/token/{token_of(caller).pk}/cabut/")
    problem(caller.get("/me/cases"), 401)
    assert [
        entry.event for entry in Entry.objects.filter(event__startswith="api.Token").order_by("id")
    ][-2:] == ["api.TokenMade", "api.TokenWithdrawn"]


def test_two_tokens_of_one_name_and_another_persons_token_are_refused(house: House) -> None:
    siti = signed_in(house)
    assert siti.post("/akun/token/", {"name": "Dompet", "days": "30"}).status_code == 422
    assert siti.post("/akun/token/", {"name": " ", "days": "30"}).status_code == 422
    other = token_of(house.andi)
    assert siti.post(f"/akun/token/{other.pk}/cabut/").status_code == 404
    assert house.andi.get("/me/cases").status_code == 200


def test_own_applications_come_in_pages_with_few_queries(house: House) -> None:
    first = house.siti.get("/me/cases", {"limit": 1}).json()
    second = house.siti.get("/me/cases", {"limit": 1, "cursor": first["next"]}).json()
    assert first["items"][0]["id"] > second["items"][0]["id"]
    assert second["next"] == ""
    assert {first["items"][0]["status"], second["items"][0]["status"]} == {"in_review", "issued"}

    with CaptureQueriesContext(connection) as asked:
        house.siti.get("/me/cases")
    assert len(asked) <= 6
    assert house.andi.get("/me/cases").json() == {"items": [], "next": ""}


def test_one_application_its_documents_and_the_signed_pdf(house: House) -> None:
    case_id = house.permit.subject.partition(":")[2]
    with CaptureQueriesContext(connection) as asked:
        whole = house.siti.get(f"/me/cases/{case_id}").json()
    assert len(asked) <= 12
    assert whole["steps"][0]["status"] == "done"
    shelf = house.siti.get(f"/me/cases/{case_id}/documents").json()["items"]
    assert "decision" in [one["what"] for one in shelf]

    file = house.siti.get(f"/me/cases/{case_id}/documents/decision", Accept="application/pdf")
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert Entry.objects.get(event="permits.PermitHandedOver").door == "api"
    problem(house.siti.get(f"/me/cases/{case_id}/documents/tidak-ada"), 404)


def test_another_persons_application_is_not_there(house: House) -> None:
    case = house.case
    for path in ("", "/documents", "/documents/receipt"):
        theirs = problem(house.andi.get(f"/me/cases/{case.pk}{path}"), 404)
        nobodys = problem(house.andi.get(f"/me/cases/999999{path}"), 404)
        assert theirs["detail"] == nobodys["detail"]
    problem(house.andi.post(f"/me/cases/{case.pk}/messages", {"body": "Halo"}), 404)
    problem(house.andi.post("/me/cases/999999/messages", {"body": "Halo"}), 404)
    assert not Message.objects.exists()


def test_a_message_reaches_the_office_and_the_journal_names_the_door(house: House) -> None:
    sent = house.siti.post(f"/me/cases/{house.case.pk}/messages", {"body": "Kapan selesai?"})
    assert sent.status_code == 201
    assert Message.objects.get().body == "Kapan selesai?"
    told = Entry.objects.get(event="cases.MessageSent")
    assert (told.door, told.account_id) == ("api", house.world.applicants["siti"].account_id)


def test_notices_are_the_persons_own(house: House) -> None:
    assert house.siti.get("/me/notices").json().keys() == {"items", "next"}
    assert house.andi.get("/me/notices").json()["items"] == []


def test_a_shut_account_and_an_ended_token_let_nobody_in(house: House) -> None:
    Token.objects.filter(pk=token_of(house.andi).pk).update(ends_on="2020-01-01")
    problem(house.andi.get("/me/cases"), 401)
    account = house.world.applicants["siti"].account
    assert account is not None
    Account.objects.filter(pk=account.pk).update(is_active=False)
    problem(house.siti.get("/me/cases"), 401)


def test_without_the_password_given_again_no_token_is_made(house: House) -> None:
    client = Client()
    account = house.world.applicants["siti"].account
    assert account is not None
    client.force_login(account)
    answer = client.post("/akun/token/", {"name": "X", "days": "30"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert Token.objects.filter(account=account).count() == 1
