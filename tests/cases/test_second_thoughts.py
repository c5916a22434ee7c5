"""What was set, drawn up or begun and is not wanted as it was."""

from __future__ import annotations

import pytest

from satupintu.cases.actions import attaching, decision, drafts, levy, review, submission
from satupintu.cases.models import Case
from satupintu.files.models import StoredFile
from satupintu.journal.events import By
from satupintu.levies.queries import bills_of
from satupintu.offices.models import Number
from satupintu.permits import actions as permits
from satupintu.permits.models import Permit
from tests.cases import desk, filling
from tests.world import COMMAND, World


@pytest.fixture
def skp(world: World) -> Case:
    return desk.sent(world, "SKP-PENELITIAN")


def test_a_bill_is_set_again_when_what_it_was_computed_from_has_changed(world: World) -> None:
    case = desk.sent(world, "PBG", "andi")
    task = desk.reach(case, "penetapan")
    desk.prepare(case, task)
    assert not review.unready(desk.fresh(case), task)
    changed = desk.fresh(case)
    changed.answers["lantai"][0]["luas"] = "999"
    changed.save()

    assert "Tetapkan ulang" in review.unready(desk.fresh(case), task)
    with pytest.raises(review.NotReady, match="Tetapkan ulang"):
        review.forward(task.pk, version=desk.fresh(case).version, by=desk.holder(task))
    levy.assess(task.pk, version=desk.fresh(case).version, by=desk.holder(task))
    assert not review.unready(desk.fresh(case), task)
    assert [bill.status for bill in bills_of(case.subject)] == ["open", "cancelled"]


def test_a_document_that_was_given_up_and_is_wanted_again_gets_a_new_number(
    world: World,
) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    task = desk.reach(case, "tanda_tangan")
    decision.sign(task.pk, version=desk.fresh(case).version, act="a", by=desk.holder(task))
    first = desk.fresh(case).permit
    assert first is not None
    permits.fail_signing(first.pk, reason="x")
    decision.signature_failed(case.pk)
    permits.abandon(first.pk, reason="Permohonan ditolak", by=COMMAND)

    decision.sign(task.pk, version=desk.fresh(case).version, act="b", by=desk.holder(task))

    again = desk.fresh(case).permit
    assert again is not None
    assert again.status == "signing"
    assert again.number != first.number


def test_a_draft_that_is_thrown_away_leaves_no_file(world: World) -> None:
    client = world.applicant()
    case = filling.complete(client, "SKP-PENELITIAN", world.applicants["siti"].pk)
    paths = [
        row.on_disk for row in StoredFile.objects.filter(pk__in=case.attachments.values("file"))
    ]
    assert paths
    owner = By(world.applicants["siti"].account_id, "web")

    drafts.discard(case.pk, by=owner)

    assert not StoredFile.objects.exists()


def test_what_nobody_asked_for_is_not_stored(world: World, skp: Case) -> None:
    before = StoredFile.objects.count()
    owner = By(world.applicants["siti"].account_id, "web")
    requirement = skp.attachments.first()
    assert requirement is not None
    with pytest.raises(drafts.NotEditable):
        attaching.attach(
            skp.pk,
            requirement=requirement.requirement,
            stream=filling.pdf(),
            name="x.pdf",
            by=owner,
        )
    assert StoredFile.objects.count() == before


def test_a_letter_of_refusal_that_was_never_signed_leaves_its_number_with_a_reason(
    world: World, skp: Case
) -> None:
    task = skp.tasks.get(status="open")
    review.refuse(
        task.pk,
        reason="Tidak memenuhi syarat.",
        ground="Peraturan",
        version=desk.fresh(skp).version,
        by=desk.holder(task),
    )
    signing = desk.reach(skp, "tanda_tangan_penolakan")
    decision.sign(signing.pk, version=desk.fresh(skp).version, act="a", by=desk.holder(signing))
    letter = Permit.objects.get(kind="refusal")
    permits.fail_signing(letter.pk, reason="x")
    decision.signature_failed(skp.pk)

    owner = By(world.applicants["siti"].account_id, "web")
    submission.withdraw(skp.pk, reason="Batal", by=owner)

    number = Number.objects.get(text=letter.number)
    assert (number.status, number.reason) == ("void", "Permohonan ditarik pemohon")
