"""The main job as one story: a research clearance letter, from the form to a stranger's check."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.permits.models import Permit
from tests.browsing import text_of_pdf
from tests.cases.filling import pdf
from tests.journeys import deeds
from tests.journeys.conftest import City

SITI = "+6281234567890"
NOTE = "Pemohon pernah menelepon, harap sabar."


@pytest.mark.requirement(
    "MTR-L1", "MTR-2-2-a", "PLU-4-2-c", "PLU-4-2-h", "PLU-14", "PLB-6-2-a", "PLB-6-2-b",
    "PLB-6-2-d", "PLB-6-2-f", "PLB-7-3-a", "PLB-7-3-c", "PLB-7-3-d", "PLB-11-1-c", "PLB-11-1-e",
    "PLB-11-2-d", "PLB-11-2-e", "PLB-11-2-f", "PLB-11-2-g", "PLB-12-3", "PLB-13-1", "PLB-13-2",
    "PLB-13-3", "BJM-6-4-b", "BJM-6-4-c", "BJM-6-4-h", "PRB-1-15", "PRB-8-2",
)  # fmt: skip
def test_a_research_letter_from_the_form_to_a_strangers_check(city: City) -> None:
    siti, stranger = city.applicant(), city.stranger()
    today = offices.today()
    begin, end = today + timedelta(days=10), today + timedelta(days=90)

    # Siti applies and keeps the receipt.
    case = city.send("SKP-PENELITIAN", mulai=begin.isoformat(), selesai=end.isoformat())
    number = str(case.number)
    assert number in siti.open("/permohonan/").text
    receipt = text_of_pdf(siti.open(f"/permohonan/{case.pk}/dokumen/receipt/").body)
    assert number in receipt
    assert "Siti Rahayu" in receipt
    assert "Nilai" not in stranger.open(f"/lacak/?nomor={number}").text

    # The officer finds one file unreadable, and says why. A note stays among colleagues.
    verifier = city.officer("verifikator-1")
    verifier.open(f"/berkas/{number}/messages/").press("Simpan catatan", body=NOTE)
    assert NOTE in verifier.text
    deeds.open_from_list(verifier, number).follow("Periksa berkas")
    verifier.follow("Proposal penelitian")
    verifier.press("Perlu perbaikan", reason_other="Halaman 3 sampai 9 kosong.")
    deeds.accept_documents(verifier, number)
    verifier.open(f"/berkas/{number}/")
    assert not verifier.offers("Lanjutkan"), "a file that needs a correction stops the case"
    assert verifier.field("why-requirement-proposal") == "Halaman 3 sampai 9 kosong."
    verifier.press("Kirim permintaan perbaikan", note="Terima kasih.")
    city.work()

    # Siti sees only that file open, replaces it and sends it back.
    assert "proposal" not in " ".join(city.texts(SITI)), "no message carries more than it must"
    siti.open(f"/permohonan/{case.pk}/")
    assert "Ada 1 hal yang perlu Anda perbaiki" in siti.text
    siti.follow("Perbaiki sekarang")
    assert "Halaman 3 sampai 9 kosong." in siti.text
    assert siti.page.xpath("//input[@type='file']/@name") == ["file"]
    early = siti.press("Kirim perbaikan", status=422, confirmed="true")
    assert "belum Anda ganti" in early.text
    siti.press("Unggah", file=pdf("proposal-lengkap.pdf", pages=9))
    siti.press("Kirim perbaikan", confirmed="true")
    city.work()
    assert Case.objects.get(pk=case.pk).phase == "open"

    # The office goes on with the same case; nobody types anything again.
    deeds.verify(city, number)
    deeds.recommend(city.officer("tim-teknis", "kesbangpol"), number)
    deeds.draft(city, number)
    deeds.initial(city, number)
    assert "Berhasil (1)" in deeds.sign(city, number).text

    # Siti is told once in each way, downloads, and that is the handover.
    permit = Permit.objects.get(kind="permit")
    news = [mail for mail in city.mails("siti@warga.example") if permit.number in str(mail)]
    assert len(news) == 1
    assert [text for text in city.texts(SITI) if "sudah terbit" in text] == [
        f"Permohonan {number}: izin Anda sudah terbit. Unduh di halaman permohonan."
    ]
    assert siti.open("/pesan/").text.count("sudah terbit") == 1
    siti.open("/permohonan/").follow("Surat Keterangan Penelitian")
    signed = siti.follow("Unduh PDF").body
    city.work()
    assert list(permit.handovers.values_list("channel", "to_name")) == [("online", "Siti Rahayu")]
    siti.open(f"/permohonan/{case.pk}/dokumen/decision/")
    assert permit.handovers.count() == 1

    # A stranger checks it by its QR, its number and the file itself.
    assert hashlib.sha256(signed).hexdigest() == permit.editions.get().sha256
    words = text_of_pdf(signed)
    assert permit.number in words
    assert "Halaman 1 dari" in words or permit.title.upper() in words.upper()
    for page in (
        stranger.open(f"/v/{permit.token}/").text,
        stranger.open("/verifikasi/").press("Periksa nomor", number=permit.number).text,
        stranger.open("/verifikasi/")
        .press("Periksa berkas", file=SimpleUploadedFile("surat.pdf", signed))
        .text,
    ):
        assert "Asli dan berlaku" in page
        assert permit.number in page
        assert "Petugas dpmptsp kepala" in page, "the signer can be identified"
        assert "Siti Rahayu" not in page, "a stranger learns no name that the paper does not show"
    assert "Utuh dan tepercaya (B-LTA)" in page
    changed = SimpleUploadedFile("surat.pdf", signed.replace(b"/Title", b"/Titel", 1))
    answer = stranger.open("/verifikasi/").press("Periksa berkas", file=changed)
    assert "Asli dan berlaku" not in answer.text

    # What officers noted for each other reached nobody else.
    told = [mail.get_content() for mail in city.mails("siti@warga.example")] + city.texts(SITI)
    for page in ("", "pesan/", "dokumen/", "isian/", "terkirim/"):
        told.append(siti.open(f"/permohonan/{case.pk}/{page}").text)
    assert len(told) > 8
    assert not [words for words in [*told, words, receipt] if NOTE in words]

    # Every act stands in the journal, with the post in which it was done.
    acts = Entry.objects.filter(subject=case.subject, event="cases.TaskForwarded").order_by("id")
    assert [entry.post_id is not None for entry in acts] == [True] * 5
    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "approved")
