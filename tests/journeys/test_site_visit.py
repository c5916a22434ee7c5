"""A sign board for a company: the team goes there, agrees on minutes, and recommends."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from satupintu.cases.models import Case, Minutes, Visit
from satupintu.offices import queries as offices
from satupintu.permits.models import Permit
from tests.browsing import text_of_pdf
from tests.cases.filling import jpg, pdf
from tests.journeys import deeds
from tests.journeys.conftest import City

SIGN = "REKLAME-TETAP"
DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]


def png() -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (320, 240), "#36a").save(written, "PNG")
    return SimpleUploadedFile("layar.png", written.getvalue(), "image/png")


@pytest.mark.requirement("PLU-4-2-e", "MTR-2-2-a", "PLU-1-17")
def test_the_team_visits_agrees_on_minutes_and_recommends(city: City) -> None:
    andi = city.applicant("andi")
    case = city.send(SIGN, "sinar")
    number = str(case.number)
    deeds.verify(city, number)
    first, second = city.officer("tim-teknis-1", "putr"), city.officer("tim-teknis-2", "putr")

    # Plan: a real day, and both members.
    deeds.open_from_list(first, number).follow("Buka kunjungan")
    tomorrow = offices.local(timezone.now() + timedelta(days=1))
    plan = {"place": "Jalan Jenderal Sudirman 88", "time": "09:30"}
    first.press("Simpan jadwal", status=422, date="besok", **plan)
    first.press("Simpan jadwal", date=f"{tomorrow:%Y-%m-%d}", **plan)
    assert first.field("time") == plan["time"], "the time of the city, not of the server"
    assert first.field("date") == f"{tomorrow:%Y-%m-%d}"
    city.work()
    visit = Visit.objects.get()
    assert visit.members.count() == 2
    assert [mail for mail in city.mails("andi@warga.example") if "tinjauan" in mail["subject"]]

    # On the spot: every item, photos with their place; the same photo twice is one.
    codes = ["titik", "sempadan", "keselamatan", "pandang", "ukuran"]
    fits = {f"fits-{code}": "yes" for code in codes}
    first.press("Simpan hasil", status=422, **{**fits, "fits-pandang": "no"})
    assert "Tulis catatan untuk" in first.text
    note = {"fits-pandang": "no", "note-pandang": "Menutup rambu bila dipasang lebih rendah."}
    first.press("Simpan hasil", **{**fits, **note})
    place = {"caption": "Dari trotoar", "lat": "-5,113200", "lon": "105.306700"}
    key = first.field("key")
    first.press("Simpan foto", photo=jpg("lapangan.jpg"), key=key, **place)
    first.press("Simpan foto", photo=jpg("lapangan.jpg"), key=key, **place)
    first.press("Simpan foto", photo=png(), caption="Tangkapan layar denah")
    assert visit.photos.count() == 2
    assert str(visit.photos.order_by("id")[0].latitude) == "-5.113200"

    # Minutes hold for all members or for none; a change asks everybody again.
    text = {"conclusion": "with_notes", "text": "Papan dipasang paling rendah 3 meter."}
    first.press("Simpan berita acara", statement="Setuju.", **text)
    assert not first.offers("Saya menyetujui"), "the day of the visit has not come"
    assert f"Bisa disetujui mulai {DAYS[tomorrow.weekday()]}, {tomorrow.day} " in first.text
    first.press("Simpan jadwal", date=f"{offices.today():%Y-%m-%d}", **plan)
    first.press("Saya menyetujui")
    assert Minutes.objects.get().final_at is None
    assert not first.offers("Simpan jadwal"), "somebody has been there"
    second.open(f"/berkas/{number}/kunjungan/lapangan/")
    old = second.html
    first.open(f"/berkas/{number}/kunjungan/lapangan/").press(
        "Simpan berita acara", **{**text, "text": "Papan dipasang paling rendah 4 meter."}
    )
    assert "revision" in old
    assert "Baca lagi lalu setujui" in second.press("Saya menyetujui", status=409).text
    second.open(f"/berkas/{number}/kunjungan/lapangan/").press("Saya menyetujui")
    assert Minutes.objects.get().final_at is None, "the first member has not seen this text"
    first.open(f"/berkas/{number}/kunjungan/lapangan/").press("Saya menyetujui")
    city.work()
    minutes = Minutes.objects.get()
    assert minutes.number
    paper = text_of_pdf(first.open(f"/berkas/{number}/surat/minutes/{minutes.pk}/").body)
    for words in (minutes.number, "4 meter", "Menutup rambu", "Petugas putr tim-teknis-2"):
        assert words in paper
    first.open(f"/berkas/{number}/kunjungan/lapangan/").press("Lanjutkan ke langkah berikutnya")
    city.work()

    deeds.recommend(second, number, verdict="conditions", conditions="Tinggi paling rendah 4 meter")

    # The proof that the tax was paid is missing; the clock waits for the applicant.
    verifier = city.officer("verifikator-2")
    deeds.open_from_list(verifier, number)
    verifier.press(
        "Kirim permintaan perbaikan",
        items="requirement:bukti_pajak",
        **{"why-requirement-bukti_pajak": "Unggah bukti lunas dari Bapenda."},
    )
    city.work()
    andi.open(f"/permohonan/{case.pk}/perbaikan/").press("Unggah", file=pdf("lunas.pdf"))
    andi.press("Kirim perbaikan", confirmed="true")
    deeds.verify(city, number, "verifikator-2")
    deeds.decide(city, number)
    permit = Permit.objects.get(kind="permit")
    assert permit.holder == city.world.applicants["sinar"]
    assert "CV Sinar Lampung" in text_of_pdf(
        andi.open(f"/permohonan/{case.pk}/dokumen/decision/").body
    )


@pytest.mark.requirement("PLU-1-17", "PLB-9-4")
def test_the_front_office_does_none_of_the_back_offices_work(city: City) -> None:
    case = city.send(SIGN, "sinar")
    number, task = str(case.number), case.tasks.get()
    clerk = city.officer("loket-1").open(f"/berkas/{number}/")
    assert not clerk.offers("Lanjutkan")
    client = city.world.desk("loket-1")

    def post(url: str, **typed: object) -> int:
        return int(client.post(f"/berkas/{number}/{url}", typed).status_code)

    assert post(f"tugas/{task.pk}/", act="forward", version=case.version) == 403
    assert post(f"tugas/{task.pk}/", act="take") == 403
    assert post(f"tugas/{task.pk}/", act="assign", to=city.world.officer("loket-1").pk) == 403
    for url in ("retribusi/hitung/", "naskah/susun/", "kunjungan/rekomendasi/"):
        assert post(url) == 404
    after = Case.objects.get(pk=case.pk)
    assert (after.version, after.state) == (case.version, case.state)
    assert after.tasks.get().status == "open"
