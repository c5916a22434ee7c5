"""What officers take home of other people's documents says who took it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from satupintu.cases.actions import drafts, letters
from satupintu.cases.models import Attachment, Case
from satupintu.files import queries as files
from satupintu.journal.models import Entry
from satupintu.people import actions as people
from satupintu.permits.models import Permit
from tests.browsing import text_of_pdf
from tests.cases import desk, filling
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World) -> Case:
    return desk.sent(world, "SKP-PENELITIAN")


def whole(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content.decode()
    content: bytes = b"".join(answer.streaming_content)
    return content


def of(case: Case, requirement: str = "proposal") -> Attachment:
    return case.attachments.get(requirement=requirement, current=True)


def taken(case: Case) -> list[Entry]:
    return list(Entry.objects.filter(event="cases.OriginalTaken", subject=case.subject))


def test_a_download_carries_the_name_of_the_officer_and_the_number(
    world: World, case: Case
) -> None:
    verifier = world.officer("verifikator-1")
    copy = whole(world.desk("verifikator-1").get(f"/berkas/{case.number}/unduh/{of(case).pk}/"))
    words = text_of_pdf(copy)
    assert verifier.name in words
    assert str(case.number) in words
    assert not taken(case)


def test_the_original_is_taken_for_a_purpose_that_is_on_record(world: World, case: Case) -> None:
    wanted = of(case)
    client = world.desk("verifikator-1")
    page = f"/berkas/{case.number}/asli/{wanted.pk}/"
    for nothing in ({}, {"purpose": ""}, {"purpose": "iseng"}):
        refused = client.post(page, nothing)
        assert refused.status_code == 422
        assert "Pilih keperluannya" in refused.content.decode()
    assert client.get(page).status_code == 405
    assert not taken(case)

    assert whole(client.post(page, {"purpose": "signature"})) == files.read(wanted.file)

    entry = taken(case)[0]
    assert entry.account_id == world.officer("verifikator-1").pk
    assert entry.data["requirement"] == "proposal"
    assert entry.data["purpose"] == "signature"
    history = world.desk("verifikator-1").get(f"/berkas/{case.number}/history/").content.decode()
    assert "memeriksa tanda tangan elektronik" in history


def test_who_may_not_see_the_case_gets_neither_copy_nor_original(world: World, case: Case) -> None:
    for client in (world.applicant("bambang"), world.desk("tim-teknis", "dinkes"), Client()):
        for answer in (
            client.get(f"/berkas/{case.number}/unduh/{of(case).pk}/"),
            client.post(f"/berkas/{case.number}/asli/{of(case).pk}/", {"purpose": "detail"}),
        ):
            assert answer.status_code in (302, 404)
    assert not taken(case)


def test_applicants_get_their_own_files_as_they_are(world: World) -> None:
    siti = world.applicant()
    draft = filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    siti.post(f"/permohonan/draf/{draft.pk}/berkas/ktp/", {"file": filling.pdf()})
    own = whole(siti.get(f"/permohonan/draf/{draft.pk}/berkas/ktp/unduh/"))
    assert own == files.read(of(draft, "ktp").file)


def at_the_counter(world: World) -> Case:
    clerk = world.by("loket-1")
    person = people.create_applicant(
        kind="person", name="Siti Rahayu", nik=world.applicants["siti"].nik, by=clerk
    )
    return drafts.start(
        service="SKP-PENELITIAN",
        request_type="perpanjangan",
        applicant=person,
        channel="counter",
        by=clerk,
    )


def test_at_the_counter_a_copy_names_the_clerk_and_a_letter_of_ours_stays_signed(
    world: World, case: Case
) -> None:
    desk.sign(case, desk.reach(case, "tanda_tangan"))
    letter = Permit.objects.get()
    helped = at_the_counter(world)
    clerk = world.desk("loket-1")
    page = f"/permohonan/draf/{helped.pk}/berkas/{{}}/unduh/"
    clerk.post(f"/permohonan/draf/{helped.pk}/berkas/proposal/", {"file": filling.pdf()})
    letters.attach_letter(
        helped.pk, requirement="skp_lama", number=letter.number, by=world.by("loket-1")
    )

    words = text_of_pdf(whole(clerk.get(page.format("proposal"))))

    assert world.officer("loket-1").name in words
    assert whole(clerk.get(page.format("skp_lama"))) == desk.PDF
