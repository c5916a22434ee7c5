"""Another agency is asked inside the case, and sees what it was shown, nothing else."""

from __future__ import annotations

import pytest

from satupintu.cases.models import Opinion
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from tests.journeys import deeds
from tests.journeys.conftest import City


@pytest.mark.requirement("PLU-4-2-d")
def test_an_opinion_is_not_asked_for_any_more_when_the_case_has_ended(city: City) -> None:
    case = city.send("SKP-PENELITIAN")
    verifier = deeds.open_from_list(city.officer("verifikator-1"), str(case.number))
    verifier.follow("Pendapat instansi").press(
        "Kirim permintaan",
        office="dinkes",
        shown=case.attachments.order_by("id")[0].pk,
        question="Perlu izin etik?",
        days="2",
    )
    asked = Opinion.objects.get()
    agency = city.officer("tim-teknis", "dinkes").open(f"/pendapat/{asked.pk}/")
    assert agency.page.xpath("//main//img")

    city.applicant().open(f"/permohonan/{case.pk}/tarik/").press("Tarik permohonan")

    agency.press("Kirim pendapat", status=409, verdict="agree", text="Boleh.")
    assert "tidak diperlukan lagi" in agency.text
    agency.open("/pendapat/").follow(str(case.number))
    assert "Tidak diperlukan lagi" in agency.text
    assert not agency.offers("Kirim pendapat")
    assert not agency.page.xpath("//main//img"), "the files are no business of theirs now"
    assert Entry.objects.filter(event="cases.OpinionClosed").count() == 1
    shown = city.officer("kabid").open(f"/berkas/{case.number}/opinions/")
    assert "Tidak diperlukan lagi" in shown.text


@pytest.mark.requirement("PLU-4-2-d", "PLU-8-2-f", "PLB-9-4")
def test_an_agency_answers_with_what_it_was_shown_and_no_more(city: City) -> None:
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)
    verifier = deeds.open_from_list(city.officer("verifikator-1"), number)
    files = {one.requirement: one.pk for one in case.attachments.all()}

    verifier.follow("Pendapat instansi")
    verifier.press("Kirim permintaan", status=422, office="dinkes", shown=files["proposal"])
    question = "Apakah penelitian di puskesmas ini memerlukan izin etik?"
    verifier.press(
        "Kirim permintaan", office="dinkes", shown=files["proposal"], question=question, days="2"
    )
    city.work()

    agency = city.officer("tim-teknis", "dinkes")
    agency.open("/pendapat/").follow(number)
    asked = Opinion.objects.get()
    assert question in agency.text
    assert asked.due_date == offices.calendar().add_working_days(offices.today(), 2)
    for hidden in ("Siti Rahayu", "1872014107960002", "081234567890", "ktp.pdf"):
        assert hidden not in agency.html
    assert agency.page.xpath("//main//img/@src") == [
        f"/pendapat/{asked.pk}/lihat/{files['proposal']}/1/"
    ]
    desk = city.world.desk("tim-teknis", "dinkes")
    look = f"/pendapat/{asked.pk}/lihat"
    assert desk.get(f"{look}/{files['proposal']}/1/")["Content-Type"] == "image/png"
    for closed in (
        f"{look}/{files['ktp']}/1/",
        f"/berkas/{number}/",
        f"/berkas/{number}/documents/",
        f"/berkas/{number}/unduh/{files['proposal']}/",
        f"/berkas/{number}/lihat/{files['proposal']}/1/",
        f"/permohonan/{case.pk}/",
    ):
        assert desk.get(closed).status_code == 404, closed
    assert (
        city.world.desk("tim-teknis", "kesbangpol").get(f"/pendapat/{asked.pk}/").status_code == 404
    )

    agency.press("Kirim pendapat", status=422, text="Perlu izin etik dari Dinas Kesehatan.")
    assert "Perlu izin etik" in agency.field("text")
    agency.press("Kirim pendapat", verdict="conditions")
    assert number not in agency.text
    assert (
        "Perlu izin etik dari Dinas Kesehatan." in verifier.open(f"/berkas/{number}/opinions/").text
    )
    assert "Perlu izin etik" not in city.applicant().open(f"/permohonan/{case.pk}/").text
    again = desk.post(f"/pendapat/{asked.pk}/", {"verdict": "agree", "text": "Berubah pikiran."})
    assert again.status_code == 409
    assert Opinion.objects.get().verdict == "conditions"
