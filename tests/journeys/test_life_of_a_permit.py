"""After it is issued: suspended, restored, revoked, ended. Verification tells each apart."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.offices.models import Number
from satupintu.permits import actions as permits
from satupintu.permits.models import Decision, Permit
from tests.browsing import Browser
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.world import PASSPHRASE

LAW = "Peraturan Menteri Dalam Negeri Nomor 3 Tahun 2018"


@pytest.fixture
def permit(city: City) -> Permit:
    today = offices.today()
    case = city.send(
        "SKP-PENELITIAN",
        mulai=(today + timedelta(days=3)).isoformat(),
        selesai=(today + timedelta(days=40)).isoformat(),
    )
    number = str(case.number)
    deeds.verify(city, number)
    deeds.recommend(city.officer("tim-teknis", "kesbangpol"), number)
    deeds.decide(city, number)
    return Permit.objects.get(kind="permit")


def propose(officer: Browser, permit: Permit, kind: str, reason: str) -> Browser:
    officer.open(f"/izin/{permit.pk}/")
    return officer.press("Simpan usulan", kind=kind, reason=reason, ground=LAW)


def enforce(city: City) -> None:
    waiting = Decision.objects.get(effective_at=None)
    head = city.officer("kepala").open("/izin/")
    assert f"/keputusan/{waiting.pk}/" in head.html
    head.open("/tanda-tangan/").follow(waiting.permit.number).press(
        "Tanda tangani keputusan", passphrase=PASSPHRASE
    )
    city.work()


@pytest.mark.requirement("PLU-19", "PLB-6-2-e", "PLB-13-1", "PRB-1-15")
def test_letters_that_suspend_restore_and_revoke_change_what_a_stranger_sees(
    city: City, permit: Permit
) -> None:
    section_head, stranger = city.officer("kabid"), city.stranger()
    page = f"/v/{permit.token}/"
    assert "Asli dan berlaku" in stranger.open(page).text

    # A proposal changes nothing; only the signed letter does. It needs reason and law.
    section_head.open(f"/izin/{permit.pk}/")
    section_head.press("Simpan usulan", status=422, kind="suspend", reason="Melanggar jadwal.")
    assert "Tulis dasar hukum keputusan" in section_head.text
    propose(section_head, permit, "suspend", "Penelitian berjalan di luar lokasi yang disetujui.")
    assert "Asli dan berlaku" in stranger.open(page).text
    enforce(city)
    shown = stranger.open(page).text
    letter = Permit.objects.get(kind="decision")
    assert "sedang dibekukan" in shown
    assert letter.number in shown
    assert "di luar lokasi" not in shown, "the reason is not the public's"
    assert (
        "sedang dibekukan"
        in stranger.open("/verifikasi/").press("Periksa nomor", number=permit.number).text
    )

    propose(section_head, permit, "resume", "Pelanggaran sudah dihentikan.")
    enforce(city)
    assert "Asli dan berlaku" in stranger.open(page).text

    propose(section_head, permit, "revoke", "Laporan palsu.")
    enforce(city)
    assert "Dicabut" in stranger.open(page).text
    assert Permit.objects.filter(kind="decision").count() == 3
    assert (
        "Dokumen ini dicabut"
        in city.applicant().open(f"/permohonan/{permit.subject.removeprefix('case:')}/").text
    )
    section_head.open(f"/izin/{permit.pk}/")
    assert not section_head.offers("Simpan usulan"), "what is revoked stays revoked"
    told = [mail["subject"] for mail in city.mails("siti@warga.example")]
    for word in ("dibekukan", "aktif kembali", "dicabut"):
        assert told.count(f"Izin {permit.number} {word}") == 1


@pytest.mark.requirement("PLB-9-4", "PLU-14")
def test_nobody_signs_the_sanction_that_they_proposed(city: City, permit: Permit) -> None:
    head = city.officer("kepala")
    propose(head, permit, "revoke", "Laporan palsu.")
    waiting = Decision.objects.get()

    answer = head.client.get(f"/keputusan/{waiting.pk}/")

    assert answer.status_code == 409
    assert (
        "pejabat lain yang menandatanganinya"
        in head.open(f"/keputusan/{waiting.pk}/", status=409).text
    )
    kabid = city.world.desk("kabid")
    assert kabid.get(f"/keputusan/{waiting.pk}/").status_code == 403
    permit.refresh_from_db()
    assert permit.status == "valid"


@pytest.mark.requirement("PLB-6-2-e")
def test_a_wrong_proposal_is_dropped_with_a_reason_and_leaves_the_way_free(
    city: City, permit: Permit
) -> None:
    section_head, head = city.officer("kabid"), city.officer("kepala")
    propose(section_head, permit, "revoke", "Salah pilih izin.")
    section_head.follow("Batalkan usulan ini").press("Batalkan usulan", status=422)
    assert "Tulis alasan pembatalan" in section_head.text
    section_head.press("Batalkan usulan", reason="Izin yang dimaksud nomor lain.")
    assert "Izin yang dimaksud nomor lain." in section_head.text
    dropped = Decision.objects.get()
    assert Entry.objects.filter(event="permits.DecisionDropped").count() == 1

    # Nobody signs it any more, and a second press changes nothing.
    assert head.client.get(f"/keputusan/{dropped.pk}/").status_code == 200
    assert not head.open(f"/keputusan/{dropped.pk}/").offers("Tanda tangani keputusan")
    with pytest.raises(permits.NotInForce):
        permits.sign_decision(dropped.pk, act="act", by=city.world.by("kepala"))
    permits.drop_decision(dropped.pk, reason="Lagi", by=city.world.by("kabid"))
    dropped.refresh_from_db()
    assert dropped.drop_reason == "Izin yang dimaksud nomor lain."

    # The signer may drop one too, also when its letter already has a number; that number ends.
    propose(section_head, permit, "suspend", "Melanggar jadwal.")
    second = Decision.objects.get(dropped_at=None)
    signing, desk = "/tanda-tangan/", city.world.desk("kepala")
    for answer in (desk.get(signing), desk.post(signing, {})):  # with nothing ticked
        assert f"/keputusan/{second.pk}/" in answer.content.decode()
    letter = permits.sign_decision(second.pk, act="act", by=city.world.by("kepala"))
    with pytest.raises(permits.NotInForce):
        permits.drop_decision(second.pk, reason="Terlambat", by=city.world.by("kabid"))
    permits.fail_signing(letter.pk, reason="Sertifikat habis.")
    head.open(f"/keputusan/{second.pk}/").follow("Batalkan usulan ini")
    head.press("Batalkan usulan", reason="Pemegang sudah patuh.")
    number = Number.objects.get(text=letter.number)
    assert (number.status, number.reason) == ("void", "Pemegang sudah patuh.")
    letter.refresh_from_db()
    assert letter.status == "void"

    propose(section_head, permit, "suspend", "Melanggar lagi.")
    waiting = Decision.objects.get(effective_at=None, dropped_at=None)
    head.open("/tanda-tangan/").follow(waiting.permit.number).press(
        "Tanda tangani keputusan", passphrase=PASSPHRASE
    )
    city.work()
    permit.refresh_from_db()
    assert permit.status == "suspended"


def test_nobody_else_drops_a_proposal(city: City, permit: Permit) -> None:
    propose(city.officer("kabid"), permit, "revoke", "Laporan palsu.")
    waiting = Decision.objects.get()
    for post in ("sekretaris", "penyerahan", "verifikator-1"):
        answer = city.world.desk(post).post(f"/keputusan/{waiting.pk}/batal/", {"reason": "Iseng"})
        assert answer.status_code in (403, 404), post
    waiting.refresh_from_db()
    assert waiting.dropped_at is None


@pytest.mark.requirement("PLB-13-1")
def test_a_permit_ends_on_its_day_without_anybody_touching_it(city: City, permit: Permit) -> None:
    stranger = city.stranger()
    last_day = permit.valid_until
    assert last_day is not None
    for days, words in ((0, "Asli dan berlaku"), (1, "Asli, sudah berakhir")):
        noon = datetime.combine(last_day + timedelta(days=days), time(12), ZoneInfo("Asia/Jakarta"))
        with time_machine.travel(noon):
            assert words in stranger.open(f"/v/{permit.token}/").text
