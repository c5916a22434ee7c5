"""Letters of the neighbourhood: heads of RT and RW agree, refuse, or do not answer."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from PIL import Image

from satupintu.cases import tasks as jobs
from satupintu.cases.models import Case, Link, Task
from satupintu.files.models import StoredFile
from satupintu.journal.models import Entry
from satupintu.lib import tables
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.people.models import Account, Holding, Pin
from tests.browsing import Browser, text_of_pdf
from tests.cases import filling
from tests.journeys import deeds
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.rivals import at_once
from tests.world import COMMAND, Rows, secret_of

__all__ = ["letters", "neighbourhood"]

RT, RW = "rt-ketapang-001-001", "rw-ketapang-001"
OTHER_RT = "rt-ketapang-001-002"
PIN, PASSWORD = "482913", "ruang-coba-2026"
GONE = "Tautan ini tidak berlaku lagi"


class EveryRow(Rows):
    OTHERS = ("django_%",)


def give_pin(letters: Letters, office: str, pin: str = PIN) -> None:
    """The head of RT or RW sets it after sign-in."""
    own_pin(letters, office).press("Simpan PIN", pin=pin, again=pin)


def own_pin(letters: Letters, office: str) -> Browser:
    """The page of one's PIN asks for the password first."""
    head = letters.officer("ketua", office).open("/akun/pin/")
    return head.press("Lanjutkan", password=PASSWORD)


def links(letters: Letters, office: str) -> list[str]:
    """The addresses in the SMS that this head got, oldest first."""
    phone = letters.world.officer("ketua", office).phone
    texts = letters.texts(phone)
    return [found[0] for text in texts if (found := re.search(r"/j/[\w-]{22}/", text))]


def opened(letters: Letters, office: str, pin: str = PIN) -> Browser:
    """On a phone that has never signed in: the link, then the PIN."""
    phone = letters.stranger().open(links(letters, office)[-1])
    return phone.press("Buka surat", pin=pin)


def refused_by_rt(letters: Letters) -> Case:
    give_pin(letters, RT)
    case = letters.send()
    opened(letters, RT).press("Bukan warga saya")
    letters.work()
    case.refresh_from_db()
    return case


def days_pass(days: int) -> None:
    """Everything that is open lies so many calendar days further back."""
    Task.objects.update(opened_at=timezone.now() - timedelta(days=days))
    for task in Task.objects.exclude(due_date=None):
        assert task.due_date
        task.due_date -= timedelta(days=days)
        task.save()


@pytest.mark.requirement("PRB-11-1-g", "PRB-11-1-b", "PRB-9-1")
def test_rt_and_rw_agree_by_link_and_pin_and_the_lurah_signs(letters: Letters) -> None:
    for office in (RT, RW):
        give_pin(letters, office)
    case = letters.send()
    number = str(case.number)

    # Without the PIN the page says whose letters and since when, and nothing of anybody.
    phone = letters.stranger().open(links(letters, RT)[0])
    assert "RT 001 RW 001 Ketapang" in phone.text
    assert "Siti" not in phone.html
    assert number not in phone.html

    # Link, PIN, answer: three taps, and the act is that of the work list.
    phone.press("Buka surat", pin=PIN)
    assert "Siti Aminah" in phone.text
    assert "Jalan Anggrek 12" in phone.text
    assert "1.500.000" not in phone.text
    card = Image.open(io.BytesIO(phone.client.get(f"{phone.url}ktp/").content))
    assert card.format == "PNG"
    assert len(card.getcolors(maxcolors=10**6) or []) > 1, "one plain colour was sent: no mark"
    phone.press("Setujui")
    assert "sudah Anda jawab" in phone.text
    task = case.tasks.get(step="rt")
    assert (task.status, task.move, task.done_by) == (
        *("done", "forward"),
        letters.world.officer("ketua", RT),
    )
    done = Entry.objects.get(event="cases.TaskForwarded", subject=case.subject)
    assert (done.door, done.account_id) == ("link", task.done_by_id)

    letters.work()
    opened(letters, RW).press("Setujui")
    letters.finish(number)
    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "approved")
    letter = letters.applicant().open(f"/permohonan/{case.pk}/dokumen/decision/")
    words = text_of_pdf(letter.body)
    assert "Mulyadi" in words
    assert "Suyono" in words


@pytest.mark.requirement("PRB-9-2", "PRB-11-1-g")
def test_an_imported_head_gets_the_link_at_the_phone_that_was_recorded(letters: Letters) -> None:
    old = Holding.objects.get(post=offices.post(RT, "ketua"))
    people.end_holding(old.pk, by=COMMAND)
    cells = {
        "unit": RT, "jabatan": "ketua", "nama": "Kasmari", "ponsel": "0813-1111-2222",
        "mulai": str(offices.today()),
    }  # fmt: skip
    assert people.import_staff([tables.Row(2, cells)], by=COMMAND).problems == []
    head = Account.objects.get(phone="+6281311112222")
    assert not head.phone_verified
    pin = people.give_pin(head.pk, by=COMMAND)
    letters.send()
    (text,) = letters.texts(str(head.phone))
    found = re.search(r"/j/[\w-]{22}/", text)
    assert found
    phone = letters.stranger().open(found[0]).press("Buka surat", pin=pin)
    phone.press("Setujui")
    assert "sudah Anda jawab" in phone.text


@pytest.mark.requirement("PRB-11-1-g")
def test_a_letter_of_which_no_link_can_tell_stands_at_the_counter_soon(
    letters: Letters,
) -> None:
    head = letters.world.officer("ketua", RT)
    key = bytes(32)  # somebody without any contact
    Account.objects.filter(pk=head.pk).update(email=None, phone=None, guest_key=key)
    case = letters.send()
    assert not Entry.objects.filter(event="cases.LinkIssued").exists()
    assert Entry.objects.filter(event="cases.LinkHasNoWay", subject=case.subject).exists()
    Task.objects.update(opened_at=timezone.now() - timedelta(minutes=11))
    assert str(case.number) in letters.officer("operator").open("/tugas/").text


def test_the_history_below_a_letter_masks_the_names(letters: Letters) -> None:
    give_pin(letters, RT)
    for _ in range(2):
        letters.send()
        phone = opened(letters, RT)
        history = phone.text.partition("Jawaban Anda sebelumnya")[2]
        phone.press("Setujui")
        letters.work()
    assert "disetujui" in history
    assert "Siti Aminah" not in history


def test_whoever_acts_for_the_head_of_rt_gets_a_link_of_their_own(letters: Letters) -> None:
    for office in (RT, OTHER_RT):
        give_pin(letters, office)
    post = Holding.objects.get(account=letters.world.officer("ketua", RT)).post
    people.give_mandate(
        post_id=post.pk,
        account_id=letters.world.officer("ketua", OTHER_RT).pk,
        kind="plh",
        from_date=offices.today(),
        to_date=offices.today(),
        decision_number="1/KEL/2026",
        decision_date=offices.today(),
        by=COMMAND,
    )
    case = letters.send()
    assert links(letters, RT) != links(letters, OTHER_RT)
    opened(letters, OTHER_RT).press("Setujui")
    assert case.tasks.get(step="rt").done_by == letters.world.officer("ketua", OTHER_RT)
    letters.stranger().open(links(letters, RT)[0], status=404)


@pytest.mark.requirement("PRB-11-1-g")
def test_where_nobody_heads_the_rt_the_letter_goes_up_and_says_so(letters: Letters) -> None:
    case = letters.send("SKTM", wilayah="35.74.01.1001.002.001")
    assert not Link.objects.filter(task__step="rt").exists()
    assert links(letters, "rw-ketapang-002")
    page = letters.applicant().open(f"/permohonan/{case.pk}/")
    assert "Jabatan kosong, dilewati" in page.text


def test_a_new_head_of_rt_gets_the_letters_that_wait_for_the_post(letters: Letters) -> None:
    case = letters.send()
    give_pin(letters, OTHER_RT)
    held = Holding.objects.get(account=letters.world.officer("ketua", RT))
    successor = letters.world.officer("ketua", OTHER_RT)
    people.end_holding(held.pk, by=COMMAND)
    letters.follow_posts()
    assert case.tasks.get(step="rt").status == "open", "a hand-over takes its hours"
    people.appoint(
        post_id=held.post_id, account_id=successor.pk, from_date=offices.today(), by=COMMAND
    )
    letters.work()
    opened(letters, OTHER_RT).press("Setujui")
    assert case.tasks.get(step="rt").done_by == successor


def test_a_post_that_stood_empty_for_a_day_is_passed_over(letters: Letters) -> None:
    case = letters.send()
    held = Holding.objects.filter(account=letters.world.officer("ketua", RT))
    today = offices.today()
    held.update(to_date=today)
    letters.follow_posts()
    assert case.tasks.get(step="rt").status == "open"
    held.update(to_date=today - timedelta(days=2))
    letters.follow_posts()
    assert case.tasks.get(step="rt").reason == "Jabatan kosong, dilewati"
    assert links(letters, RW)


def test_a_head_of_rt_does_not_agree_to_a_letter_of_their_own(letters: Letters) -> None:
    siti = letters.world.applicants["siti"].account
    Holding.objects.filter(account=letters.world.officer("ketua", RT)).update(account=siti)
    TOTP.activate(siti, secret_of("siti"))
    case = letters.send()
    assert case.tasks.get(step="rt").reason == "Pemohon sendiri pejabatnya, dilewati"
    assert case.tasks.get(step="rw").status == "open"
    for page, button, said in (
        ("/lacak/", "Lacak", "Dilewati"),
        ("/en/lacak/", "Track", "Passed over"),
    ):
        stranger = letters.stranger().open(page).press(button, nomor=str(case.number))
        assert said in stranger.text
        assert "Pemohon sendiri" not in stranger.text


def test_a_refusal_needs_a_reason_but_not_of_those_who_live_elsewhere(letters: Letters) -> None:
    give_pin(letters, RT)
    case = letters.send()
    phone = opened(letters, RT)
    phone.press("Tolak dengan alasan ini", status=422)
    assert phone.text.count("Tulis alasan penolakan") == 2, "above, and beside the field"
    phone.press("Tolak dengan alasan ini", status=422, reason="a" * 2001)
    assert "Paling panjang 2000 huruf" in phone.text
    phone.press("Bukan warga saya")
    case.refresh_from_db()
    assert case.refusal_reason == "Bukan warga saya"


def test_in_the_work_list_too_rt_agrees_or_refuses_in_the_own_words(letters: Letters) -> None:
    case = letters.send()
    head = deeds.open_from_list(letters.officer("ketua", RT), str(case.number))
    assert head.offers("Setujui")
    assert "Dasar hukum" not in head.text, "heads of RT know their residents, not the laws"
    assert "Cari permohonan" in head.text
    assert "Dokumen terbit" not in head.text, "what others issue and sign is not in their way"
    head.press("Tolak dengan alasan ini", status=422)
    assert "Tulis alasan penolakan" in head.text
    head.press("Tolak dengan alasan ini", refusal_reason="Sudah pindah.")
    case.refresh_from_db()
    assert case.refusal_reason == "Sudah pindah."
    assert case.refusal_ground


def test_rt_are_looked_for_in_their_kelurahan(letters: Letters) -> None:
    page = letters.stranger().open("/tanpa-akun/SKTM/").page
    groups = page.xpath("//select[@name='wilayah']/optgroup")
    assert len(groups) == 29
    ketapang = [one for one in groups if one.get("label") == "Ketapang"]
    assert [one.text for one in ketapang[0]][:2] == ["Kelurahan Ketapang", "RT 001 RW 001 Ketapang"]


def test_the_history_of_a_resident_names_the_steps(letters: Letters) -> None:
    case = letters.send()
    letters.endorse(str(case.number), RT)
    siti = letters.applicant().open(f"/permohonan/{case.pk}/")
    history = siti.page.xpath("//details[.//summary[contains(., 'Riwayat')]]")[0].text_content()
    assert "Persetujuan Ketua RT" in history


@pytest.mark.requirement("PRB-11-1-g")
def test_the_lurah_grants_an_appeal_and_the_letter_goes_on_without_rw(letters: Letters) -> None:
    case = refused_by_rt(letters)
    siti = letters.applicant().open(f"/permohonan/{case.pk}/")
    assert "Bukan warga saya" in siti.text
    assert any("banding kepada Lurah" in text for text in letters.texts("+6281234567801"))
    siti.follow("Banding atau terima penolakan")
    siti.press("Ajukan banding", status=422)
    siti.press("Ajukan banding", words="Saya warga RT 001 sejak 1990, ini bukti di KK saya.")

    number = str(case.number)
    lurah = deeds.open_from_list(letters.officer("lurah"), number)
    assert "sejak 1990" in lurah.text
    lurah.press("Kabulkan banding", status=422)
    lurah.press("Kabulkan banding", decision="KK menunjukkan ia warga RT 001.")
    letters.work()
    assert any("mengabulkan banding" in text for text in letters.texts("+6281234567801"))

    assert not case.tasks.filter(step="rw").exists()
    letters.finish(number)
    case.refresh_from_db()
    assert case.outcome == "approved"
    letter = letters.applicant().open(f"/permohonan/{case.pk}/dokumen/decision/")
    assert text_of_pdf(letter.body).count("Diputus Lurah dalam banding") == 2


def test_a_refusal_that_the_lurah_upholds_becomes_a_letter_with_both_reasons(
    letters: Letters,
) -> None:
    case = refused_by_rt(letters)
    number = str(case.number)
    letters.applicant().open(f"/permohonan/{case.pk}/banding/").press(
        "Ajukan banding", words="Saya tidak setuju."
    )
    lurah = deeds.open_from_list(letters.officer("lurah"), number)
    lurah.press("Penolakan tetap", decision="Alamat di KTP ada di RT lain.")
    operator = deeds.open_from_list(letters.officer("operator"), number).follow("Susun naskah")
    operator.press("Simpan dan lihat hasilnya")
    operator.press("Teruskan untuk diparaf")
    for post in ("kasi", "seklur"):
        letters.initial(number, post)
    letters.sign(number)
    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "refused")
    words = text_of_pdf(letters.applicant().open(f"/permohonan/{case.pk}/dokumen/decision/").body)
    assert "Bukan warga saya" in words
    assert "Alamat di KTP ada di RT lain" in words


def test_silence_accepts_a_refusal_after_its_last_day_and_only_then(letters: Letters) -> None:
    case = refused_by_rt(letters)
    calendar = offices.calendar()
    received = calendar.received_on(timezone.now())
    assert case.tasks.get(kind="appeal").due_date == calendar.add_working_days(received, 5)
    jobs.close_silent_appeals(timestamp=0)
    assert case.tasks.get(kind="appeal").status == "waiting"

    days_pass(20)
    late = letters.applicant().open(f"/permohonan/{case.pk}/banding/")
    late.press("Ajukan banding", status=409, words="Saya terlambat.")
    jobs.close_silent_appeals(timestamp=0)
    jobs.close_silent_appeals(timestamp=0)
    assert case.tasks.get(kind="appeal").move == "accept"
    assert case.tasks.get(step="konsep_penolakan").status == "open"
    assert Entry.objects.filter(event="cases.RefusalAccepted").count() == 1
    assert not case.pauses.filter(ended_at=None).exists()


def test_the_counter_of_the_kelurahan_records_an_appeal_for_whoever_comes_there(
    letters: Letters,
) -> None:
    case = refused_by_rt(letters)
    operator = letters.officer("operator").open(f"/berkas/{case.number}/")
    operator.follow("Catat banding pemohon").press("Ajukan banding", words="Saya warga RT 001.")
    assert case.tasks.get(kind="appeal").status == "open"
    lodged = Entry.objects.get(event="cases.AppealLodged")
    assert (lodged.door, lodged.account_id) == ("counter", operator.account.pk)
    letters.officer("operator", "kel-mayangan").open(f"/permohonan/{case.pk}/banding/", status=404)


def test_who_withdraws_instead_of_appealing_leaves_nothing_open(letters: Letters) -> None:
    case = refused_by_rt(letters)
    letters.applicant().open(f"/permohonan/{case.pk}/tarik/").press("Tarik permohonan")
    assert not case.tasks.exclude(status__in=["done", "cancelled"]).exists()
    assert not case.pauses.filter(ended_at=None).exists()
    jobs.close_silent_appeals(timestamp=0)
    case.refresh_from_db()
    assert case.outcome == "withdrawn"


def test_an_applicant_who_accepts_the_refusal_gets_its_letter(letters: Letters) -> None:
    case = refused_by_rt(letters)
    letters.applicant().open(f"/permohonan/{case.pk}/banding/").press("Terima penolakan")
    assert case.tasks.get(step="konsep_penolakan").status == "open"


@pytest.mark.requirement("PRB-11-1-g")
def test_the_operator_records_what_rt_agreed_to_on_paper(letters: Letters) -> None:
    case = letters.send()
    number = str(case.number)
    operator = letters.officer("operator").open(f"/berkas/{number}/")
    operator.press("Disetujui di kertas", status=422)
    operator.press("Disetujui di kertas", paper=filling.jpg("surat.jpg"))
    operator.open(f"/berkas/{number}/")
    assert "Disetujui di kertas, dicatat Joko Susilo" in operator.text
    operator.follow("Lihat surat")
    assert operator.answer.headers["Content-Type"] == "image/jpeg"
    page = letters.applicant().open(f"/permohonan/{case.pk}/")
    assert "Disetujui di kertas" in page.text
    recorded = Entry.objects.get(event="cases.EndorsedOnPaper")
    assert recorded.account_id == letters.world.officer("operator").pk
    assert case.tasks.get(step="rw").status == "open"
    # The link that RT got is of no use now.
    letters.stranger().open(links(letters, RT)[0], status=404)


def test_paper_is_recorded_only_in_the_own_kelurahan_and_not_for_oneself(letters: Letters) -> None:
    case = letters.send()
    task, number = case.tasks.get(step="rt"), str(case.number)
    letters.officer("operator", "kel-mayangan").open(f"/berkas/{number}/", status=404)
    kasi = letters.officer("kasi").open(f"/berkas/{number}/")
    assert not kasi.offers("Disetujui di kertas")

    operator = letters.officer("operator").open(f"/berkas/{number}/")
    case.applicant.account = letters.world.officer("operator")
    case.applicant.save()
    operator.press("Disetujui di kertas", status=409, paper=filling.jpg("surat.jpg"))
    task.refresh_from_db()
    assert (task.status, task.file) == ("open", None)


def test_paper_that_comes_too_late_leaves_no_file(letters: Letters) -> None:
    case = letters.send()
    operator = letters.officer("operator").open(f"/berkas/{case.number}/")
    files = StoredFile.objects.count()
    Case.objects.update(version=99)
    operator.press("Disetujui di kertas", status=409, paper=filling.jpg("surat.jpg"))
    assert StoredFile.objects.count() == files


@pytest.mark.requirement("PRB-11-1-e")
def test_after_two_working_days_rt_is_reminded_once_and_the_operator_sees_it(
    letters: Letters,
) -> None:
    give_pin(letters, RT)
    case = letters.send()
    letters.remind()
    assert "belum dijawab" not in letters.officer("operator").open("/tugas/").text

    days_pass(6)
    for _ in range(2):
        letters.remind()
    first, second = links(letters, RT)
    assert first != second
    operator = letters.officer("operator").open("/tugas/")
    assert "menunggu Ketua RT 001 RW 001 Ketapang sejak" in operator.text
    assert "belum dijawab" not in letters.officer("operator", "kel-mayangan").open("/tugas/").text

    opened(letters, RT).press("Setujui")
    assert case.tasks.get(step="rt").status == "done"
    assert "belum dijawab" not in letters.officer("operator").open("/tugas/").text


def test_a_link_answers_only_for_who_got_it_and_only_while_the_step_waits(
    letters: Letters,
) -> None:
    for office in (RT, OTHER_RT):
        give_pin(letters, office, PIN if office == RT else "739152")
    case = letters.send()
    address = links(letters, RT)[0]
    assert not links(letters, OTHER_RT)

    # The PIN of another head opens nothing, and an unknown link is no different from a dead one.
    letters.stranger().open(address).press("Buka surat", status=422, pin="739152")
    unknown = letters.stranger().open(f"/j/{'A' * 22}/", status=404)
    opened(letters, RT).press("Setujui")
    dead = letters.stranger().open(address, status=404)
    assert GONE in dead.text
    assert dead.text == unknown.text
    for page in (dead, unknown):
        page.press("Lihat jawaban", status=404, pin="739152")
        assert GONE in page.text
    assert "Siti" not in dead.html

    # Who knows the PIN is told that it was answered.
    again = letters.stranger().open(address, status=404).press("Lihat jawaban", pin=PIN)
    assert "sudah Anda jawab" in again.text
    assert case.tasks.get(step="rt").round == 1


def test_a_link_opened_on_one_phone_opens_nothing_else_there(letters: Letters) -> None:
    give_pin(letters, RT)
    letters.send()
    letters.send("DOMISILI", scenario=0, wilayah="35.74.01.1001.001.001")
    first, second = links(letters, RT)
    phone = letters.stranger().open(first).press("Buka surat", pin=PIN)
    phone.open(second)
    assert "Siti" not in phone.html
    assert phone.client.get(f"{second}ktp/").status_code == 404


def test_an_empty_or_half_pin_is_no_wrong_one(letters: Letters) -> None:
    give_pin(letters, RT)
    letters.send()
    phone = letters.stranger().open(links(letters, RT)[-1])
    for half in ("", "7", "73915", "", "", ""):
        phone.press("Buka surat", status=422, pin=half)
        assert "Isi PIN Anda, 6 angka" in phone.text
    phone.press("Buka surat", pin=PIN).press("Setujui")


def test_five_wrong_pins_lock_it_for_half_an_hour_whoever_guesses(letters: Letters) -> None:
    give_pin(letters, RT)
    case = letters.send()
    address = links(letters, RT)[0]
    seen = set()
    for guess in ("111222", "111223", "111224", "111225", "111226", PIN):
        page = letters.stranger().open(address).press("Buka surat", status=422, pin=guess)
        seen.add(page.text)
    assert len(seen) == 1, "a wrong and a locked PIN look the same"
    assert case.tasks.get(step="rt").status == "open"
    tries = Entry.objects.filter(event="people.PinRefused")
    assert set(tries.values_list("account_id", "door")) == {(None, "link")}, (
        "not an act of the head"
    )

    Pin.objects.update(locked_until=timezone.now() - timedelta(minutes=1))
    letters.stranger().open(address).press("Buka surat", pin=PIN).press("Setujui")
    assert case.tasks.get(step="rt").status == "done"


def test_whoever_gave_up_the_post_has_a_dead_link(letters: Letters) -> None:
    give_pin(letters, RT)
    letters.send()
    phone = opened(letters, RT)
    holding = Holding.objects.get(account=letters.world.officer("ketua", RT))
    people.end_holding(holding.pk, by=COMMAND)
    phone.press("Setujui", status=404)
    assert GONE in phone.text
    letters.stranger().open(links(letters, RT)[0], status=404)


def test_a_new_pin_closes_what_the_old_one_opened(letters: Letters) -> None:
    give_pin(letters, RT)
    case = letters.send()
    phone = opened(letters, RT)
    people.give_pin(letters.world.officer("ketua", RT).pk, by=COMMAND)
    phone.press("Setujui")
    assert "Buka surat" in phone.text
    assert case.tasks.get(step="rt").status == "open"


def test_the_secret_of_a_link_is_in_no_table(letters: Letters) -> None:
    letters.send()
    token = links(letters, RT)[0].split("/")[2].encode()
    kept = EveryRow()
    kept.keep()
    assert "procrastinate_jobs" in kept.tables
    assert [table for table, rows in kept.tables.items() if token in rows] == []


def test_a_link_that_is_sent_twice_is_the_same_link(letters: Letters) -> None:
    letters.send()
    jobs.send_link(link_id=Link.objects.get().pk)
    assert len(set(links(letters, RT))) == 1
    letters.stranger().open(links(letters, RT)[0])


def test_an_old_link_expires_after_fourteen_days(letters: Letters) -> None:
    letters.send()
    Link.objects.update(
        given_at=timezone.now() - timedelta(days=15),
        expires_at=timezone.now() - timedelta(days=1),
    )
    assert GONE in letters.stranger().open(links(letters, RT)[0], status=404).text


def test_an_administrator_gives_a_pin_once_and_its_owner_changes_it(letters: Letters) -> None:
    head = letters.world.officer("ketua", RT)
    admin = letters.officer("administrator", "diskominfo").open(f"/pejabat/akun/{head.pk}/")
    admin.press("Buat PIN baru")
    found = re.search(r"\b\d{6}\b", admin.text)
    assert found
    assert found[0] not in admin.open(f"/pejabat/akun/{head.pk}/").html
    letters.send()
    assert "Siti" in opened(letters, RT, found[0]).text

    owner = own_pin(letters, RT)
    owner.press("Simpan PIN", status=422, pin="123456", again="123456")
    owner.press("Simpan PIN", status=422, pin=PIN, again="482914")
    owner.press("Simpan PIN", pin=PIN, again=PIN)
    letters.stranger().open(links(letters, RT)[0]).press("Buka surat", status=422, pin=found[0])
    letters.applicant().open("/akun/pin/", status=404)


def test_guessing_from_many_phones_at_once_counts_every_guess(letters: Letters) -> None:
    give_pin(letters, RT)
    letters.send()
    head = letters.world.officer("ketua", RT)
    guesses = [partial(people.check_pin, head.pk, f"73{n}915", by=COMMAND) for n in range(6)]
    assert not any(at_once(guesses))
    assert not people.check_pin(head.pk, PIN, by=COMMAND)
    assert Entry.objects.filter(event="people.PinRefused").count() == 5


def test_when_link_and_paper_come_at_once_one_answer_counts(letters: Letters) -> None:
    give_pin(letters, RT)
    case = letters.send()
    phone = opened(letters, RT)
    operator = letters.officer("operator").open(f"/berkas/{case.number}/")
    paper = partial(operator.press, "Disetujui di kertas", paper=filling.jpg("surat.jpg"))

    def try_to(act: Callable[[], object]) -> bool:
        try:
            act()
        except AssertionError:  # refused, with a page that says so
            return False
        return True

    assert True in at_once(
        [partial(try_to, act) for act in (partial(phone.press, "Setujui"), paper)]
    )
    assert Entry.objects.filter(event="cases.TaskForwarded").count() == 1
    assert case.tasks.filter(step="rw").count() == 1


def test_the_head_agrees_to_the_person_whom_the_letter_names(letters: Letters) -> None:
    give_pin(letters, RT)
    letters.send(nama="Rafi Maulana")

    card = opened(letters, RT).text

    assert "Rafi Maulana" in card
    assert "Diajukan oleh Siti Aminah" in card
