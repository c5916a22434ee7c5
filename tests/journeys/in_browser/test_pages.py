"""Every kind of page in its states, inspected as a person with a screen reader would need it."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from satupintu.cases.actions import paper_forms
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.levies.models import Bill
from satupintu.notifications.models import Notice
from satupintu.offices import queries as offices
from satupintu.permits import actions as permits
from satupintu.permits.models import Decision, Permit
from tests.cases import filling
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.journeys.in_browser.conftest import Town
from tests.journeys.in_browser.inspection import State, inspect, sent
from tests.journeys.in_browser.screen import PHONE, Screen
from tests.site import stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("town", [True], indirect=True, ids=["with-scripts"]),
]
LETTER, NURSE, SIGN, BUILDING = "SKP-PENELITIAN", "SIP-PERAWAT", "REKLAME-TETAP", "PBG"


@pytest.mark.requirement("PLB-8-1-f")
@pytest.mark.parametrize("language", ["id", "en"])
def test_public_pages(town: Town, city: City, language: str) -> None:
    number = str(city.send(LETTER).number)
    deeds.verify(city, number)
    deeds.recommend(city.officer("tim-teknis", "kesbangpol"), number)
    deeds.decide(city, number)
    permit = Permit.objects.get()
    link = permits.share(permit.pk, days=7, by=By(permit.holder.account_id, "web"))
    states: dict[str, State] = {
        "home": "/",
        "services": "/layanan/",
        "services, nothing found": "/layanan/?cari=zzzz",
        "service": f"/layanan/{NURSE}/",
        "service with a levy": f"/layanan/{BUILDING}/",
        "service at the counter": "/layanan/MAKAM/",
        "calculator": f"/layanan/{BUILDING}/hitung/",
        "calculator, empty": f"/layanan/{BUILDING}/hitung/?hitung=1",
        "tracking": "/lacak/",
        "tracking, empty": sent("/lacak/"),
        "tracking, unknown": sent("/lacak/", nomor="2026-999999-AAA"),
        "tracking, found": f"/lacak/?nomor={number}",
        "verification": "/verifikasi/",
        "verification, empty": sent("/verifikasi/"),
        "verification, unknown": sent("/verifikasi/", number="000/TIDAK/ADA"),
        "document": f"/v/{permit.token}/",
        "document, unknown": "/v/tidakadatokensepertiini/",
        "shared document": f"/dibagikan/{link}/",
        "shared document, ended": "/dibagikan/tidakadatautanini/",
        "guides": "/panduan/",
        "guide": "/panduan/cara-mengajukan/",
        "privacy": "/privasi/",
        "accessibility": "/aksesibilitas/",
        "status": "/status/",
        "directory": "/direktori/",
        "reference data": "/data-acuan/",
        "sign in": "/akun/login/",
        "sign in, wrong": sent("/akun/login/", login="siti@warga.example", password="bukan-ini-1"),
        "sign up": "/akun/signup/",
        "sign up, empty": sent("/akun/signup/"),
        "forgotten password": "/akun/password/reset/",
        "code to sign in": "/akun/login/code/",
        "not found": "/tidak/ada/",
    }
    found = inspect(town.stranger(), language, states)
    assert not found, "\n".join(found)


@pytest.mark.requirement("PLB-8-1-f")
@pytest.mark.parametrize("language", ["id", "en"])
def test_applicants_pages(town: Town, city: City, language: str) -> None:
    client, own = town.world.applicant("siti"), town.world.applicants["siti"].pk
    returned, visited = city.send(LETTER), city.send(LETTER)
    deeds.open_from_list(city.officer("verifikator-1"), str(returned.number)).press(
        "Kirim permintaan perbaikan",
        items=["requirement:ktp", "field:judul"],
        **{"why-requirement-ktp": "Buram.", "why-field-judul": "Tulis lengkap."},
    )
    paying = city.send(BUILDING)
    deeds.verify(city, str(paying.number))
    deeds.recommend(city.officer("tim-teknis-1", "putr"), str(paying.number))
    penetap = deeds.open_from_list(city.officer("penetap"), str(paying.number))
    penetap.follow("Hitung retribusi").press("Tetapkan (SKRD)").press("Lanjutkan")
    done = city.send(LETTER, "andi")
    deeds.verify(city, str(done.number))
    deeds.recommend(city.officer("tim-teknis", "kesbangpol"), str(done.number))
    deeds.decide(city, str(done.number))
    city.work()
    fresh = filling.begin(client, NURSE, own)
    full = filling.complete(client, LETTER, own)
    notice = Notice.objects.filter(applicant=town.world.applicants["siti"]).earliest("pk")
    draft, files = f"/permohonan/draf/{fresh.pk}", f"/permohonan/draf/{fresh.pk}/berkas"
    broken = SimpleUploadedFile("ktp.pdf", b"rusak", "application/pdf")

    def refuse_file(screen: Screen) -> None:
        screen.open(f"{files}/")
        screen.press("", within="#upload-ktp", file=broken)
        screen.window.locator("#upload-ktp.c-upload--error").wait_for()

    states: dict[str, State] = {
        "applications": "/permohonan/",
        "start": f"/permohonan/mulai/{SIGN}/",
        "start, a draft exists": f"/permohonan/mulai/{NURSE}/",
        "draft": f"{draft}/",
        "questions": f"{draft}/bagian/pemohon/",
        "questions, errors": sent(f"{draft}/bagian/profesi/"),
        "questions with a table": f"{draft}/bagian/praktik/",
        "files": f"{files}/",
        "file refused": refuse_file,
        "remove a file": f"/permohonan/draf/{full.pk}/berkas/ktp/hapus/",
        "files sent": f"/permohonan/draf/{full.pk}/berkas/",
        "check, gaps": f"{draft}/periksa/",
        "check": f"/permohonan/draf/{full.pk}/periksa/",
        "check, not declared": sent(f"/permohonan/draf/{full.pk}/periksa/"),
        "delete the draft": f"{draft}/hapus/",
        "confirmation": f"/permohonan/{visited.pk}/terkirim/",
        "case": f"/permohonan/{visited.pk}/",
        "case, returned": f"/permohonan/{returned.pk}/",
        "correction": f"/permohonan/{returned.pk}/perbaikan/",
        "correction, incomplete": sent(
            f"/permohonan/{returned.pk}/perbaikan/", "main form:not([data-upload])[method=post]"
        ),
        "answers": f"/permohonan/{visited.pk}/isian/",
        "messages": f"/permohonan/{visited.pk}/pesan/",
        "messages, empty": sent(f"/permohonan/{visited.pk}/pesan/"),
        "withdraw": f"/permohonan/{visited.pk}/tarik/",
        "papers": f"/permohonan/{visited.pk}/dokumen/",
        "case, unpaid": f"/permohonan/{paying.pk}/",
        "bill": f"/tagihan/{Bill.objects.get().pk}/",
        "notices": "/pesan/",
        "notice": f"/pesan/{notice.pk}/",
        "own details": "/akun/profil/",
        "own details, empty": sent("/akun/profil/", name=""),
        "company": "/akun/usaha/baru/",
        "company, empty": sent("/akun/usaha/baru/"),
        "security": "/akun/2fa/",
        "devices": "/akun/sessions/",
        "change password": "/akun/password/change/",
        "not found": "/permohonan/999999/",
    }
    found = inspect(town.applicant("siti"), language, states)
    andi, letter = town.world.applicants["andi"].pk, Permit.objects.get(holder__name="Andi Wijaya")
    again = filling.begin(town.world.applicant("andi"), LETTER, andi, "perpanjangan")
    reuse = f"/permohonan/draf/{again.pk}/berkas/skp_lama/surat/"
    others: dict[str, State] = {
        "issued": f"/permohonan/{done.pk}/",
        "share": f"/surat-saya/{letter.pk}/bagikan/",
        "share, new link": sent(f"/surat-saya/{letter.pk}/bagikan/"),
        "files, a letter may stand": f"/permohonan/draf/{again.pk}/berkas/",
        "letter": reuse,
        "letter, unknown": sent(reuse, number="1/TIDAK/ADA"),
        "letter, agree": sent(reuse, number=letter.number),
    }
    found += inspect(town.applicant("andi"), language, others)
    nothing: dict[str, State] = {"no application": "/permohonan/", "no notice": "/pesan/"}
    found += inspect(town.applicant("bambang"), language, nothing)
    assert not found, "\n".join(found)


def test_officers_pages(town: Town, city: City) -> None:
    """The first half of the house: who checks, visits, recommends, computes and is asked."""
    number, site = str(city.send(LETTER).number), str(city.send(SIGN, "sinar").number)
    levy, letter = str(city.send(BUILDING).number), str(city.send(LETTER, "andi").number)
    for one in (site, levy, letter):
        deeds.verify(city, one)
    deeds.recommend(city.officer("tim-teknis-1", "putr"), levy)
    city.officer("verifikator-1").open(f"/berkas/{number}/opinions/").press(
        "Kirim permintaan", office="dinkes", question="Apakah aman?", days="3"
    )
    case, office = f"/berkas/{number}", "dpmptsp"

    def decide(screen: Screen) -> None:
        screen.open(f"{case}/")
        for summary in screen.window.locator(".c-card--act summary").all():
            summary.click()
        screen.window.locator("main [name=items]").first.check()

    def press(path: str, button: str, status: int = 422) -> State:
        return lambda screen: screen.open(path).press(button, status=status)

    def register(screen: Screen) -> None:
        screen.open("/loket/").press("Cari pemohon", nik="1872025008880001")
        screen.press("Daftarkan pemohon", status=422)

    desks: dict[tuple[str, str], dict[str, State]] = {
        ("verifikator-1", office): {
            "tasks": "/tugas/",
            "tasks done": "/tugas/?tab=done",
            "search": "/berkas/",
            "search, found": sent("/berkas/", "main form[role=search]", q=number),
            "search, nothing": sent("/berkas/", "main form[role=search]", q="2026-999999-AAA"),
            "case": f"{case}/",
            "decide": decide,
            "correction, nothing ticked": press(f"{case}/", "Kirim permintaan perbaikan"),
            "refusal, no ground": press(f"{case}/", "Usulkan penolakan"),
            "documents": f"{case}/documents/",
            "documents, no reason": press(f"{case}/documents/", "Perlu perbaikan"),
            "inspection": f"{case}/inspection/",
            "opinions": f"{case}/opinions/",
            "opinions, no question": press(f"{case}/opinions/", "Kirim permintaan"),
            "messages": f"{case}/messages/",
            "messages, empty": press(f"{case}/messages/", "Kirim pesan"),
            "history": f"{case}/history/",
            "nothing to sign": "/tanda-tangan/",
            "permits, none": "/izin/",
            "notices": "/pesan/",
            "not allowed": "/kasir/",
            "not found": "/berkas/2026-000000-XXX/",
        },
        ("tim-teknis", "dinkes"): {
            "no tasks": "/tugas/",
            "opinions asked": "/pendapat/",
            "opinion": lambda screen: screen.open("/pendapat/").follow(number),
        },
        ("tim-teknis", "kesbangpol"): {
            "recommendation": f"/berkas/{letter}/kunjungan/rekomendasi/",
            "recommendation, empty": press(
                f"/berkas/{letter}/kunjungan/rekomendasi/", "Simpan rekomendasi"
            ),
        },
        ("tim-teknis-1", "putr"): {
            "visit": f"/berkas/{site}/kunjungan/lapangan/",
            "visit, no date": press(f"/berkas/{site}/kunjungan/lapangan/", "Simpan jadwal"),
        },
        ("penetap", office): {"assessment": f"/berkas/{levy}/retribusi/hitung/"},
        ("loket-1", office): {
            "counter": "/loket/",
            "counter, wrong": sent("/loket/", nik="123"),
            "counter, found": sent("/loket/", nik="1872014107960002"),
            "counter, unknown": sent("/loket/", nik="1872025008880001"),
            "register, empty": register,
            "services of an applicant": f"/loket/pemohon/{town.world.applicants['siti'].pk}/",
            "begin": f"/loket/pemohon/{town.world.applicants['siti'].pk}/{LETTER}/",
        },
    }
    found = []
    for (post, unit), states in desks.items():
        size = PHONE if post == "tim-teknis-1" else None
        screen = town.officer(post, unit, size) if size else town.officer(post, unit)
        found += inspect(screen, "id", states)
    assert not found, "\n".join(found)


def test_the_other_half_of_the_house(town: Town, city: City) -> None:
    """Who drafts, signs, collects, hands over, sanctions, audits and administers."""
    bill, drafted, ready, issued = (
        str(city.send(*what).number)
        for what in ((BUILDING,), (LETTER,), (LETTER, "andi"), (LETTER, "bambang"))
    )
    for one in (bill, drafted, ready, issued):
        deeds.verify(city, one)
    deeds.recommend(city.officer("tim-teknis-1", "putr"), bill)
    penetap = deeds.open_from_list(city.officer("penetap"), bill).follow("Hitung retribusi")
    penetap.press("Tetapkan (SKRD)").press("Lanjutkan")
    for one in (drafted, ready, issued):
        deeds.recommend(city.officer("tim-teknis", "kesbangpol"), one)
    deeds.decide(city, issued)
    deeds.draft(city, ready)
    deeds.initial(city, ready)
    city.work()
    permit, money = Permit.objects.get(), Bill.objects.get()
    city.officer("kabid").open(f"/izin/{permit.pk}/").press(
        "Simpan usulan", kind="suspend", reason="Laporan belum masuk.", ground="Pasal 7"
    )
    head = offices.post("dpmptsp", "kepala").pk

    def press(path: str, button: str, status: int = 422, **typed: Any) -> State:
        return lambda screen: screen.open(path).press(button, status=status, **typed)

    desks: dict[str, dict[str, State]] = {
        "pengolah": {"draft": f"/berkas/{drafted}/naskah/susun/"},
        "kepala": {
            "signing": "/tanda-tangan/",
            "signing, nothing ticked": press(
                "/tanda-tangan/", "Tanda tangani yang dicentang", passphrase="keliru"
            ),
            "read before signing": f"/berkas/{ready}/naskah/susun/",
            "decision": f"/keputusan/{permit.decisions.get().pk}/",
            "signed": lambda screen: deeds.sign(town, ready, signer=screen),
        },
        "kabid": {
            "permits": "/izin/",
            "permits, none of that number": "/izin/?nomor=zzz",
            "permit": f"/izin/{permit.pk}/",
        },
        "penyerahan": {
            "handovers": "/penyerahan/",
            "handover": f"/penyerahan/{permit.pk}/",
            "handover, no name": press(
                f"/penyerahan/{permit.pk}/", "Catat penyerahan", to_name="", proof=""
            ),
        },
        "kasir": {
            "cashier": "/kasir/",
            "bill": f"/kasir/tagihan/{money.pk}/",
            "bill, too little": press(
                f"/kasir/tagihan/{money.pk}/", "Terima pembayaran", cash_given="1"
            ),
            "nothing to close": "/kasir/tutup/",
            "receipt": press(
                f"/kasir/tagihan/{money.pk}/", "Terima pembayaran", 200, cash_given="900000000"
            ),
            "close": "/kasir/tutup/",
        },
        "pengawas": {"audit": "/jejak/", "audit, nothing": "/jejak/?objek=2026-999999-AAA"},
        "administrator": {
            "outages": "/pejabat/gangguan/",
            "outages, empty": press("/pejabat/gangguan/", "Nyatakan gangguan"),
            "posts": "/pejabat/",
            "post": f"/pejabat/jabatan/{head}/",
            "appoint": f"/pejabat/jabatan/{head}/angkat/",
            "mandate": f"/pejabat/jabatan/{head}/mandat/",
            "mandate, empty": press(f"/pejabat/jabatan/{head}/mandat/", "Beri mandat"),
            "new officer": "/pejabat/akun/baru/",
            "undelivered": "/pesan-gagal/",
        },
    }
    found = []
    for post, states in desks.items():
        found += inspect(town.officer(post), "id", states)
    assert not found, "\n".join(found)


def test_what_is_given_up(town: Town, city: City) -> None:
    """A paid application, a proposed sanction, a question to an agency: each can end early."""
    # Playwright keeps an event loop in this thread, so the worker gets another one.
    thread = threading.Thread(target=_staged, args=(town, city))
    thread.start()
    thread.join()
    checked, paid = (
        Case.objects.filter(service_code=code, tasks__step=step, tasks__status="open").get()
        for code, step in ((LETTER, "verifikasi"), (BUILDING, "konsep"))
    )
    proposed = f"/keputusan/{Decision.objects.get().pk}"
    siti = town.applicant()
    siti.open(f"/permohonan/{checked.pk}/tarik/").press("Tarik permohonan")

    def press(path: str, button: str, status: int = 422, **typed: Any) -> State:
        return lambda screen: screen.open(path).press(button, status=status, **typed)

    cancel = f"/loket/batal/{paid.number}/"
    desks: list[tuple[Screen, dict[str, State]]] = [
        (
            siti,
            {
                "ask to cancel": f"/permohonan/{paid.pk}/tarik/",
                "asked": press(f"/permohonan/{paid.pk}/tarik/", "Minta pembatalan", 200),
            },
        ),
        (
            town.officer("loket-1"),
            {
                "counter, asked": "/loket/",
                "cancel": cancel,
                "cancel, no reason": press(cancel, "Batalkan permohonan"),
                "cancelled": press(cancel, "Batalkan permohonan", 200, reason="Diminta pemohon."),
            },
        ),
        (
            siti,
            {
                "cancelled": f"/permohonan/{paid.pk}/",
                "bill of what was cancelled": f"/tagihan/{paid.bill_id}/",
            },
        ),
        (
            town.officer("kabid"),
            {
                "proposal": f"/izin/{Decision.objects.get().permit_id}/",
                "drop": f"{proposed}/batal/",
                "drop, no reason": press(f"{proposed}/batal/", "Batalkan usulan"),
                "dropped": press(f"{proposed}/batal/", "Batalkan usulan", 200, reason="Keliru."),
                "to share out": f"/berkas/{_shared(LETTER)}/",
            },
        ),
        (
            town.officer("tim-teknis", "dinkes"),
            {
                "not needed": "/pendapat/",
                "opinion not needed": lambda screen: screen.open("/pendapat/").follow(
                    str(checked.number)
                ),
            },
        ),
    ]
    found = []
    for screen, states in desks:
        found += inspect(screen, "id", states)
    assert not found, "\n".join(found)


def _staged(town: Town, city: City) -> None:
    try:
        stage.build(town.world, city.work)
    finally:
        connection.close()


def _shared(service: str) -> str:
    open_cases = Case.objects.filter(service_code=service, phase="open").exclude(number=None)
    return str(open_cases.order_by("id")[0].number)


def test_pages_of_paper_forms(town: Town) -> None:
    """Blocks of numbers, one block with a number void, and a form entered at the counter."""
    head, unit = town.world.by("kabid"), offices.office("dpmptsp")
    block = paper_forms.reserve(office=unit, service=LETTER, count=3, key=uuid4(), by=head)
    first, *_ = block.forms.order_by("number")
    paper_forms.void(block.pk, form_ids=[first.pk], reason="Kertas basah", by=head)
    page = f"/loket/kertas/{block.pk}/"
    begin = f"/loket/pemohon/{town.world.applicants['siti'].pk}/{LETTER}/"

    def press(path: str, button: str, **typed: Any) -> State:
        return lambda screen: screen.open(path).press(button, status=422, **typed)

    def on_paper(screen: Screen) -> None:
        screen.open("/loket/").press("Cari pemohon", nik="1872014107960002")
        screen.open(begin)
        screen.window.get_by_text("Dari formulir kertas").click()
        screen.press("Mulai mengisi", status=422, paper=first.number)

    desks: list[tuple[str, dict[str, State]]] = [
        (
            "kabid",
            {
                "blocks": "/loket/kertas/",
                "blocks, nothing chosen": press("/loket/kertas/", "Cadangkan nomor"),
                "block": page,
                "block, nothing ticked": press(page, "Nyatakan tidak dipakai"),
            },
        ),
        ("loket-1", {"blocks, read": "/loket/kertas/", "block, read": page, "paper": on_paper}),
    ]
    found = []
    for post, states in desks:
        found += inspect(town.officer(post), "id", states)
    assert not found, "\n".join(found)
