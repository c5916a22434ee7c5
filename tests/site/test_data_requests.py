"""Asking for one's data to be corrected, and the office's answer (UU 27/2022 art. 30)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from satupintu.journal.models import Entry
from satupintu.notifications.models import Notice
from satupintu.people.models import DataRequest
from tests.cases import filling
from tests.world import World, outside, world

__all__ = ["outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)
ASK, LIST = "/data-pribadi/perbaikan/", "/pejabat/perbaikan-data/"
WORDS = "Nama ibu saya tertulis Aminah, seharusnya Siti Aminah"


def ask(client: Client, **typed: str) -> DataRequest:
    answer = client.post(ASK, {"about": "", "words": WORDS, "key": str(uuid4()), **typed})
    assert answer.status_code == 302, answer.content.decode()
    return DataRequest.objects.latest("pk")


def test_a_request_is_answered_in_words_and_its_owner_is_told(
    world: World, outside: object, run_jobs: object
) -> None:
    siti = world.applicant("siti")
    case = filling.send(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    asked = ask(siti, about=case.subject)
    assert asked.due_at - asked.made_at < timedelta(hours=72, seconds=5)
    assert "Dijawab paling lambat" in siti.get(reverse("own_data")).content.decode()

    desk = world.desk("administrator")
    listed = desk.get(LIST).content.decode()
    assert str(case.number) in listed
    assert "Siti Rahayu" not in listed, "masked in lists"
    page = desk.get(f"{LIST}{asked.pk}/").content.decode()
    assert WORDS in page
    [read] = Entry.objects.filter(event="journal.ProtectedDataRead", subject=asked.subject)
    assert read.account_id == world.officer("administrator").pk

    said = {"outcome": "corrected", "words": "Sudah kami perbaiki di berkas permohonan."}
    for wrong in ({**said, "outcome": ""}, {**said, "words": " "}, {**said, "outcome": "x"}):
        assert desk.post(f"{LIST}{asked.pk}/", wrong).status_code == 422
    assert desk.post(f"{LIST}{asked.pk}/", said).status_code == 302
    again = desk.post(f"{LIST}{asked.pk}/", {**said, "words": "Lain lagi."})
    assert again.status_code == 422
    assert "sudah dijawab" in again.content.decode()

    run_jobs()  # type: ignore[operator]
    own = siti.get(reverse("own_data")).content.decode()
    assert "Diperbaiki" in own
    assert said["words"] in own
    assert Notice.objects.filter(code="data_request_answered").count() == 1
    for event in ("people.CorrectionOfDataAsked", "people.CorrectionOfDataAnswered"):
        entry = Entry.objects.get(event=event)
        assert entry.data["request_id"] == asked.pk
        assert WORDS not in str(entry.data)
    assert siti.post(reverse("own_data_file")).json()["corrections_asked"][0]["words"] == WORDS


def test_the_oldest_stands_first_and_a_late_one_is_marked(world: World) -> None:
    first = ask(world.applicant("siti"))
    ask(world.applicant("andi"), words="Alamat saya salah")
    DataRequest.objects.filter(pk=first.pk).update(due_at=first.due_at - timedelta(hours=80))
    page = world.desk("administrator").get(LIST).content.decode()
    assert page.index(f"{LIST}{first.pk}/") < page.index(f"{LIST}{first.pk + 1}/")
    assert page.count("Lewat tenggat") == 1


def test_one_asks_about_ones_own_alone_and_a_double_click_asks_once(world: World) -> None:
    case = filling.send(world.applicant("siti"), "SIP-PERAWAT", world.applicants["siti"].pk)
    andi = world.applicant("andi")
    foreign = andi.post(ASK, {"about": case.subject, "words": WORDS, "key": str(uuid4())})
    assert foreign.status_code == 422
    key = str(uuid4())
    assert ask(andi, key=key) == ask(andi, key=key)
    assert DataRequest.objects.count() == 1
    session = andi.session
    session["only_case"] = case.pk
    session.save()
    assert andi.post(ASK, {"about": "", "words": WORDS, "key": key}).status_code == 422
    assert andi.post(ASK, {"about": "", "words": " "}).status_code == 422


@pytest.mark.requirement("PLU-8-2-f")
def test_who_may_not_neither_reads_nor_answers(world: World) -> None:
    asked = ask(world.applicant("siti"))
    said = {"outcome": "refused", "words": "Tidak"}
    for client in (world.desk("verifikator-1"), world.applicant("andi")):
        assert client.get(LIST).status_code == 403
        assert client.get(f"{LIST}{asked.pk}/").status_code == 403
        assert client.post(f"{LIST}{asked.pk}/", said).status_code == 403
    assert world.desk("administrator").get(f"{LIST}{asked.pk + 1}/").status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.filter(pk=asked.pk).update(outcome="refused")
