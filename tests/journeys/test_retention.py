"""When the law no longer keeps it: a person decides, the data go, what happened stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from satupintu.cases import tasks as jobs
from satupintu.cases.actions import retention
from satupintu.cases.models import Case, Message
from satupintu.files import queries as files
from satupintu.files.models import Erased, StoredFile
from satupintu.journal import actions as journal
from satupintu.journal.models import Entry
from satupintu.notifications.models import Delivery, Notice
from satupintu.people.models import Applicant
from satupintu.people.queries import NoRight
from satupintu.permits.models import Permit
from tests.browsing import Browser
from tests.cases import filling
from tests.journeys.conftest import City
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.world import COMMAND

__all__ = ["letters", "neighbourhood"]

LIST = "/pejabat/retensi/"
RT, RW = "rt-ketapang-001-001", "rw-ketapang-001"
SAID = "Data pribadi telah dihapus menurut jadwal retensi"
SECRET = "Ibu Aminah sakit paru-paru"


@pytest.fixture
def finished(letters: Letters) -> Case:
    """A letter of limited means, signed: its schedule is 2 + 3 years after it has ended."""
    case = letters.send("SKTM")
    letters.endorse(str(case.number), RT, RW)
    letters.finish(str(case.number))
    Message.objects.create(case=case, body=SECRET, from_office=False, key=uuid4())
    case.refresh_from_db()
    assert case.phase == "closed"
    return case


@pytest.fixture
def later(finished: Case) -> Iterator[datetime]:
    """A day after five years and the month in which the letter held."""
    assert finished.permit
    assert finished.permit.valid_until
    day = finished.permit.valid_until.replace(year=finished.permit.valid_until.year + 5)
    moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC) + timedelta(days=1)
    with time_machine.travel(moment):
        yield moment


def offer() -> None:
    jobs.offer_for_erasing(timestamp=0)


def administrator(letters: Letters) -> Browser:
    letters.next_day()
    return letters.officer("administrator", "kec-kademangan")


def erase(officer: Browser, case: Case, *, status: int = 200, **changed: object) -> Browser:
    given = {"case": [str(case.pk)], "sure": "true", "record": "045/BA-PM/2031", **changed}
    return officer.open(LIST).press("Hapus data pribadi", status=status, **given)


def test_a_named_person_erases_and_every_page_of_the_case_still_opens(
    letters: Letters, finished: Case, later: datetime
) -> None:
    number, permit = str(finished.number), finished.permit
    assert permit
    paths = [row.on_disk for row in StoredFile.objects.all()]
    offer()
    offer()
    assert Entry.objects.filter(event="cases.RetentionEnded").count() == 1
    officer = administrator(letters)
    assert number in officer.open(LIST).text
    assert "400.9" in officer.text

    assert "sudah dihapus" in erase(officer, finished).text
    assert "045/BA-PM/2031" in officer.text
    assert "Belum ada yang masa simpannya berakhir" in officer.text

    finished.refresh_from_db()
    assert (finished.answers, finished.typed) == ({}, {})
    assert (finished.number, finished.outcome) == (number, "approved")
    assert finished.erased_by == letters.world.officer("administrator", "kec-kademangan")
    assert Message.objects.get().body == "–"
    assert Permit.objects.get(pk=permit.pk).data == {}
    assert not Notice.objects.filter(subject=finished.subject).exclude(title=SAID).exists()
    assert not Delivery.objects.filter(notice__subject=finished.subject).exists()
    for attachment in finished.attachments.select_related("file"):
        assert attachment.file.erased_at
        assert attachment.file.sealed_key is None
        with pytest.raises(Erased):
            files.read(attachment.file)
    assert not [path for path in paths if path.exists()]
    entry = Entry.objects.get(event="cases.CaseErased")
    assert entry.account_id == finished.erased_by_id
    assert "case_id" in entry.data

    letters.next_day()
    own = letters.applicant()
    for page in ("", "isian/", "pesan/", "dokumen/", "terkirim/"):
        assert SAID in own.open(f"/permohonan/{finished.pk}/{page}").text, page
        assert SECRET not in own.html
    for page in ("", "?tab=berkas", "?tab=isian", "?tab=pesan", "?tab=riwayat"):
        desk = letters.officer("kasi").open(f"/berkas/{number}/{page}")
        assert SAID in desk.text, page
        assert "3574015403880001" not in desk.html
    paper = own.client.get(f"/permohonan/{finished.pk}/dokumen/permit/")
    assert paper.status_code in (404, 409)
    assert number in letters.stranger().open(f"/lacak/?nomor={number}").text
    shown = letters.stranger().open(f"/v/{permit.token}/").text
    assert "berakhir" in shown
    assert permit.number in shown
    held = own.client.get("/data-pribadi/")
    assert held.status_code == 200


def test_nothing_is_erased_twice_and_no_row_says_it_was_by_nobody(
    letters: Letters, finished: Case, later: datetime
) -> None:
    offer()
    by = letters.world.by("administrator", "kec-kademangan")
    retention.erase(finished.pk, record="1/BA/2031", by=by)
    with pytest.raises(retention.AlreadyErased):
        retention.erase(finished.pk, record="2/BA/2031", by=by)
    assert Entry.objects.filter(event="cases.CaseErased").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=finished.pk).update(erased_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=finished.pk).update(answers={"nama": "Siti"})


def test_a_restore_brings_nothing_back_for_long(
    letters: Letters,
    finished: Case,
    later: datetime,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    offer()
    by = letters.world.by("administrator", "kec-kademangan")
    with transaction.atomic():
        retention.erase(finished.pk, record="1/BA/2031", by=by)
        journal.seal()
        call_command("export_journal", tmp_path / "before")
        transaction.set_rollback(True)  # back to the minute before
    finished.refresh_from_db()
    assert finished.answers
    capsys.readouterr()

    rows = tmp_path / "before/entries.jsonl"
    call_command("repeat_erasures", journal=rows)
    assert "1 permohonan dihapus lagi, 0 berkas" in capsys.readouterr().out
    finished.refresh_from_db()
    assert finished.answers == {}
    assert finished.erased_by_id == by.account_id
    assert "jurnal" in finished.erasure_record

    attachment = finished.attachments.select_related("file")[0]
    attachment.file.on_disk.write_bytes(b"as it lay in the backup")
    call_command("repeat_erasures", journal=rows)
    assert "0 permohonan dihapus lagi, 1 berkas" in capsys.readouterr().out
    assert not attachment.file.on_disk.exists()
    call_command("repeat_erasures")
    assert "0 permohonan dihapus lagi, 0 berkas" in capsys.readouterr().out
    assert Entry.objects.filter(event="cases.CaseErased").count() == 1
    assert Entry.objects.filter(event="files.ReturnedFilesErased").count() == 1


def test_a_journal_from_elsewhere_erases_nothing_that_is_kept(
    letters: Letters, finished: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = letters.world.by("administrator", "kec-kademangan")
    row = {"id": 7, "event": "cases.CaseErased", "account_id": by.account_id}
    row |= {"post_id": None, "office_id": None, "data": {"case_id": finished.pk}}
    rows = tmp_path / "entries.jsonl"
    rows.write_text(json.dumps(row) + "\n")
    with pytest.raises(CommandError, match="1 permohonan belum terhapus"):
        call_command("repeat_erasures", journal=rows)
    assert "masih disimpan" in capsys.readouterr().err
    finished.refresh_from_db()
    assert finished.answers

    rows.write_text("a letter\n")
    with pytest.raises(CommandError, match="bukan jurnal"):
        call_command("repeat_erasures", journal=rows)


def test_what_is_still_kept_is_neither_listed_nor_erased(
    letters: Letters, finished: Case, later: datetime
) -> None:
    # As if the letter held until yesterday: its five years begin only now.
    Permit.objects.filter(subject=finished.subject).update(valid_until=later.date())
    offer()
    officer = administrator(letters)
    assert str(finished.number) not in officer.open(LIST).text
    # Nor a letter in force without end, also when somebody sends its id.
    Permit.objects.filter(subject=finished.subject).update(valid_until=None)
    Case.objects.filter(pk=finished.pk).update(retention_ended_on=later.date())
    assert "masih disimpan" in erase(officer, finished, status=422).text
    finished.refresh_from_db()
    assert finished.answers


def test_only_the_administrator_of_the_unit_with_a_fresh_second_factor_erases(
    letters: Letters, finished: Case, later: datetime
) -> None:
    offer()
    letters.next_day()
    elsewhere = letters.officer("administrator", "kec-mayangan")
    assert str(finished.number) not in elsewhere.open(LIST).text
    with pytest.raises(NoRight):
        retention.erase(
            finished.pk, record="1/BA", by=letters.world.by("administrator", "kec-mayangan")
        )
    with pytest.raises(NoRight):
        retention.erase(finished.pk, record="1/BA", by=COMMAND)
    letters.officer("lurah").open(LIST, status=403)
    assert letters.applicant().client.get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 302

    officer = administrator(letters)
    erase(officer, finished, status=422, record=" ")
    assert "Tulis nomor berita acara" in officer.text
    erase(officer, finished, status=422, sure=[])
    assert "Centang" in officer.text
    session = officer.client.session
    session["account_authentication_methods"][-1]["at"] -= 16 * 60
    session.save()
    ticked = {"case": [str(finished.pk)], "sure": "true", "record": "1/BA"}
    erased = officer.press("Hapus data pribadi", status=403, **ticked)
    assert "kode kedua" in erased.text
    finished.refresh_from_db()
    assert finished.answers
    assert finished.erased_at is None


def test_a_person_without_an_account_is_forgotten_with_their_last_case(
    letters: Letters, finished: Case, later: datetime
) -> None:
    Applicant.objects.filter(pk=finished.applicant_id).update(account=None)
    offer()
    by = letters.world.by("administrator", "kec-kademangan")
    retention.erase(finished.pk, record="1/BA/2031", by=by)
    gone = Applicant.objects.get(pk=finished.applicant_id)
    assert (gone.name, gone.nik, gone.phone, gone.address) == ("(data dihapus)", "", "", "")


def test_an_untouched_draft_is_told_of_and_then_removed(city: City) -> None:
    siti = city.world.applicant()
    case = filling.complete(siti, "SIP-PERAWAT", city.world.applicants["siti"].pk)
    began = timezone.now()

    def night(days: int) -> None:
        jobs.end_drafts(int((began + timedelta(days=days)).timestamp()))
        city.work()

    night(165)
    assert not city.mails("siti@warga.example")
    night(167)
    night(167)
    [mail] = city.mails("siti@warga.example")
    assert "akan dihapus" in mail["subject"]
    night(179)
    assert Case.objects.filter(pk=case.pk).exists()
    paths = [row.file.on_disk for row in case.attachments.select_related("file")]
    night(182)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert paths
    assert not [path for path in paths if path.exists()]
    assert Entry.objects.filter(event="cases.DraftDiscarded", account_id=None).count() == 1


def test_a_draft_is_not_removed_before_its_applicant_was_told(city: City) -> None:
    siti = city.world.applicant()
    case = filling.begin(siti, "SIP-PERAWAT", city.world.applicants["siti"].pk)
    late = timezone.now() + timedelta(days=400)
    with time_machine.travel(late):
        jobs.end_drafts(int(late.timestamp()))
        jobs.end_drafts(int((late + timedelta(days=1)).timestamp()))
        assert Case.objects.filter(pk=case.pk).exists(), "a worker that stood still is no reason"
        jobs.end_drafts(int((late + timedelta(days=15)).timestamp()))
    assert not Case.objects.filter(pk=case.pk).exists()
