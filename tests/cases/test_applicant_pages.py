from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from satupintu.cases import queries, tasks
from satupintu.cases.actions import review
from satupintu.cases.models import Attachment, Case, Message
from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM, By
from satupintu.journal.models import Entry
from satupintu.levies import actions as levies
from satupintu.lib import tariff
from satupintu.permits import actions as permits
from tests.cases import filling
from tests.world import World

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page
    from pytest_django.live_server_helper import LiveServer

NURSE = "SIP-PERAWAT"


@pytest.fixture
def siti(world: World) -> Client:
    return world.applicant("siti")


@pytest.fixture
def own(world: World) -> int:
    return int(world.applicants["siti"].pk)


def text(answer: Any) -> str:
    """What a person reads on the page."""
    body = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title(answer: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)
    assert found
    return html.unescape(found[1]).strip()


def ask(world: World, case: Case, *items: tuple[str, str, str]) -> None:
    """The officer asks for corrections: (kind, code, reason)."""
    task = case.tasks.get(status="open")
    review.ask_correction(
        task.pk,
        items=[{"kind": kind, "code": code, "reason": reason} for kind, code, reason in items],
        note="",
        version=Case.objects.get(pk=case.pk).version,
        by=world.by("verifikator-1"),
    )


@pytest.mark.requirement("PLU-4-2-c", "BJM-6-4-c", "PLU-8-3")
def test_a_person_applies_from_the_browser_alone(siti: Client, own: int) -> None:
    case = filling.complete(siti, NURSE, own)

    read_back = siti.get(f"/permohonan/draf/{case.pk}/periksa/")
    assert "Rumah Sakit Umum Daerah" in text(read_back)
    assert "Saya menyatakan bahwa semua data dan berkas ini benar" in text(read_back)
    sent = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"}, follow=True)

    case.refresh_from_db()
    assert case.phase == "open"
    assert case.truth_accepted_at is not None
    assert case.channel == "online"
    assert str(case.number) in text(sent)
    assert re.search(
        r"paling lambat (Senin|Selasa|Rabu|Kamis|Jumat), \d{1,2} \w+ \d{4}", text(sent)
    )
    assert "Tanda terima" in text(sent)
    assert siti.get(f"/permohonan/{case.pk}/terkirim/").status_code == 200


@pytest.mark.requirement("PLU-8-3")
def test_without_the_statement_of_truth_nothing_is_sent(siti: Client, own: int) -> None:
    case = filling.complete(siti, NURSE, own)

    answer = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {})

    assert answer.status_code == 422
    assert title(answer).startswith("Kesalahan: ")
    assert "Centang pernyataan" in text(answer)
    case.refresh_from_db()
    assert case.phase == "draft"


@pytest.mark.requirement("PLU-9-2", "MTR-11")
def test_what_is_missing_is_named_with_the_page_that_mends_it(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)

    answer = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})

    assert answer.status_code == 422
    assert "Isi nomor STR" in text(answer)
    assert "Unggah ijazah" in text(answer)
    assert f"/permohonan/draf/{case.pk}/bagian/profesi/?kembali=periksa" in answer.content.decode()
    assert f"/permohonan/draf/{case.pk}/berkas/?kembali=periksa" in answer.content.decode()
    case.refresh_from_db()
    assert case.phase == "draft"


def test_pressing_send_twice_makes_one_application(siti: Client, own: int) -> None:
    case = filling.complete(siti, NURSE, own)

    first = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})
    number = Case.objects.get(pk=case.pk).number
    second = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})

    assert first["Location"] == second["Location"]
    assert Case.objects.get(pk=case.pk).number == number
    assert Case.objects.count() == 1
    assert Entry.objects.filter(event="cases.CaseSubmitted").count() == 1


def test_back_after_sending_shows_the_confirmation(siti: Client, own: int) -> None:
    case = filling.send(siti, NURSE, own)

    for page in ("", "periksa/", "kirim/"):
        answer = siti.get(f"/permohonan/draf/{case.pk}/{page}", follow=True)
        assert str(case.number) in text(answer)
        assert "Permohonan terkirim" in text(answer)


def test_an_empty_page_says_what_is_missing_and_keeps_what_was_typed(
    siti: Client, own: int
) -> None:
    case = filling.begin(siti, NURSE, own)
    url = f"/permohonan/draf/{case.pk}/bagian/pemohon/"

    answer = siti.post(url, {"nama": "Siti", "nik": "187201410796000", "tgl_lahir_day": "3"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert title(answer).startswith("Kesalahan: ")
    assert 'href="#id_nik"' in page
    assert text(answer).count("NIK harus 16 angka. Anda mengisi 15 angka") == 2
    assert 'value="187201410796000"' in page
    assert 'name="tgl_lahir_day" inputmode="numeric" value="3"' in page
    assert "tidak valid" not in page
    assert 'value="187201410796000"' in siti.get(url).content.decode()


def test_what_the_city_knows_already_is_not_asked_again(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)

    page = siti.get(f"/permohonan/draf/{case.pk}/bagian/pemohon/").content.decode()

    assert 'value="Siti Rahayu"' in page
    assert 'value="1872014107960002"' in page
    assert re.search(r'name="jk" value="p" checked', page)


def test_autosave_keeps_what_was_typed_and_the_task_list_shows_it(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)
    url = f"/permohonan/draf/{case.pk}/bagian/profesi/"
    before = Entry.objects.count()

    answer = siti.post(url, {"no_str": "14 01"}, headers={"X-Autosave": "1"})

    assert re.match(r"Draf tersimpan pukul \d\d\.\d\d WIB", answer.content.decode())
    assert 'value="14 01"' in siti.get(url).content.decode()
    assert "Sedang diisi" in text(siti.get(f"/permohonan/draf/{case.pk}/"))
    assert Entry.objects.count() == before


def test_a_change_that_was_typed_but_not_saved_keeps_the_draft_from_being_sent(
    siti: Client, own: int
) -> None:
    case = filling.complete(siti, NURSE, own)
    url = f"/permohonan/draf/{case.pk}/bagian/profesi/"
    siti.post(url, {"no_str": "99", "sip_ke": "1"}, headers={"X-Autosave": "1"})

    answer = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})

    assert answer.status_code == 422
    assert "Simpan perubahan Anda pada bagian data profesi" in text(answer)


def test_a_question_that_an_answer_opens_is_shown_before_the_page_is_left(
    siti: Client, own: int
) -> None:
    case = filling.begin(siti, NURSE, own)
    url = f"/permohonan/draf/{case.pk}/bagian/profesi/"
    assert "STR berlaku sampai" in text(siti.get(url))  # not for life unless it is ticked

    ticked = siti.post(url, {"_show": "1", "no_str": "14", "str_seumur_hidup": "true"})
    page = ticked.content.decode()
    assert "STR berlaku sampai" not in text(ticked)
    assert 'id="when-str_berlaku"' in page
    assert 'hx-select-oob="#when-str_berlaku,#when-skp"' in page

    # Without JavaScript: the box is cleared again and the form is saved.
    answer = siti.post(url, {"no_str": "14", "sip_ke": "1"})
    assert answer.status_code == 200
    assert "Jawaban Anda membuka 1 pertanyaan lain" in text(answer)
    assert "STR berlaku sampai" in text(answer)


def test_rows_of_a_table_come_and_go_without_javascript(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)
    url = f"/permohonan/draf/{case.pk}/bagian/praktik/"
    row = {"jadwal-0-hari": "senin", "jadwal-0-mulai": "07:00", "jadwal-0-selesai": "14:00"}

    added = siti.post(url, {**row, "_add": "jadwal"})
    assert text(added).count("Baris 2") == 1
    assert 'value="07:00"' in added.content.decode()

    two = {**row, "jadwal-1-hari": "selasa", "jadwal-1-mulai": "08:00"}
    removed = siti.post(url, {**two, "_remove": "jadwal-0"})
    assert 'value="08:00"' in removed.content.decode()
    assert 'value="07:00"' not in removed.content.decode()
    case.refresh_from_db()
    assert "jadwal" not in case.answers


def test_change_links_open_the_field_and_return_to_the_check_page(siti: Client, own: int) -> None:
    case = filling.complete(siti, NURSE, own)
    check = siti.get(f"/permohonan/draf/{case.pk}/periksa/").content.decode()
    url = f"/permohonan/draf/{case.pk}/bagian/profesi/?kembali=periksa"
    assert f"{url}#id_no_str-field" in check
    names = re.findall(r'<span class="u-hidden"> ([^<]+)</span></a></dd>', check)
    assert len(names) == len(set(names)) > 10

    section = next(one for one in case.definition["sections"] if one["code"] == "profesi")
    answers = {**filling.scenario(NURSE)["answers"], "no_str": "STR BARU 1"}
    answer = siti.post(url, filling.typed(section, answers), follow=True)

    assert answer.redirect_chain[-1][0] == f"/permohonan/draf/{case.pk}/periksa/"
    assert "STR BARU 1" in text(answer)


def test_each_row_of_the_documents_says_its_own_mistake(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)
    base = f"/permohonan/draf/{case.pk}/berkas/"
    siti.post(f"{base}ktp/", {"file": filling.pdf("ktp.pdf")})
    wrong = {
        "kosong.pdf": (b"", "Berkas ini kosong"),
        "besar.pdf": (b"%PDF-" + b"0" * (5 * 1024 * 1024), "Ukuran paling besar 5 MB"),
        "surat.pdf": (b"hanya tulisan", "Pilih berkas PDF, JPG, atau PNG"),
        "foto.png": (filling.jpg().read(), "Nama berkas berakhiran .png"),
    }
    for name, (content, message) in wrong.items():
        answer = siti.post(f"{base}ijazah/", {"file": SimpleUploadedFile(name, content)})
        row = answer.content.decode().split('id="upload-ijazah"')[1].split("</section>")[0]
        assert answer.status_code == 422
        assert message in html.unescape(row), name
        assert "ktp.pdf" in text(answer)
    assert "Pilih berkas dulu" in text(siti.post(f"{base}ijazah/", {}))
    assert Attachment.objects.filter(current=True).count() == 1


def test_a_document_is_looked_at_replaced_and_deleted(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)
    base = f"/permohonan/draf/{case.pk}/berkas/"
    siti.post(f"{base}ktp/", {"file": filling.pdf("lama.pdf", pages=2)})

    look = siti.get(f"{base}ktp/").content.decode()
    assert look.count("<img src=") >= 2
    picture = siti.get(f"{base}ktp/halaman/2/")
    assert picture.content.startswith(b"\x89PNG")

    siti.post(f"{base}ktp/", {"file": filling.pdf("baru.pdf")})
    assert "baru.pdf" in text(siti.get(base))
    assert "lama.pdf" not in text(siti.get(base))

    assert "Hapus berkas ini?" in text(siti.get(f"{base}ktp/hapus/"))
    siti.post(f"{base}ktp/hapus/")
    assert "baru.pdf" not in text(siti.get(base))
    assert siti.get(f"{base}ktp/").status_code == 404


def test_an_open_draft_is_offered_before_a_new_one(siti: Client, own: int) -> None:
    old = filling.begin(siti, NURSE, own)
    siti.post(f"/permohonan/draf/{old.pk}/berkas/ktp/", {"file": filling.pdf()})

    page = siti.get(f"/permohonan/mulai/{NURSE}/")
    assert "Anda punya draf untuk layanan ini" in text(page)
    assert f"/permohonan/draf/{old.pk}/" in page.content.decode()
    again = filling.begin(siti, NURSE, own)
    assert again.pk == old.pk

    data = {"applicant": own, "request_type": "perpanjangan", "anew": "1"}
    siti.post(f"/permohonan/mulai/{NURSE}/", data)
    new = Case.objects.get()
    assert new.pk != old.pk
    assert new.request_type == "perpanjangan"


def test_a_draft_is_thrown_away_only_after_asking(siti: Client, own: int) -> None:
    case = filling.begin(siti, NURSE, own)

    assert "Hapus draf ini?" in text(siti.get(f"/permohonan/draf/{case.pk}/hapus/"))
    assert Case.objects.exists()
    siti.post(f"/permohonan/draf/{case.pk}/hapus/")
    assert not Case.objects.exists()


def test_one_can_only_apply_for_oneself(world: World, siti: Client) -> None:
    other = world.applicants["bambang"].pk

    answer = siti.post(f"/permohonan/mulai/{NURSE}/", {"applicant": other, "request_type": "baru"})

    assert answer.status_code == 422
    assert not Case.objects.exists()


@pytest.mark.requirement("PLU-8-2-f")
def test_nothing_of_another_applicant_can_be_opened(world: World, siti: Client, own: int) -> None:
    case = filling.send(siti, NURSE, own)
    siti.post(f"/permohonan/{case.pk}/pesan/", {"body": "Halo", "file": filling.pdf()})
    draft = filling.begin(siti, "SKP-PENELITIAN", own)
    siti.post(f"/permohonan/draf/{draft.pk}/berkas/ktp/", {"file": filling.pdf()})
    message = Message.objects.get()
    bambang = world.applicant("bambang")

    closed = [
        f"/permohonan/{case.pk}/",
        f"/permohonan/{case.pk}/terkirim/",
        f"/permohonan/{case.pk}/isian/",
        f"/permohonan/{case.pk}/pesan/",
        f"/permohonan/{case.pk}/pesan/{message.pk}/berkas/",
        f"/permohonan/{case.pk}/perbaikan/",
        f"/permohonan/{case.pk}/tarik/",
        f"/permohonan/{case.pk}/dokumen/",
        f"/permohonan/{case.pk}/dokumen/receipt/",
        f"/permohonan/draf/{draft.pk}/",
        f"/permohonan/draf/{draft.pk}/periksa/",
        f"/permohonan/draf/{draft.pk}/kirim/",
        f"/permohonan/draf/{draft.pk}/hapus/",
        f"/permohonan/draf/{draft.pk}/bagian/pemohon/",
        f"/permohonan/draf/{draft.pk}/berkas/",
        f"/permohonan/draf/{draft.pk}/berkas/ktp/",
        f"/permohonan/draf/{draft.pk}/berkas/ktp/unduh/",
        f"/permohonan/draf/{draft.pk}/berkas/ktp/halaman/1/",
        f"/permohonan/draf/{draft.pk}/berkas/ktp/hapus/",
    ]
    for url in closed:
        assert bambang.get(url).status_code == 404, url
        assert Client().get(url).status_code == 302, url  # to sign in
        if "halaman" not in url and "dokumen" not in url and "unduh" not in url:
            assert bambang.post(url, {"truth": "true"}).status_code in (404, 405), url
    assert "Belum punya" not in text(bambang.get("/permohonan/"))
    assert NURSE not in bambang.get("/permohonan/").content.decode()


def test_the_home_page_puts_what_needs_action_first(world: World, siti: Client, own: int) -> None:
    assert "Anda belum punya permohonan" in text(siti.get("/permohonan/"))
    sent = filling.send(siti, NURSE, own)
    assert "Sedang diproses" in text(siti.get("/permohonan/"))

    ask(world, sent, ("requirement", "ijazah", "Tidak terbaca"))
    filling.begin(siti, "SKP-PENELITIAN", own)
    page = text(siti.get("/permohonan/"))

    assert "Sedang diproses" not in page
    assert "Ada 1 hal yang perlu Anda perbaiki" in page
    assert page.index("Perlu tindakan Anda") < page.index("Perlu perbaikan")
    assert "Draf" in page


def test_a_correction_opens_only_what_was_asked_with_the_reason_beside_it(
    world: World, siti: Client, own: int
) -> None:
    case = filling.send(siti, NURSE, own)
    ask(
        world,
        case,
        ("requirement", "ijazah", "Ijazah tidak terbaca"),
        ("field", "no_str", "Nomor STR berbeda dengan berkas"),
    )
    url = f"/permohonan/{case.pk}/perbaikan/"

    page = siti.get(url)
    assert "Ijazah tidak terbaca" in text(page)
    assert "Nomor STR berbeda dengan berkas" in text(page)
    assert re.findall(r'class="c-upload[^"]*" id="upload-(\w+)"', page.content.decode()) == [
        "ijazah"
    ]
    asked = set(re.findall(r'<input [^>]*name="(\w+)"', page.content.decode()))
    assert asked == {
        "csrfmiddlewaretoken",
        "requirement",
        "upload",
        "file",
        "no_str",
        "confirmed",
    }

    # What was not asked for stays shut, at every door.
    uploads = f"/permohonan/draf/{case.pk}/berkas/"
    assert siti.post(f"{uploads}ktp/", {"file": filling.pdf()}).status_code == 409
    assert siti.post(f"{uploads}ktp/hapus/").status_code == 409
    assert siti.get(f"/permohonan/draf/{case.pk}/bagian/profesi/").status_code == 404
    siti.post(url, {"no_str": "A-1", "gelar": "Prof."})
    case.refresh_from_db()
    assert case.answers["gelar"] == "S.Kep., Ns."

    untouched = siti.post(url, {"no_str": "STR-2", "confirmed": "true"})
    assert untouched.status_code == 422
    assert "belum Anda ganti" in text(untouched)
    wrong = siti.post(f"{uploads}ijazah/", {"file": SimpleUploadedFile("a.pdf", b"rusak")})
    assert wrong.status_code == 422
    assert "Ijazah tidak terbaca" in text(wrong)
    siti.post(f"{uploads}ijazah/", {"file": filling.pdf("baru.pdf")})

    unconfirmed = siti.post(url, {"no_str": "STR-2"})
    assert unconfirmed.status_code == 422
    assert "Centang bahwa semua yang diminta" in text(unconfirmed)
    done = siti.post(url, {"no_str": "STR-2", "confirmed": "true"}, follow=True)
    assert "Perbaikan terkirim" in text(done)
    case.refresh_from_db()
    assert case.answers["no_str"] == "STR-2"
    assert case.phase == "open"
    assert siti.post(f"{uploads}ijazah/", {"file": filling.pdf()}).status_code == 409

    # Whoever asked reads it again, by the names on the form.
    verifier = world.desk("verifikator-1")
    summary = text(verifier.get(f"/berkas/{case.number}/"))
    assert "Nomor STR: Nomor STR berbeda dengan berkas" in summary
    assert "no_str" not in summary
    documents = text(verifier.get(f"/berkas/{case.number}/documents/"))
    assert "Sudah diganti. Yang diminta: Ijazah tidak terbaca" in documents


def test_what_a_corrected_answer_calls_for_is_opened_too(
    world: World, siti: Client, own: int
) -> None:
    case = filling.send(siti, NURSE, own)
    ask(world, case, ("field", "jenis_tempat", "Ini praktik mandiri"))
    url = f"/permohonan/{case.pk}/perbaikan/"

    answer = siti.post(url, {"jenis_tempat": "mandiri", "confirmed": "true"})

    assert answer.status_code == 422
    assert 'id="upload-ket_mandiri"' in answer.content.decode()
    siti.post(f"/permohonan/draf/{case.pk}/berkas/ket_mandiri/", {"file": filling.pdf()})
    siti.post(url, {"jenis_tempat": "mandiri", "confirmed": "true"})
    case.refresh_from_db()
    assert case.phase == "open"
    assert "izin_faskes" not in case.answers


def test_an_application_is_withdrawn_after_asking(siti: Client, own: int) -> None:
    case = filling.send(siti, NURSE, own)
    url = f"/permohonan/{case.pk}/tarik/"

    assert "Tarik permohonan ini?" in text(siti.get(url))
    answer = siti.post(url, {"reason": "Pindah kota"}, follow=True)

    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "withdrawn")
    assert "Permohonan ini Anda tarik" in text(answer)
    assert not case.tasks.filter(status="open").exists()
    assert siti.get(url).status_code == 302


def test_messages_go_to_the_office_once_and_with_their_attachment(
    world: World, siti: Client, own: int
) -> None:
    case = filling.send(siti, NURSE, own)
    url = f"/permohonan/{case.pk}/pesan/"
    key = re.search(r'name="key" value="([^"]+)"', siti.get(url).content.decode())
    assert key
    data = {"key": key[1], "body": "Apakah berkas saya lengkap?"}

    siti.post(url, {**data, "file": filling.pdf("lampiran.pdf")})
    siti.post(url, data)

    assert Message.objects.count() == 1
    assert "lampiran.pdf" in text(siti.get(url))
    message = Message.objects.get()
    kept = siti.get(f"{url}{message.pk}/berkas/")
    assert kept["Content-Disposition"].startswith("attachment")
    assert b"".join(kept).startswith(b"%PDF")
    empty = siti.post(url, {"body": " "})
    assert empty.status_code == 422
    assert "Tulis pesan Anda" in text(empty)


def test_attachments_of_messages_have_a_daily_limit_that_is_told(
    siti: Client, own: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from satupintu.cases.actions import talk
    from satupintu.files.models import StoredFile

    case = filling.send(siti, NURSE, own)
    url = f"/permohonan/{case.pk}/pesan/"
    key = "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11"
    siti.post(url, {"body": "Satu", "key": key, "file": filling.pdf("satu.pdf")})
    monkeypatch.setattr(talk, "MOST_FILES", 1)

    siti.post(url, {"body": "Satu", "key": key, "file": filling.pdf("satu.pdf")})
    assert Message.objects.count() == 1, "the same form again is the same message"
    kept = StoredFile.objects.count()
    refused = siti.post(url, {"body": "Dua", "file": filling.pdf("dua.pdf")})
    assert refused.status_code == 422
    assert "Paling banyak 1 lampiran dan 50 MB sehari" in text(refused)
    assert "Dua" in text(refused), "what was written stays"
    assert StoredFile.objects.count() == kept, "what is refused is not kept"
    assert siti.post(url, {"body": "Tiga"}).status_code == 302

    monkeypatch.setattr(talk, "MOST_FILES", 10)
    size = StoredFile.objects.filter(name="satu.pdf").latest("id").size
    monkeypatch.setattr(talk, "MOST_BYTES", 2 * size - 1)
    assert siti.post(url, {"body": "Empat", "file": filling.pdf("x.pdf")}).status_code == 422
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        account = case.applicant.account
        assert account is not None
        siti.force_login(account)
        answer = siti.post(url, {"body": "Empat", "file": filling.pdf("x.pdf")})
        assert answer.status_code == 302, "a new day, a new share"


def test_internal_notes_never_reach_the_applicant(world: World, siti: Client, own: int) -> None:
    from uuid import uuid4

    from satupintu.cases.actions import talk

    case = filling.send(siti, NURSE, own)
    talk.write_note(case.pk, body="PENANDA-RAHASIA", key=uuid4(), by=world.by("verifikator-1"))

    for page in ("", "pesan/", "isian/", "dokumen/", "terkirim/"):
        assert "PENANDA-RAHASIA" not in siti.get(f"/permohonan/{case.pk}/{page}").content.decode()


def test_a_representative_gives_name_number_and_letter(world: World) -> None:
    bambang, who = world.applicant("bambang"), world.applicants["bambang"].pk
    case = filling.begin(bambang, "PBG", who)
    url = f"/permohonan/draf/{case.pk}/bagian/kuasa/"
    uploads = f"/permohonan/draf/{case.pk}/berkas/"
    assert "Surat kuasa" not in text(bambang.get(uploads))

    ticked = bambang.post(url, {"dikuasakan": "true"})
    assert "Nama penerima kuasa" in text(ticked)
    data = {"dikuasakan": "true", "_seen": ["kuasa_nama", "kuasa_nik", "kuasa_hp"]}
    assert "Isi nama penerima kuasa" in text(bambang.post(url, data))
    data |= {"kuasa_nama": "Andi", "kuasa_nik": "1872011503850004"}

    assert bambang.post(url, data).status_code == 302
    assert "Surat kuasa" in text(bambang.get(uploads))


@pytest.mark.requirement("PLB-6-2-b")
def test_the_receipt_is_downloaded_from_the_confirmation(siti: Client, own: int) -> None:
    case = filling.send(siti, NURSE, own)
    tasks.make_receipt(case_id=case.pk)

    page = siti.get(f"/permohonan/{case.pk}/terkirim/").content.decode()
    assert f"/permohonan/{case.pk}/dokumen/receipt/" in page
    answer = siti.get(f"/permohonan/{case.pk}/dokumen/receipt/")
    assert str(case.number) in answer["Content-Disposition"]
    printed = pypdfium2.PdfDocument(b"".join(answer))[0].get_textpage()
    words = printed.get_text_bounded()
    assert str(case.number) in words
    assert f"/lacak/?nomor={case.number}" in words  # beside its QR code
    assert "Tanda terima" in text(siti.get(f"/permohonan/{case.pk}/dokumen/"))


def test_a_bill_says_how_much_by_when_and_where_and_ends_with_the_application(
    world: World,
) -> None:
    bambang, who = world.applicant("bambang"), world.applicants["bambang"]
    case = filling.send(bambang, "PBG", who.pk)
    case.bill = levies.assess(
        applicant_id=who.pk,
        office_id=case.office_id,
        subject=case.subject,
        assessment=tariff.compute(case.definition["fee"]["tariff"], queries.form.facts(case)),
        due_days=30,
        title="Retribusi PBG",
        number_format="{number}/SKRD/{year}",
        receipt_format="{number}/SSRD/{year}",
        by=world.by("verifikator-1"),
    )
    case.save()

    page = text(bambang.get(f"/permohonan/{case.pk}/"))
    assert "Tagihan Rp\xa0346.680" in page.replace("Rp 346", "Rp\xa0346")
    assert re.search(r"Bayar paling lambat \w+, \d{1,2} \w+ \d{4} pukul 23.59 WIB", page)
    assert "tunai di loket kasir" in page
    assert "Bayar Rp" in text(bambang.get("/permohonan/"))

    bambang.post(f"/permohonan/{case.pk}/tarik/")
    case.bill.refresh_from_db()
    assert case.bill.status == "cancelled"


@pytest.mark.requirement("PLB-11-2-g")
def test_the_first_download_of_the_permit_is_its_handover(
    world: World, siti: Client, own: int
) -> None:
    case = filling.send(siti, NURSE, own)
    signer = world.officer("kepala")
    permit = permits.draw_up(
        kind="permit",
        subject=case.subject,
        service_version=case.service_version,
        office=case.office,
        holder=case.applicant,
        data={},
        place="Metro",
        valid_from=date(2026, 11, 20),
        valid_until=date(2031, 11, 19),
        signer_id=signer.pk,
        signer_title="Kepala Dinas",
        act="",
        by=By(signer.pk, "web"),
    )
    stored = files.store_bytes(
        filling.pdf().read(), name="izin.pdf", media_type="application/pdf", by=SYSTEM
    )
    permits.finish_signing(permit.pk, act=permit.act, file=stored, level="B-B")
    case.permit = permit
    case.save()

    assert "Dokumen Anda sudah terbit dan" in text(siti.get(f"/permohonan/{case.pk}/"))
    assert "bisa diunduh" in text(siti.get("/permohonan/"))
    assert not permit.handovers.exists()
    for _ in range(2):
        answer = siti.get(f"/permohonan/{case.pk}/dokumen/decision/")
        assert b"".join(answer).startswith(b"%PDF")
    assert permit.handovers.get().to_name == "Siti Rahayu"
    assert "bisa diunduh" not in text(siti.get("/permohonan/"))


def test_the_pages_are_complete_in_english(siti: Client, own: int) -> None:
    case = filling.complete(siti, NURSE, own)
    draft = f"/en/permohonan/draf/{case.pk}/"

    assert "Before you send" not in text(siti.get(draft))
    assert "parts done" in text(siti.get(draft))
    assert "Save and continue later" in text(siti.get(f"{draft}bagian/praktik/"))
    assert "Required documents" in text(siti.get(f"{draft}berkas/"))
    check = text(siti.get(f"{draft}periksa/"))
    assert "I declare that all data and documents are true" in check
    assert "Female" in check
    assert "1 July 1996" in check
    sent = siti.post(f"{draft}kirim/", {"truth": "true"}, follow=True)
    assert "Application sent" in text(sent)
    assert "Progress" in text(siti.get(f"/en/permohonan/{case.pk}/"))


def test_no_page_asks_the_database_more_than_twelve_times(
    world: World, siti: Client, own: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = filling.complete(siti, NURSE, own)
    siti.get("/permohonan/")  # what is the same for everybody is read once
    base = f"/permohonan/draf/{draft.pk}/"
    for url in (
        "/permohonan/",
        f"/permohonan/mulai/{NURSE}/",
        base,
        f"{base}bagian/praktik/",
        f"{base}berkas/",
        f"{base}berkas/ktp/",
        f"{base}berkas/ktp/hapus/",
        f"{base}periksa/",
        f"{base}hapus/",
    ):
        with django_assert_max_num_queries(12, info=url):
            assert siti.get(url).status_code == 200, url
    siti.post(f"{base}kirim/", {"truth": "true"})
    ask(world, draft, ("requirement", "ijazah", "Buram"), ("field", "no_str", "Beda"))
    base = f"/permohonan/{draft.pk}/"
    for page in ("", "terkirim/", "isian/", "pesan/", "perbaikan/", "tarik/", "dokumen/"):
        with django_assert_max_num_queries(12, info=page):
            assert siti.get(base + page).status_code == 200, page
    assert queries.by_id(draft.pk).phase == "waiting"


@pytest.mark.browser
def test_in_a_browser_pages_change_in_place_and_a_double_click_sends_once(
    live_server: LiveServer, world: World, page: Page
) -> None:
    siti, own = world.applicant("siti"), world.applicants["siti"].pk
    page.context.add_cookies(
        [{"name": "satupintu", "value": siti.cookies["satupintu"].value, "url": live_server.url}]
    )
    case = filling.begin(siti, NURSE, own)
    draft = f"{live_server.url}/permohonan/draf/{case.pk}/"
    page.goto(f"{draft}bagian/profesi/")
    page.evaluate("window.same = true")  # is lost when the page is loaded again

    page.fill("#id_no_str", "14 01 5")
    page.get_by_text("Draf tersimpan pukul").wait_for()
    page.get_by_label("STR saya berlaku seumur hidup").check()
    page.locator("#id_str_berlaku").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "id_str_seumur_hidup"
    assert page.input_value("#id_no_str") == "14 01 5"

    page.goto(f"{draft}bagian/praktik/")
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Tambah baris").click()
    page.get_by_text("Baris 2").first.wait_for()
    assert page.evaluate("window.same")

    page.goto(f"{draft}berkas/")
    page.evaluate("window.same = true")
    row = page.locator("#upload-ijazah")
    wrong: FilePayload = {
        "name": "ijazah.pdf",
        "mimeType": "application/pdf",
        "buffer": b"rusak",
    }
    row.locator("input[type=file]").set_input_files(wrong)
    row.get_by_role("button", name="Unggah").click()
    row.get_by_text("Pilih berkas PDF, JPG, atau PNG").wait_for()
    right: FilePayload = {**wrong, "buffer": filling.pdf().read()}
    row.locator("input[type=file]").set_input_files(right)
    row.get_by_role("button", name="Unggah").click()
    row.get_by_text("Terunggah").wait_for()
    assert page.evaluate("window.same")

    wanted = filling.scenario(NURSE)
    filling.fill(siti, case, wanted["answers"])
    filling.upload(siti, case, wanted["files"])
    page.goto(f"{draft}periksa/")
    page.get_by_label("Saya menyatakan").check()
    page.get_by_role("button", name="Kirim permohonan").dblclick()
    page.get_by_role("heading", name="Permohonan terkirim").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Permohonan terkirim").wait_for()
    assert Entry.objects.filter(event="cases.CaseSubmitted").count() == 1
