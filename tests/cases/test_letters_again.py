"""A letter that we issued stands for an upload: only the holder's own, only while it is valid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from satupintu.cases.actions import drafts, letters, review
from satupintu.cases.models import Attachment, Case
from satupintu.files.models import StoredFile
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.permits.models import Permit
from tests.cases import desk, filling
from tests.world import World, world

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

__all__ = ["world"]

pytestmark = pytest.mark.requirement("PRB-1-13", "PRB-8-2")
SKP = "SKP-PENELITIAN"
SAME = "tidak bisa dipakai di sini"


def issued(world: World, code: str = "siti") -> Permit:
    """A signed research letter of this person."""
    case = desk.sent(world, SKP, code)
    task = desk.reach(case, "tanda_tangan")
    desk.finish(case, task)
    permit = desk.fresh(case).permit
    assert permit is not None
    permit.valid_from, permit.valid_until = offices.today(), offices.today() + timedelta(days=90)
    permit.save()
    return Permit.objects.get(pk=permit.pk)


def renewal(world: World, code: str = "siti") -> tuple[Client, Case]:
    """The next application of this person, which asks for the letter before it."""
    browser = world.applicant(code)
    case = filling.begin(browser, SKP, world.applicants[code].pk, "perpanjangan")
    filling.fill(browser, case, filling.scenario(SKP)["answers"])
    return browser, case


def give(browser: Client, case: Case, number: str, **more: str) -> Any:
    return browser.post(
        f"/permohonan/draf/{case.pk}/berkas/skp_lama/surat/", {"number": number, **more}
    )


def attached(case: Case) -> Attachment | None:
    return case.attachments.filter(requirement="skp_lama", current=True).first()


def test_the_number_shows_what_would_be_used_and_only_agreeing_uses_it(world: World) -> None:
    letter = issued(world)
    siti, case = renewal(world)
    assert "Pakai nomornya" in siti.get(f"/permohonan/draf/{case.pk}/berkas/").content.decode()

    shown = give(siti, case, f"  {letter.number} ").content.decode()
    for words in (letter.title, letter.number, letter.office.name, "Berlaku sampai", "Setuju"):
        assert words in shown
    assert attached(case) is None

    files = StoredFile.objects.count()
    assert give(siti, case, letter.number, agreed="true").status_code == 302
    given = attached(case)
    assert given is not None
    assert (given.permit_id, given.file_id) == (letter.pk, letter.file_id)
    assert StoredFile.objects.count() == files
    entry = Entry.objects.get(event="cases.LetterAttached")
    assert entry.data["permit_id"] == letter.pk
    assert letter.number not in str(entry.data)
    page = siti.get(f"/permohonan/draf/{case.pk}/berkas/").content.decode()
    assert "Dari sistem, nomor" in page
    assert "masih berlaku" in page


def test_wrong_unknown_and_somebody_elses_number_are_told_apart_by_nobody(world: World) -> None:
    """Attack: find out which letters there are, and take another's."""
    theirs = issued(world, "andi")
    siti, case = renewal(world)
    answers = [
        give(siti, case, number, **more)
        for more in ({}, {"agreed": "true"})
        for number in (theirs.number, theirs.number + "9", "' OR 1=1 --", "")
    ]
    said = set()
    for answer in answers:
        assert answer.status_code == 422
        page = answer.content.decode()
        assert SAME in page
        assert "Andi" not in page
        said.add(page[page.index(SAME) - 40 : page.index(SAME) + 120])
    assert len(said) == 1
    assert attached(case) is None


def test_whoever_types_the_nik_of_another_gets_no_letter_of_theirs(world: World) -> None:
    """Attack: a NIK in one's own profile is only typed, so it opens nothing."""
    theirs = issued(world, "andi")
    siti, case = renewal(world)
    own = By(world.applicants["siti"].account_id, "web")
    people.update_applicant(
        world.applicants["siti"].pk, nik=world.applicants["andi"].nik, name="Andi Wijaya", by=own
    )

    assert give(siti, case, theirs.number, agreed="true").status_code == 422
    with pytest.raises(letters.NotTheirLetter):
        letters.attach_letter(case.pk, requirement="skp_lama", number=theirs.number, by=own)
    assert attached(case) is None


def test_nobody_puts_a_letter_into_anothers_application(world: World) -> None:
    letter = issued(world)
    _, case = renewal(world)
    rival = world.applicant("andi")

    assert give(rival, case, letter.number, agreed="true").status_code == 404
    assert attached(case) is None


def test_the_clerk_who_sees_the_identity_card_may_use_the_number(world: World) -> None:
    letter = issued(world)
    clerk = world.by("loket-1")
    person = people.create_applicant(
        kind="person", name="Siti Rahayu", nik=world.applicants["siti"].nik, by=clerk
    )
    case = drafts.start(
        service=SKP, request_type="perpanjangan", applicant=person, channel="counter", by=clerk
    )
    stranger = people.create_applicant(kind="person", name="Sumiati", by=clerk)
    other = drafts.start(
        service=SKP, request_type="perpanjangan", applicant=stranger, channel="counter", by=clerk
    )

    letters.attach_letter(case.pk, requirement="skp_lama", number=letter.number, by=clerk)
    with pytest.raises(letters.NotTheirLetter):
        letters.attach_letter(other.pk, requirement="skp_lama", number=letter.number, by=clerk)

    given = attached(case)
    assert given is not None
    assert given.permit_id == letter.pk


def test_guessing_numbers_is_slow(world: World, settings: SettingsWrapper) -> None:
    settings.TURNS = {"letter": (2, 1)}
    siti, case = renewal(world)

    # Two minutes may meet in these five tries, never three.
    codes = [give(siti, case, str(guess)).status_code for guess in range(5)]

    assert 429 in codes
    assert set(codes) == {422, 429}


@pytest.mark.parametrize("status", ["suspended", "revoked", "ended"])
def test_a_letter_that_no_longer_holds_is_not_taken(status: str, world: World) -> None:
    letter = issued(world)
    siti, case = renewal(world)
    end(letter, status)

    answer = give(siti, case, letter.number, agreed="true")

    assert answer.status_code == 422
    assert "tidak berlaku lagi" in answer.content.decode()
    assert attached(case) is None


def test_a_letter_of_another_kind_is_not_taken(world: World) -> None:
    letter = issued(world)
    siti = world.applicant()
    case = filling.begin(siti, "REKLAME-TETAP", world.applicants["siti"].pk, "perpanjangan")

    answer = siti.post(
        f"/permohonan/draf/{case.pk}/berkas/izin_lama/surat/", {"number": letter.number}
    )

    assert answer.status_code == 422
    assert "bukan jenis yang diminta" in answer.content.decode()


@pytest.mark.parametrize("status", ["suspended", "revoked", "ended"])
def test_what_ended_before_it_was_sent_keeps_the_application_here(
    status: str, world: World
) -> None:
    siti, case, letter = ready(world)
    end(letter, status)

    answer = siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})

    assert answer.status_code == 422
    assert f"Surat nomor {letter.number} tidak berlaku lagi" in answer.content.decode()
    assert desk.fresh(case).phase == "draft"


def test_the_officer_sees_how_the_letter_stands_today(world: World) -> None:
    siti, case, letter = ready(world)
    assert siti.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"}).status_code == 302
    case = desk.fresh(case)
    officer = world.desk("verifikator-1")

    page = officer.get(f"/berkas/{case.number}/documents/").content.decode()
    assert "Dari sistem, nomor" in page
    assert letter.number in page
    assert "masih berlaku" in page

    end(letter, "revoked")
    assert "sudah dicabut" in officer.get(f"/berkas/{case.number}/documents/").content.decode()
    task = case.tasks.get(status="open")
    for given in case.attachments.filter(current=True):
        review.judge(task.pk, attachment_id=given.pk, verdict="fits", by=desk.holder(task))
    with pytest.raises(review.NotReady, match="dicabut"):
        review.forward(task.pk, version=desk.fresh(case).version, by=desk.holder(task))


def test_a_draft_that_is_thrown_away_leaves_the_letter_where_it_is(world: World) -> None:
    siti, case, letter = ready(world)

    assert siti.post(f"/permohonan/draf/{case.pk}/hapus/").status_code == 302

    letter.refresh_from_db()
    assert letter.file
    assert StoredFile.objects.filter(pk=letter.file.pk).exists()
    assert not Case.objects.filter(pk=case.pk).exists()


def ready(world: World) -> tuple[Client, Case, Permit]:
    """A renewal with nothing missing, with the letter in its place."""
    letter = issued(world)
    siti, case = renewal(world)
    codes = [
        code
        for code in filling.scenario(SKP)["files"]
        if code in {wanted["code"] for wanted in case.definition["requirements"]}
    ]
    filling.upload(siti, case, codes)
    assert give(siti, case, letter.number, agreed="true").status_code == 302
    return siti, case, letter


def end(letter: Permit, status: str) -> None:
    if status == "ended":
        letter.valid_until = offices.today() - timedelta(days=1)
    else:
        letter.status = status
    letter.save()
