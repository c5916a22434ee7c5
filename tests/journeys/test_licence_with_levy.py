"""A building approval: experts' word, levy, cash at the counter, an acting head, a proxy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from satupintu.levies.models import Bill, Receipt
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.people.models import Mandate
from satupintu.permits.models import Handover, Permit
from tests.browsing import text_of_pdf
from tests.cases import desk
from tests.cases.filling import pdf
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.world import PASSPHRASE

B = 1  # the scenario of domain.md's vector B: Rp 849.246
ANDI = "+6281298765432"


def date_fields(name: str, day: object) -> dict[str, str]:
    year, month, date = str(day).split("-")
    return {f"{name}_day": str(int(date)), f"{name}_month": str(int(month)), f"{name}_year": year}


@pytest.mark.requirement(
    "MTR-L2", "PLU-1-17", "PLU-4-2-f", "PLU-4-2-h", "PLU-4-2-i", "PLU-14", "PLU-15",
    "PLB-6-2-d", "PLB-6-2-f", "PLB-9-4", "PLB-11-2-e",
)  # fmt: skip
def test_a_building_approval_from_the_levy_to_the_hands_of_a_proxy(city: City) -> None:
    andi = city.applicant("andi")
    case = city.send("PBG", "andi", scenario=B)
    number = str(case.number)
    deeds.verify(city, number)

    # The experts agree under one condition, and forget it at first.
    team = city.officer("tim-teknis-1", "putr")
    deeds.open_from_list(team, number).follow("Tulis rekomendasi")
    words = {"verdict": "conditions", "text": "Struktur memadai untuk dua lantai."}
    team.press("Simpan rekomendasi", status=422, **words)
    assert "Tulis sedikitnya satu syarat" in team.text
    assert team.field("text") == words["text"]
    team.press("Simpan rekomendasi", conditions="Sumur resapan dibangun di halaman depan.", **words)
    team.press("Lanjutkan")
    city.work()
    given = case.recommendations.get()
    officer = city.officer("penetap")
    paper = officer.open(f"/berkas/{number}/surat/recommendation/{given.pk}/").body
    assert "Sumur resapan dibangun di halaman depan." in text_of_pdf(paper)
    assert given.number in text_of_pdf(paper)

    # The levy follows from the tariff (domain.md, PBG vector B) and can not be typed.
    deeds.open_from_list(officer, number).follow("Hitung retribusi")
    assert "Rp 849.246" in officer.text.replace("\xa0", " ")
    officer.press("Tetapkan (SKRD)")
    officer.press("Lanjutkan")
    city.work()
    bill = Bill.objects.get()
    case.refresh_from_db()
    assert (bill.total, bill.status, case.phase) == (Decimal(849246), "open", "waiting")
    assert [pause.reason for pause in case.pauses.filter(ended_at=None)] == ["payment"]
    page = andi.open(f"/permohonan/{case.pk}/").text.replace("\xa0", " ")
    assert "Tagihan Rp 849.246" in page
    skrd = text_of_pdf(andi.open(f"/permohonan/{case.pk}/dokumen/bill/").body)
    assert bill.number in skrd
    assert "delapan ratus empat puluh sembilan ribu dua ratus empat puluh enam" in skrd.lower()
    assert len([text for text in city.texts(ANDI) if bill.number in text]) == 1

    # Who set the levy does not collect it; the cashier does, and gives change.
    cashier = city.officer("kasir")
    cashier.open("/kasir/").follow(bill.number)
    cashier.press("Terima pembayaran", status=422, cash_given="800000")
    cashier.press("Terima pembayaran", cash_given="900.000")
    assert "Rp 50.754" in cashier.text.replace("\xa0", " ")
    city.work()
    receipt = Receipt.objects.get()
    case.refresh_from_db()
    assert case.phase == "open"
    assert not case.pauses.filter(ended_at=None).exists()
    ssrd = text_of_pdf(andi.open(f"/permohonan/{case.pk}/dokumen/payment/").body)
    assert receipt.number in ssrd

    deeds.draft(city, number)
    deeds.initial(city, number)

    # The head is away: only who holds a dated mandate can sign.
    secretary = city.officer("sekretaris")
    assert number not in secretary.open("/tanda-tangan/").text
    today = offices.today()
    head = offices.post("dpmptsp", "kepala")
    city.officer("administrator").open(f"/pejabat/jabatan/{head.pk}/").follow("Beri mandat").press(
        "Beri mandat",
        contact="sekretaris.dpmptsp@metro.example",
        kind="plh",
        decision_number="800.1.3/112/2026",
        **date_fields("from_date", today),
        **date_fields("to_date", today + timedelta(days=6)),
        **date_fields("decision_date", today),
    )
    city.certificates.give(secretary.account)
    assert "Berhasil (1)" in deeds.sign(city, number, signer=secretary).text
    permit = Permit.objects.get(kind="permit")
    assert permit.signer_title.startswith("Plh. Kepala Dinas")

    # At the counter: the proxy needs the letter of authority.
    counter = city.officer("penyerahan")
    counter.open("/penyerahan/").follow(permit.number)
    proxy = {"to_name": "Rina Marlina", "relation": "proxy", "proof": "KTP asli"}
    counter.press("Catat penyerahan", status=422, **proxy)
    assert "Penerima kuasa harus membawa surat kuasa" in counter.text
    assert counter.field("to_name") == "Rina Marlina"
    counter.press("Catat penyerahan", authority=pdf("kuasa.pdf"), **proxy)
    city.work()
    handover = Handover.objects.get()
    assert (handover.to_name, handover.relation) == ("Rina Marlina", "proxy")
    assert handover.authority is not None
    assert handover.by == counter.account
    assert permit.number not in counter.open("/penyerahan/").text

    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "approved")
    signed = text_of_pdf(andi.open(f"/permohonan/{case.pk}/dokumen/decision/").body)
    assert permit.number in signed
    assert "Plh." in signed
    assert "Sumur resapan dibangun di halaman depan." in signed


@pytest.mark.requirement("PLU-14")
def test_a_mandate_that_has_ended_signs_nothing(city: City) -> None:
    case = city.send("SKP-PENELITIAN")
    task = desk.reach(case, "tanda_tangan")
    number = str(case.number)
    secretary, admin = city.officer("sekretaris"), city.officer("administrator")
    city.certificates.give(secretary.account)
    today = offices.today()
    head = offices.post("dpmptsp", "kepala")
    given = {
        "contact": "sekretaris.dpmptsp@metro.example",
        "kind": "plh",
        **date_fields("from_date", today),
        **date_fields("to_date", today),
        **date_fields("decision_date", today),
    }
    admin.open(f"/pejabat/jabatan/{head.pk}/mandat/")
    admin.press("Beri mandat", status=422, **given, decision_number="")
    assert "Nomor surat keputusan" in admin.text
    assert number not in secretary.open("/tanda-tangan/").text
    admin.press("Beri mandat", **given, decision_number="800.1.3/112/2026")
    assert number in secretary.open("/tanda-tangan/").text
    ticked = {
        "task": deeds.boxes(secretary, number),
        "passphrase": PASSPHRASE,
        f"version-{task.pk}": str(desk.fresh(case).version),
    }

    people.revoke_mandate(Mandate.objects.get().pk, by=city.world.by("administrator"))
    answer = secretary.client.post("/tanda-tangan/", ticked)

    assert answer.status_code in (403, 422), "the page that was still open"
    city.work()
    assert not Permit.objects.exists()
    assert number not in secretary.open("/tanda-tangan/").text
