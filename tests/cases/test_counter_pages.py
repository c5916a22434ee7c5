from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from satupintu.cases.models import Case
from satupintu.cases.queries import own
from satupintu.journal.models import Entry
from satupintu.people.models import Applicant
from tests.cases import filling
from tests.cases.test_applicant_pages import ask, text, title
from tests.world import World

NURSE = "SIP-PERAWAT"
BURIAL = "MAKAM"
DEWI = {
    "name": "Dewi Anggraini",
    "nik": "1872025008880001",
    "birth_place": "Pringsewu",
    "birth_date_day": "10",
    "birth_date_month": "8",
    "birth_date_year": "1988",
    "sex": "P",
    "address": "Jalan Raya Stadion 7",
    "phone": "081345678901",
}


@pytest.fixture
def desk(world: World) -> Client:
    return world.desk("loket-1")


def register(desk: Client) -> Applicant:
    answer = desk.post("/loket/pemohon/", DEWI)
    assert answer.status_code == 302, text(answer)
    return Applicant.objects.get(nik=DEWI["nik"])


def begin(desk: Client, applicant: Applicant, service: str, **data: str) -> Case:
    url = f"/loket/pemohon/{applicant.pk}/{service}/"
    answer = desk.post(url, {"request_type": "baru", **data})
    assert answer.status_code == 302, text(answer)
    return Case.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


@pytest.mark.requirement("PLB-6-3")
def test_who_can_not_use_a_computer_applies_at_the_counter(desk: Client) -> None:
    """A service that is only offered there, for a person without an account."""
    nothing = desk.post("/loket/", {"nik": DEWI["nik"]})
    assert "NIK ini belum terdaftar" in text(nothing)
    assert re.search(r'name="birth_date_year" [^>]*value="1988"', nothing.content.decode())

    dewi = register(desk)
    assert dewi.account is None
    case = begin(desk, dewi, BURIAL)
    wanted = filling.scenario(BURIAL)
    filling.fill(desk, case, wanted["answers"])
    filling.upload(desk, case, wanted["files"])
    check = desk.get(f"/permohonan/draf/{case.pk}/periksa/")
    assert "Pemohon menyatakan bahwa semua data dan berkas ini benar" in text(check)
    sent = desk.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"}, follow=True)

    case.refresh_from_db()
    assert case.phase == "open"
    assert case.channel == "counter"
    assert case.opened_by
    assert case.opened_by.name == "Petugas dpmptsp loket-1"
    assert str(case.number) in text(sent)
    assert "Layani pemohon berikutnya" in text(sent)
    assert Entry.objects.get(event="cases.CaseSubmitted").door == "counter"


def test_people_are_found_by_number_and_shown_masked(world: World, desk: Client) -> None:
    found = desk.post("/loket/", {"nik": "1872 0141 0796 0002"})

    assert "S*** R*****" in text(found)
    assert "187201******0002" in text(found)
    assert "1872014107960002" not in text(found)
    wrong = desk.post("/loket/", {"nik": "123"})
    assert wrong.status_code == 422
    assert title(wrong).startswith("Kesalahan: ")
    assert "NIK harus 16 angka. Anda mengisi 3 angka" in text(wrong)


def test_a_person_is_registered_with_what_is_wrong_said_beside_it(desk: Client) -> None:
    answer = desk.post("/loket/pemohon/", {**DEWI, "name": "", "phone": "12"})

    assert answer.status_code == 422
    assert "Isi nama lengkap sesuai KTP" in text(answer)
    assert 'value="Pringsewu"' in answer.content.decode()
    assert not Applicant.objects.filter(nik=DEWI["nik"]).exists()

    company = desk.post("/loket/pemohon/", {**DEWI, "company": "CV Sinar Lampung"})
    assert company.status_code == 302
    made = Applicant.objects.get(nik=DEWI["nik"])
    assert (made.kind, made.display_name) == ("company", "CV Sinar Lampung")


def test_a_second_application_for_the_same_thing_is_begun_only_on_purpose(
    world: World, desk: Client
) -> None:
    siti = world.applicants["siti"]
    first = filling.send(world.applicant("siti"), NURSE, siti.pk)
    url = f"/loket/pemohon/{siti.pk}/{NURSE}/"

    assert str(first.number) in text(desk.get(f"/loket/pemohon/{siti.pk}/"))
    assert "sudah punya permohonan yang sama" in text(desk.get(url))
    warned = desk.post(url, {"request_type": "baru"})
    assert warned.status_code == 422
    assert Case.objects.count() == 1

    begin(desk, siti, NURSE, anyway="1")
    assert Case.objects.count() == 2


def test_the_same_person_under_another_record_is_noticed_by_number(
    world: World, desk: Client
) -> None:
    siti = world.applicants["siti"]
    filling.send(world.applicant("siti"), NURSE, siti.pk)
    desk.post("/loket/pemohon/", {**DEWI, "nik": siti.nik})
    again = Applicant.objects.filter(nik=siti.nik, account=None).get()
    office = Case.objects.get().office_id

    assert len(own.running_of(again.pk, again.nik, office_ids=[office])) == 1
    assert (
        desk.post(f"/loket/pemohon/{again.pk}/{NURSE}/", {"request_type": "baru"}).status_code
        == 422
    )


def test_the_counter_corrects_for_somebody_without_an_account(world: World, desk: Client) -> None:
    dewi = register(desk)
    case = begin(desk, dewi, BURIAL)
    wanted = filling.scenario(BURIAL)
    filling.fill(desk, case, wanted["answers"])
    filling.upload(desk, case, wanted["files"])
    desk.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})
    case.refresh_from_db()
    ask(world, case, ("field", "blok", "Petak belum jelas"))

    colleague = world.desk("loket-2")
    assert (
        f"/permohonan/{case.pk}/perbaikan/"
        in colleague.get(f"/loket/pemohon/{dewi.pk}/").content.decode()
    )
    page = colleague.get(f"/permohonan/{case.pk}/perbaikan/")
    assert "Petak belum jelas" in text(page)
    colleague.post(f"/permohonan/{case.pk}/perbaikan/", {"blok": "B-12", "confirmed": "true"})

    case.refresh_from_db()
    assert (case.phase, case.answers["blok"]) == ("open", "B-12")


@pytest.mark.requirement("PLU-8-2-f")
def test_only_the_counter_has_these_pages(world: World, desk: Client) -> None:
    dewi = register(desk)
    case = begin(desk, dewi, BURIAL)
    for other in (world.applicant("siti"), world.desk("verifikator-1")):
        assert other.get("/loket/").status_code == 403
        assert other.get(f"/loket/pemohon/{dewi.pk}/").status_code == 403
        assert other.post("/loket/pemohon/", DEWI).status_code == 403
        assert other.get(f"/permohonan/draf/{case.pk}/").status_code == 404
    assert world.desk("loket-2").get(f"/permohonan/draf/{case.pk}/").status_code == 404
    assert Client().get("/loket/").status_code == 302


def test_no_page_of_the_counter_asks_the_database_more_than_twelve_times(
    world: World, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    siti = world.applicants["siti"]
    filling.send(world.applicant("siti"), NURSE, siti.pk)
    case = begin(desk, siti, NURSE, anyway="1")
    desk.get(f"/permohonan/draf/{case.pk}/")  # the first look is recorded
    for url in (
        "/loket/",
        f"/loket/pemohon/{siti.pk}/",
        f"/loket/pemohon/{siti.pk}/{NURSE}/",
        f"/permohonan/draf/{case.pk}/",
        f"/permohonan/draf/{case.pk}/bagian/praktik/",
        f"/permohonan/draf/{case.pk}/berkas/",
        f"/permohonan/draf/{case.pk}/periksa/",
    ):
        with django_assert_max_num_queries(12, info=url):
            assert desk.get(url).status_code == 200, url
    # Three more: the session keeps who was found.
    with django_assert_max_num_queries(15, info="search"):
        desk.post("/loket/", {"nik": siti.nik})
