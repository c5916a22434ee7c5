"""Somebody without a phone, an address book or an account comes to the counter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from satupintu.cases.models import Case
from satupintu.offices import queries as offices
from satupintu.people.models import Applicant
from tests.browsing import text_of_pdf
from tests.cases import filling
from tests.journeys import deeds
from tests.journeys.conftest import City

NIK = "1872015202610001"


@pytest.mark.requirement("PLB-6-3", "PLB-6-2-b", "PLB-6-2-f", "PLU-15", "MTR-2-2-a")
def test_a_person_without_account_applies_at_the_counter_and_collects_there(city: City) -> None:
    clerk = city.officer("loket-1")
    clerk.open("/loket/").press("Cari pemohon", status=422, nik="18720152026100")
    clerk.press("Cari pemohon", nik=NIK)
    assert "belum terdaftar" in clerk.text
    clerk.press("Daftarkan pemohon", name="Sumiati")
    clerk.follow("Surat Keterangan Penelitian")
    request_type = {"request_type": "baru"}
    button = next(words for words in ("Mulai", "Isi", "Lanjut") if clerk.offers(words))
    clerk.press(button, **request_type)
    case = Case.objects.get()
    desk = city.world.desk("loket-1")
    today = offices.today()
    wanted = filling.scenario("SKP-PENELITIAN")
    answers = wanted["answers"] | {
        "nama": "Sumiati",
        "nik": NIK,
        "tgl_lahir": "1961-02-12",
        "mulai": (today + timedelta(days=9)).isoformat(),
        "selesai": (today + timedelta(days=60)).isoformat(),
    }
    filling.fill(desk, case, answers)
    filling.upload(desk, case, wanted["files"])
    clerk.open(f"/permohonan/draf/{case.pk}/periksa/")
    clerk.press("Kirim", truth="true")
    city.work()

    # The case says who typed, and the receipt is printed for her.
    case.refresh_from_db()
    number = str(case.number)
    person = Applicant.objects.get(nik=NIK)
    assert person.account is None
    assert (case.channel, case.opened_by) == ("counter", clerk.account)
    assert "didaftarkan di loket" in city.officer("verifikator-1").open(f"/berkas/{number}/").text
    receipt = text_of_pdf(clerk.open(f"/permohonan/{case.pk}/dokumen/receipt/").body)
    assert clerk.account.name in receipt
    assert city.world.desk("loket-1").get(f"/permohonan/{case.pk}/").status_code == 404

    deeds.verify(city, number)
    deeds.recommend(city.officer("tim-teknis", "kesbangpol"), number)
    deeds.decide(city, number)

    counter = city.officer("penyerahan")
    permit = Case.objects.get().permit
    assert permit is not None
    counter.open("/penyerahan/").press("Cari dokumen", q="1872010000000009")
    assert "Tidak ada yang menunggu" in counter.text
    counter.press("Cari dokumen", q=str(permit.holder.nik)).follow(str(permit.number))
    counter.press("Catat penyerahan")
    handover = permit.handovers.get()
    assert (handover.to_name, handover.relation, handover.proof) == (
        "Sumiati",
        "holder",
        "KTP asli",
    )
    copy = counter.open(f"/izin/{permit.pk}/").press("Cetak salinan").body
    assert "SALINAN" in text_of_pdf(copy).replace(" ", "")
