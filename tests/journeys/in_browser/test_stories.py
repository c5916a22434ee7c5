"""The whole stories in Chromium: once as a bare browser without scripts, once with everything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.cases.models import Case, Minutes
from satupintu.levies.models import Bill, Receipt
from satupintu.offices import queries as offices
from satupintu.permits.models import Handover, Permit
from tests.browsing import text_of_pdf
from tests.cases import filling
from tests.cases.filling import jpg, pdf
from tests.journeys import deeds
from tests.journeys.in_browser.conftest import Town
from tests.journeys.in_browser.screen import PHONE, Screen

pytestmark = pytest.mark.browser
LETTER, SIGN, BUILDING = "SKP-PENELITIAN", "REKLAME-TETAP", "PBG"
DAY = r"(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d{1,2} [A-Z][a-z]+ 20\d\d"


def apply(screen: Screen, service: str, **changed: object) -> Case:
    """From the page of the service to the confirmation, everything typed and chosen."""
    wanted = filling.scenario(service)
    screen.open(f"/layanan/{service}/").follow("Ajukan sekarang")
    screen.press("Mulai mengisi", request_type=wanted["request"])
    case = Case.objects.latest("pk")
    for section in case.definition["sections"]:
        if not screen.window.get_by_role("link", name=section["title"]["id"], exact=True).count():
            continue  # not asked of this applicant
        screen.follow(section["title"]["id"])
        values = filling.typed(section, {**wanted["answers"], **changed})
        del values["_seen"]
        for _ in range(2):  # without scripts the answers open their questions after sending
            if section["code"] in screen.url:
                screen.fill(values)
                screen.press("Simpan dan lanjutkan")
        screen.open(f"/permohonan/draf/{case.pk}/")
    screen.open(f"/permohonan/draf/{case.pk}/berkas/")
    for code in wanted["files"]:
        screen.upload(code, jpg() if code == "foto" else pdf(f"{code}.pdf"))
    screen.follow("periksa jawaban").press("Kirim permohonan", truth="true")
    case.refresh_from_db()
    return case


@pytest.mark.requirement("MTR-L1", "PLU-4-2-c", "PLU-4-2-h", "PLB-11-2-d", "PLB-11-2-g", "PLB-13-2")
def test_a_letter_from_the_door_to_a_strangers_check(town: Town) -> None:
    siti, stranger = town.applicant(), town.stranger()
    today = offices.today()
    begin, end = today + timedelta(days=10), today + timedelta(days=90)
    case = apply(siti, LETTER, mulai=begin.isoformat(), selesai=end.isoformat())
    number = str(case.number)

    # The confirmation says what one needs, and again tomorrow.
    town.work()
    for _ in range(2):
        assert number in siti.open(f"/permohonan/{case.pk}/terkirim/").text
        assert re.search(DAY, siti.text)
        assert siti.page.xpath("//main//a[starts-with(@href, 'tel:')]")
    assert number in text_of_pdf(siti.download("Unduh tanda terima"))
    assert "Siti" not in stranger.open("/lacak/").press("Lacak", nomor=number).text

    # One file can not be read; only that one is open to her, beside the officer's reason.
    verifier = town.officer("verifikator-1")
    deeds.open_from_list(verifier, number).follow("Periksa berkas")
    verifier.follow("Proposal penelitian")
    verifier.press("Perlu perbaikan", reason_other="Halaman 3 sampai 9 kosong.")
    deeds.accept_documents(verifier, number)
    verifier.open(f"/berkas/{number}/")
    assert not verifier.offers("Lanjutkan")
    verifier.press("Kirim permintaan perbaikan", note="Terima kasih.")
    town.work()
    siti.open("/permohonan/").follow("Surat Keterangan Penelitian")
    siti.follow("Perbaiki sekarang")
    assert siti.page.xpath("//main//input[@type='file']/@id") == ["id_proposal"]
    assert "Halaman 3 sampai 9 kosong." in siti.window.locator("#upload-proposal").inner_text()
    siti.upload("proposal", pdf("proposal-lengkap.pdf", pages=9))
    assert "memperbaiki semua" in siti.press("Kirim perbaikan", status=422).text
    siti.press("Kirim perbaikan", confirmed="true")
    town.work()

    deeds.verify(town, number)
    deeds.recommend(town.officer("tim-teknis", "kesbangpol"), number)
    deeds.decide(town, number)
    assert "Berhasil (1)" in town.officer("kepala").text

    permit = Permit.objects.get(kind="permit")
    siti.open("/permohonan/").follow("Surat Keterangan Penelitian")
    signed = siti.download("Unduh PDF")
    assert permit.number in text_of_pdf(signed)
    for verdict in (
        stranger.open(f"/v/{permit.token}/").text,
        stranger.open("/verifikasi/").press("Periksa nomor", number=permit.number).text,
        stranger.open("/verifikasi/")
        .press("Periksa berkas", file=SimpleUploadedFile("surat.pdf", signed, "application/pdf"))
        .text,
    ):
        assert "Asli dan berlaku" in verdict
        assert "Siti Rahayu" not in verdict


@pytest.mark.requirement("PLU-4-2-e", "MTR-2-2-a")
def test_a_visit_with_a_phone_in_the_hand(town: Town) -> None:
    number = str(town.send(SIGN, "sinar").number)
    deeds.verify(town, number)
    first = town.officer("tim-teknis-1", "putr", PHONE)
    second = town.officer("tim-teknis-2", "putr", PHONE)
    deeds.open_from_list(first, number).follow("Buka kunjungan")
    place: dict[str, Any] = {"place": "Jalan Jenderal Sudirman 88", "time": "09:30"}
    first.press("Simpan jadwal", date=offices.today().isoformat(), **place)

    fits: dict[str, Any] = {
        f"fits-{one}": "yes" for one in ("titik", "sempadan", "keselamatan", "ukuran")
    }
    first.press("Simpan hasil", status=422, **{**fits, "fits-pandang": "no"})
    assert first.window.locator("[name=fits-titik][value=yes]").is_checked(), "nothing is lost"
    note: dict[str, Any] = {"note-pandang": "Menutup rambu bila lebih rendah."}
    first.press("Simpan hasil", **note)
    for name in ("depan", "samping"):
        first.press(
            "Simpan foto", photo=jpg(f"{name}.jpg"), caption=name, lat="-5,1132", lon="105.3067"
        )
    assert first.window.locator(".c-photos img").count() == 2
    words: dict[str, Any] = {
        "conclusion": "with_notes",
        "text": "Papan dipasang paling rendah 4 meter.",
    }
    first.press("Simpan berita acara", **words).press("Saya menyetujui")
    assert Minutes.objects.get().final_at is None
    second.open(f"/berkas/{number}/kunjungan/lapangan/").press("Saya menyetujui")
    town.work()
    assert str(Minutes.objects.get().number) in second.open(second.url).text
    second.press("Lanjutkan ke langkah berikutnya")
    deeds.recommend(second, number)
    assert Case.objects.get().tasks.get(status="open").step == "pajak"


@pytest.mark.requirement("MTR-L2", "PLU-4-2-f", "PLU-4-2-i", "PLU-14", "PLU-15", "PLB-12-2")
def test_a_levy_paid_in_cash_an_acting_head_and_a_proxy(town: Town) -> None:
    andi = town.applicant("andi")
    case = town.send(BUILDING, "andi", scenario=1)
    number = str(case.number)
    deeds.verify(town, number)
    deeds.recommend(town.officer("tim-teknis-1", "putr"), number)

    officer = town.officer("penetap")
    deeds.open_from_list(officer, number).follow("Hitung retribusi")
    assert "Rp 849.246" in officer.text
    officer.press("Tetapkan (SKRD)").press("Lanjutkan")
    town.work()
    bill = Bill.objects.get()
    assert "Tagihan Rp 849.246" in andi.open(f"/permohonan/{case.pk}/").text
    assert bill.number in andi.follow("Lihat tagihan").text

    cashier = town.officer("kasir")
    cashier.open("/kasir/").follow(bill.number)
    assert cashier.press("Terima pembayaran", status=422, cash_given="800000").field("cash_given")
    assert "Rp 50.754" in cashier.press("Terima pembayaran", cash_given="900.000").text
    town.work()
    assert Receipt.objects.get().number in andi.open(f"/tagihan/{bill.pk}/").text
    deeds.draft(town, number)
    deeds.initial(town, number)

    today, secretary = offices.today(), town.officer("sekretaris", size=PHONE)
    dates = {"from": today, "to": today + timedelta(days=6), "decision": today}
    typed: dict[str, Any] = {
        f"{name}_date_{part}": getattr(day, part)
        for name, day in dates.items()
        for part in ("day", "month", "year")
    }
    head = offices.post("dpmptsp", "kepala")
    town.officer("administrator").open(f"/pejabat/jabatan/{head.pk}/").follow("Beri mandat").press(
        "Beri mandat",
        contact="sekretaris.dpmptsp@metro.example",
        kind="plh",
        decision_number="800.1.3/112/2026",
        **typed,
    )
    town.certificates.give(secretary.account)
    assert "Berhasil (1)" in deeds.sign(town, number, signer=secretary).text
    permit = Permit.objects.get(kind="permit")
    assert permit.signer_title.startswith("Plh. Kepala Dinas")

    counter = town.officer("penyerahan")
    counter.open("/penyerahan/").follow(permit.number)
    proxy: dict[str, Any] = {"to_name": "Rina Marlina", "relation": "proxy", "proof": "KTP asli"}
    counter.press("Catat penyerahan", status=422, **proxy)
    assert counter.field("to_name") == "Rina Marlina"
    counter.press("Catat penyerahan", authority=pdf("kuasa.pdf"), **proxy)
    assert Handover.objects.get().to_name == "Rina Marlina"


@pytest.mark.requirement("PLB-6-2-c", "PLB-11-2-f")
def test_a_refusal_with_its_ground(town: Town) -> None:
    siti, verifier = town.applicant(), town.officer("verifikator-1")
    case = town.send(LETTER)
    number = str(case.number)
    law = case.definition["legal_basis"][1]["title"]
    reason = "Proposal memuat pengambilan data pribadi tanpa persetujuan."
    deeds.open_from_list(verifier, number)
    verifier.press("Usulkan penolakan", status=422, refusal_reason=reason)
    assert verifier.field("refusal_reason") == reason
    verifier.press("Usulkan penolakan", ground=law)
    town.work()
    deeds.decide(town, number)
    assert "Permohonan ditolak" in siti.open(f"/permohonan/{case.pk}/").text
    assert reason in siti.text
    assert Permit.objects.get().number in text_of_pdf(siti.download("Unduh surat penolakan"))


@pytest.mark.requirement("PLU-8-2-e")
def test_a_withdrawal(town: Town) -> None:
    siti = town.applicant()
    case = town.send(LETTER)
    verifier = town.officer("verifikator-1")
    number = str(case.number)
    assert number in verifier.open("/tugas/").text
    siti.open(f"/permohonan/{case.pk}/").follow("Tarik permohonan ini")
    siti.press("Tarik permohonan", reason="Judul penelitian berubah")
    assert "Tarik permohonan ini" not in siti.open(f"/permohonan/{case.pk}/").text
    assert number not in verifier.open("/tugas/").text
    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "withdrawn")
