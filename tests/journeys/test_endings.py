"""The other ends of an application: refused with its ground, or withdrawn."""

from __future__ import annotations

import pytest

from satupintu.cases.models import Case, Correction
from satupintu.journal.models import Entry
from satupintu.levies.models import Bill
from satupintu.permits.models import Permit
from tests.browsing import text_of_pdf
from tests.journeys import deeds
from tests.journeys.conftest import City

LAW = "Peraturan Menteri Dalam Negeri Nomor 3 Tahun 2018 tentang Penerbitan Surat Keterangan"


@pytest.mark.requirement("PLB-6-2-c", "PLB-11-2-f")
def test_a_refusal_names_its_legal_ground_in_a_signed_letter(city: City) -> None:
    siti, verifier = city.applicant(), city.officer("verifikator-1")
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)

    # No refusal without the law it stands on; what was typed is not lost.
    deeds.open_from_list(verifier, number)
    reason = "Proposal memuat pengambilan data pribadi tanpa persetujuan."
    verifier.press("Usulkan penolakan", status=422, refusal_reason=reason)
    assert "Tulis dasar hukum penolakan" in verifier.text
    assert reason in verifier.text
    verifier.press("Usulkan penolakan", refusal_reason=reason, ground=LAW)
    city.work()

    # Proposed is not decided: the applicant hears of it when the letter is signed.
    assert "Permohonan ditolak" not in siti.open(f"/permohonan/{case.pk}/").text
    assert Case.objects.get(pk=case.pk).phase == "open"
    deeds.decide(city, number)

    letter = Permit.objects.get()
    assert letter.kind == "refusal"
    page = siti.open(f"/permohonan/{case.pk}/").text
    assert "Permohonan ditolak" in page
    assert reason in page
    assert LAW in page
    words = text_of_pdf(siti.follow("Unduh surat penolakan").body)
    assert letter.number in words
    assert " ".join(reason.split()) in words
    assert "Nomor 3 Tahun 2018" in words
    assert len([m for m in city.mails("siti@warga.example") if reason in m.get_content()]) == 1
    assert "Asli dan berlaku" in city.stranger().open(f"/v/{letter.token}/").text
    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "refused")
    assert case.permit is None


def test_a_refusal_that_is_sent_back_can_still_become_a_permit(city: City) -> None:
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)
    verifier = city.officer("verifikator-1")
    deeds.open_from_list(verifier, number)
    verifier.press("Usulkan penolakan", refusal_reason="Keliru.", ground=LAW)
    deeds.draft(city, number)
    section_head = deeds.open_from_list(city.officer("kabid"), number)
    section_head.press("Kembalikan", reason="Dasar hukumnya tidak cocok.")
    drafter = deeds.open_from_list(city.officer("pengolah"), number)
    assert "Susun naskah" in drafter.text
    assert Case.objects.get(pk=case.pk).outcome == "refused"
    assert not Permit.objects.exists()


@pytest.mark.requirement("PLU-8-2-e", "PLB-7-4-h")
def test_a_person_withdraws_and_everything_stops(city: City) -> None:
    siti = city.applicant()
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)
    verifier = deeds.open_from_list(city.officer("verifikator-1"), number)
    verifier.press(
        "Kirim permintaan perbaikan",
        items="requirement:ktp",
        **{"why-requirement-ktp": "Foto buram."},
    )
    city.work()

    siti.open(f"/permohonan/{case.pk}/").follow("Tarik permohonan ini")
    siti.press("Tarik permohonan", reason="Judul penelitian berubah")
    city.work()

    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "withdrawn")
    assert set(case.tasks.values_list("status", flat=True)) == {"cancelled"}
    assert not case.pauses.filter(ended_at=None).exists()
    assert not Correction.objects.filter(answered_at=None).exists()
    assert Entry.objects.filter(subject=case.subject, event="cases.CaseWithdrawn").count() == 1
    assert number not in verifier.open("/tugas/").text
    assert "Tarik permohonan" not in siti.open(f"/permohonan/{case.pk}/").text
    assert siti.client.get(f"/permohonan/{case.pk}/perbaikan/").status_code == 302
    assert [
        m
        for m in city.mails("siti@warga.example")
        if number in m["subject"] and "dibatalkan" in m["subject"]
    ]


def test_an_unpaid_bill_ends_with_the_application(city: City) -> None:
    siti = city.applicant()
    case = city.send("PBG")
    number = str(case.number)
    deeds.verify(city, number)
    deeds.recommend(city.officer("tim-teknis-1", "putr"), number)
    assessor = deeds.open_from_list(city.officer("penetap"), number).follow("Hitung retribusi")
    assessor.press("Tetapkan (SKRD)").press("Lanjutkan")
    city.work()

    siti.open(f"/permohonan/{case.pk}/tarik/").press("Tarik permohonan")

    assert Bill.objects.get().status == "cancelled"
    assert Bill.objects.get().number not in city.officer("kasir").open("/kasir/").text
    assert "Anda tidak perlu membayar" in siti.open(f"/permohonan/{case.pk}/").text
