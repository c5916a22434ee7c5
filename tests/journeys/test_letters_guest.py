"""A letter without an account: asked by phone or without one, followed with number and code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from satupintu.cases import queries
from satupintu.cases import tasks as jobs
from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.people.models import Account, Applicant
from tests.browsing import Browser, text_of_pdf
from tests.cases import filling
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.people.door import wrong

__all__ = ["letters", "neighbourhood"]

PHONE = "081255500011"
WHO: dict[str, Any] = {
    "nama": "Wulan Sari",
    "nik": "3574015403880007",
    "tgl_lahir_day": "14",
    "tgl_lahir_month": "3",
    "tgl_lahir_year": "1988",
    "wilayah": "35.74.01.1001.001.001",
}
REST = {
    "no_kk": "3574010501120007",
    "tempat_lahir": "Probolinggo",
    "jk": "p",
    "agama": "islam",
    "status_kawin": "kawin",
    "pekerjaan": "Pedagang",
    "alamat": "Jalan Anggrek 12 RT 001 RW 001",
}


def texted(city: Letters, phone: str = PHONE) -> str:
    city.work()
    found = re.search(r"\b\d{6}\b", city.texts("+62" + phone[1:])[-1])
    assert found
    return found[0]


def begun(city: Letters, letter: str = "SKTM", phone: str = PHONE, **changed: str) -> Browser:
    """At the task list of the draft."""
    guest = city.stranger().open(f"/layanan/{letter}/").follow("Ajukan tanpa akun")
    if not phone:
        return guest.press("Lanjut tanpa ponsel", **WHO | changed)
    guest.press("Kirim kode", **WHO | {"hp": phone} | changed)
    return guest.press("Lanjutkan", code=texted(city, phone))


def sent(city: Letters, guest: Browser, letter: str = "SKTM", born: str = "") -> Case:
    """The rest of the form, as the pack's scenario answers it."""
    case = Case.objects.get(pk=int(guest.url.rstrip("/").rsplit("/", 1)[1]))
    wanted = filling.scenario(letter)
    known = {**wanted["answers"], **case.answers} | ({"tgl_lahir": born} if born else {})
    for section in case.definition["sections"]:
        posted = filling.typed(section, {**known, **REST, **case.answers})
        posted["_seen"] = [field["code"] for field in section["fields"] if "when" in field]
        client = Client()
        client.cookies = guest.client.cookies
        url = f"/permohonan/draf/{case.pk}/bagian/{section['code']}/"
        assert client.post(url, posted).status_code == 302, section["code"]
        filling.upload(client, case, wanted["files"]) if section["code"] == "keadaan" else None
    guest.open(f"/permohonan/draf/{case.pk}/periksa/").press("Kirim", truth="true")
    city.work()
    return Case.objects.get(pk=case.pk)


@pytest.mark.requirement("PRB-11-1-c", "PRB-11-1-g")
def test_a_resident_asks_and_collects_a_letter_with_a_phone_alone(letters: Letters) -> None:
    guest = begun(letters)
    assert "Wulan Sari" in guest.text
    assert "outbox" not in guest.html, "nothing waits on a phone that may be borrowed"
    case = sent(letters, guest)
    assert guest.open(f"/permohonan/{case.pk}/terkirim/").html.count(str(case.number))
    assert queries.follow_code(case) in guest.text
    assert "tahun setelah permohonan selesai" in guest.text, "until when the code works"
    assert "kapan saja" not in guest.text
    assert "RT 001 RW 001 Ketapang menjawab lebih dulu" in guest.text
    assert "dalam 2 hari kerja, kami ingatkan" in guest.text
    assert "membawanya ke Kelurahan Ketapang" in guest.text
    assert any(str(case.number) in text for text in letters.texts("+62" + PHONE[1:]))
    letters.endorse(str(case.number), "rt-ketapang-001-001", "rw-ketapang-001")
    guest.open(f"/permohonan/{case.pk}/terkirim/")
    assert "menjawab lebih dulu" not in guest.text, "they have answered"
    operator = letters.officer("operator").open(f"/berkas/{case.number}/")
    assert "357401******0007" in operator.text
    assert WHO["nik"] not in operator.html
    assert REST["no_kk"] not in operator.html, "the family card is masked as the NIK is"
    letters.finish(str(case.number))

    back = letters.stranger().open("/lacak/").press("Lacak", nomor=str(case.number))
    assert "Wulan" not in back.text
    back.follow("Buka dengan kode").press("Kirim kode ke ponsel saya", nomor=str(case.number))
    back.press("Buka permohonan", kode=texted(letters))
    back.open(f"/permohonan/{case.pk}/dokumen/").follow("Surat Keterangan Tidak Mampu")
    assert "Wulan Sari" in text_of_pdf(back.body)


@pytest.mark.requirement("PRB-11-1-c")
def test_a_resident_without_a_phone_comes_back_with_the_code_of_the_receipt(
    letters: Letters,
) -> None:
    case = sent(letters, begun(letters, phone=""))
    code = queries.follow_code(case)

    back = letters.stranger().open(f"/lacak/buka/?nomor={case.number}")
    back.press("Buka permohonan", kode=code.lower().replace("-", " "))

    assert back.url == f"/permohonan/{case.pk}/"
    assert case.receipt is not None


def test_what_was_given_once_is_there_again_for_that_person_only(letters: Letters) -> None:
    sent(letters, begun(letters))
    again = Case.objects.get(pk=_draft(begun(letters, "DOMISILI")))
    neighbour = Case.objects.get(pk=_draft(begun(letters, "DOMISILI", "081255500012")))

    assert again.answers["no_kk"] == REST["no_kk"]
    assert again.answers["wilayah"] == WHO["wilayah"]
    assert "penghasilan" not in again.answers
    assert "no_kk" not in neighbour.answers
    assert Applicant.objects.filter(nik=WHO["nik"]).count() == 2


def test_a_guest_keeps_no_account_and_leaves_nothing_behind(letters: Letters) -> None:
    guest = begun(letters)
    case = _draft(guest)
    assert guest.open("/akun/password/change/").url == "/permohonan/"
    assert guest.open("/akun/profil/").url == "/permohonan/"
    guest.press("Selesai, tutup")
    assert guest.open(f"/permohonan/draf/{case}/").url.startswith("/akun/login/")


@pytest.mark.parametrize("who", ["siti", "neighbour", "stranger"])
def test_nobody_else_opens_what_a_guest_sent(letters: Letters, who: str) -> None:
    case = sent(letters, begun(letters))
    if who == "siti":  # has an account of her own, and the same NIK could be hers
        Applicant.objects.filter(account__email__startswith="siti").update(nik=WHO["nik"])
        other = letters.applicant("siti")
    else:
        other = begun(letters, phone="081255500012") if who == "neighbour" else letters.stranger()
    status = 200 if who == "stranger" else 404
    for page in ("", "isian/", "pesan/", "dokumen/", "dokumen/receipt/"):
        other.open(f"/permohonan/{case.pk}/{page}", status=status)
        assert "Pedagang" not in other.text


def test_number_and_code_are_not_guessed_and_a_miss_tells_nothing(letters: Letters) -> None:
    case = sent(letters, begun(letters))
    with_account = letters.send("SKTM")
    answers = set()
    for number in (str(case.number), str(with_account.number), "2026-999999-AAA"):
        for miss in ("12345678", "", "000000"):
            client = letters.stranger().open("/lacak/buka/")
            client.press("Buka permohonan", nomor=number, kode=miss, status=422)
            answers.add(client.text.replace(number, "NUMBER"))
        client.press("Kirim kode", nomor=number)
        answers.add("sent " + client.text.replace(number, "NUMBER"))
    assert len(answers) == 2

    tries = letters.stranger().open("/lacak/buka/")
    for _ in range(2):
        tries.press("Buka permohonan", nomor=str(case.number), kode="222222", status=422)
    tries.open("/lacak/buka/")
    right = queries.follow_code(case)
    tries.press("Buka permohonan", nomor=str(case.number), kode=right, status=429)
    tries.open(f"/permohonan/{case.pk}/")
    assert tries.url.startswith("/akun/login/")


def test_a_nik_that_somebody_has_looks_like_one_that_nobody_has(letters: Letters) -> None:
    sent(letters, begun(letters))
    seen = set()
    for nik in (WHO["nik"], "3574015403880999"):
        for phone in ("081255500012", ""):
            other = begun(letters, phone=phone, nik=nik)
            draft = Case.objects.get(pk=_draft(other))
            seen.add((re.sub(r"\d", "", other.text), frozenset(draft.answers)))
    assert len(seen) == 2  # with a phone and without one: only in the phone itself


def test_a_texted_code_is_tried_five_times_and_opens_once(letters: Letters) -> None:
    guest = letters.stranger().open("/tanpa-akun/SKTM/").press("Kirim kode", **WHO, hp=PHONE)
    right = texted(letters)
    for _ in range(5):
        guest.press("Lanjutkan", code=wrong(right), status=422)
    guest.press("Lanjutkan", code=right, status=422)
    assert "sudah dicoba 5 kali" in guest.text
    assert not Account.objects.filter(guest_key__isnull=False).exists()

    guest.press("Kirim kode baru")
    guest.press("Lanjutkan", code=texted(letters))
    assert "/permohonan/draf/" in guest.url
    assert guest.open("/tanpa-akun/kode/").url == "/layanan/"


def test_a_phone_is_texted_five_times_a_day_and_no_more(letters: Letters) -> None:
    for _ in range(5):
        letters.stranger().open("/tanpa-akun/SKTM/").press("Kirim kode", **WHO, hp=PHONE)
    letters.stranger().open("/tanpa-akun/SKTM/").press("Kirim kode", **WHO, hp=PHONE, status=429)
    letters.work()
    assert len(letters.texts("+62" + PHONE[1:])) == 5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nik": "357401540388"}, "NIK harus 16 angka"),
        ({"nik": "3574019903880007"}, "tanggal lahir"),
        ({"tgl_lahir_day": "15"}, "Tanggal lahir tidak sama"),
        ({"hp": ""}, "Lanjut tanpa ponsel"),
        ({"wilayah": "99.99"}, "Pilih"),
        ({"nama": ""}, "nama"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    letters: Letters, typed: dict[str, str], said: str
) -> None:
    guest = letters.stranger().open("/tanpa-akun/SKTM/")
    client = guest.client
    guest.answer = client.post(
        "/tanpa-akun/SKTM/",
        {**WHO, "hp": PHONE, "csrfmiddlewaretoken": client.cookies["csrftoken"].value, **typed},
    )
    assert guest.answer.status_code == 422
    assert said in guest.text
    if "nama" not in typed:
        assert guest.field("nama") == WHO["nama"]


def test_a_foreign_prefix_and_a_card_with_another_date_block_nobody(letters: Letters) -> None:
    foreign = WHO | {"nik": "9171015403880003", "tgl_lahir_day": "15"}
    guest = letters.stranger().open("/tanpa-akun/SKTM/")
    guest.press("Kirim kode", **foreign, hp=PHONE, status=422)
    guest.press("Kirim kode", as_on_card=["1"])
    assert guest.url == "/tanpa-akun/kode/"


def test_a_draft_that_a_guest_forgot_is_forgotten_after_thirty_days(letters: Letters) -> None:
    forgotten, touched = _draft(begun(letters)), _draft(begun(letters, phone="081255500012"))
    own = letters.send("SKTM")
    later = timezone.now() + timedelta(days=31)
    Case.objects.filter(pk=touched).update(changed_at=later - timedelta(days=29))

    for _ in range(2):
        jobs.forget_drafts(int(later.timestamp()))

    assert set(Case.objects.values_list("pk", flat=True)) == {touched, own.pk}
    assert forgotten not in {touched, own.pk}
    assert Applicant.objects.filter(nik=WHO["nik"]).count() == 1
    assert Account.objects.filter(guest_key__isnull=False).count() == 1


@pytest.mark.requirement("BJM-6-2-a")
def test_one_chooses_the_purpose_and_not_the_name_of_the_letter(letters: Letters) -> None:
    guest = letters.stranger().open("/").follow("Pilih keperluannya")
    guest.follow("Berobat dengan biaya ringan")
    assert guest.url == "/layanan/SKTM/"
    assert "Lurah" in guest.text
    assert "Gratis" in guest.text


def test_only_letters_that_say_so_are_asked_without_an_account(letters: Letters) -> None:
    letters.stranger().open("/tanpa-akun/TIDAK-ADA/", status=404)


def _draft(guest: Browser) -> int:
    return int(guest.url.rstrip("/").rsplit("/", 1)[1])


def test_the_office_is_told_when_a_nik_comes_from_another_phone_too(letters: Letters) -> None:
    first = sent(letters, begun(letters))
    head = letters.officer("operator")
    assert "nomor ponsel lain" not in head.open(f"/berkas/{first.number}/").text

    second = sent(letters, begun(letters, phone="081255500012"))
    for case in (first, second):
        assert "nomor ponsel lain" in head.open(f"/berkas/{case.number}/").text


@pytest.mark.requirement("PRB-11-1-c", "PRB-9-2")
def test_a_resident_with_no_phone_is_helped_at_the_counter_and_follows_alone(
    letters: Letters,
) -> None:
    clerk = letters.officer("cs")
    clerk.open("/loket/").press("Cari pemohon", nik=WHO["nik"])
    clerk.press("Daftarkan pemohon", name=WHO["nama"])
    clerk.follow("Surat Keterangan Tidak Mampu").press("Mulai mengisi", request_type="baru")
    case = sent(letters, clerk, born="1988-03-14")

    assert case.channel == "counter"
    assert case.office.code == "kel-ketapang"
    receipt = text_of_pdf(clerk.open(f"/permohonan/{case.pk}/dokumen/receipt/").body)
    code = queries.follow_code(case)
    assert code in receipt
    letters.endorse(str(case.number), "rt-ketapang-001-001", "rw-ketapang-001")
    letters.finish(str(case.number))

    alone = letters.stranger().open(f"/lacak/buka/?nomor={case.number}")
    alone.press("Buka permohonan", kode=code).open(f"/permohonan/{case.pk}/dokumen/")
    assert "Wulan Sari" in text_of_pdf(alone.follow("Surat Keterangan Tidak Mampu").body)


def test_one_phone_serves_a_family_and_an_account_is_not_lost_by_a_code(letters: Letters) -> None:
    mother = begun(letters)
    child = WHO | {"nama": "Rafi Maulana", "nik": "3574011203050002"}
    child |= {"tgl_lahir_day": "12", "tgl_lahir_month": "3", "tgl_lahir_year": "2005"}
    mother.open("/permohonan/mulai/DOMISILI/").follow("untuk orang lain")
    mother.press("Kirim kode", **child, hp=PHONE)
    mother.press("Lanjutkan", code=texted(letters))
    assert "Rafi Maulana" in mother.text
    assert "Wulan Sari" not in mother.open("/permohonan/").text

    case = sent(letters, begun(letters))
    siti = letters.applicant("siti").open("/lacak/buka/")
    code = queries.follow_code(case)
    siti.press("Buka permohonan", nomor=str(case.number), kode=code, status=409)
    assert "Keluar dulu" in siti.text
    assert siti.open("/permohonan/").url == "/permohonan/"


def test_the_code_of_a_receipt_opens_its_own_letter_and_nothing_beside_it(letters: Letters) -> None:
    first, second = sent(letters, begun(letters)), sent(letters, begun(letters))
    assert first.applicant_id == second.applicant_id
    code = queries.follow_code(first)
    by_receipt = letters.stranger().open(f"/lacak/buka/?nomor={first.number}")
    by_receipt.press("Buka permohonan", kode=code)
    home = f"/permohonan/{first.pk}/"
    assert by_receipt.url == home
    assert by_receipt.open(f"{home}pesan/").url == f"{home}pesan/"
    for page in (
        f"/permohonan/{second.pk}/",
        f"/permohonan/{second.pk}/dokumen/receipt/",
        "/permohonan/",
        "/permohonan/mulai/DOMISILI/",
        "/pesan/",
    ):
        assert by_receipt.open(page).url == home
    assert by_receipt.open("/layanan/").url == "/layanan/"
    by_receipt.open(f"{home}pesan/").press("Kirim", body="Kapan selesai?")
    assert Entry.objects.filter(event="cases.MessageSent").get().door == "receipt"


def test_a_letter_names_the_person_who_was_proved(letters: Letters) -> None:
    guest = begun(letters)
    case = Case.objects.get(pk=_draft(guest))
    guest.open(f"/permohonan/draf/{case.pk}/bagian/warga/")
    answers = {**case.answers, **REST, "nama": "Orang Lain", "nik": "3574015403880999"}
    posted = filling.typed(case.definition["sections"][0], answers)
    client = Client()
    client.cookies = guest.client.cookies
    answer = client.post(f"/permohonan/draf/{case.pk}/bagian/warga/", posted)
    assert answer.status_code == 302, Browser(client=client)._arrived("/", answer, 422).text

    guest.open(f"/permohonan/draf/{case.pk}/periksa/")

    assert "NIK harus sama dengan yang Anda isi di awal" in guest.text
    assert "Nama lengkap harus sama" in guest.text


def test_an_officer_answers_no_letter_of_their_own_asked_without_an_account(
    letters: Letters,
) -> None:
    head = letters.world.officer("ketua", "rt-ketapang-001-001")
    type(head).objects.filter(pk=head.pk).update(phone="+62" + PHONE[1:], phone_verified=True)

    case = sent(letters, begun(letters))

    step = case.tasks.get(step="rt")
    assert (step.status, step.done_by_id) == ("done", None)  # passed over, up to the RW
    letters.officer("ketua", "rt-ketapang-001-001").open(f"/berkas/{case.number}/", status=409)


def test_a_session_that_somebody_planted_learns_nothing_and_opens_nothing(letters: Letters) -> None:
    """Attack: put a cookie of one's own into the phone of another, wait, and look again."""
    thief = Client()
    thief.post("/tanpa-akun/SKTM/", WHO | {"hp": "081255500099"})
    planted = thief.cookies["satupintu"].value

    guest = letters.stranger()
    guest.client.cookies["satupintu"] = planted
    guest.open("/layanan/SKTM/").follow("Ajukan tanpa akun").press(
        "Kirim kode", **WHO | {"hp": PHONE}
    )
    assert PHONE not in looked_at(planted, "/tanpa-akun/kode/")
    guest.press("Lanjutkan", code=texted(letters))
    draft = _draft(guest)
    assert "Wulan" in guest.text
    for page in (f"/permohonan/draf/{draft}/", "/permohonan/", "/tanpa-akun/kode/"):
        assert "Wulan" not in looked_at(planted, page)
        assert PHONE not in looked_at(planted, page)


def looked_at(cookie: str, page: str) -> str:
    thief = Client()
    thief.cookies["satupintu"] = cookie
    return str(thief.get(page, follow=True).content.decode())
