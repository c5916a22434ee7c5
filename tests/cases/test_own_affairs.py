"""An officer who applies here too does not work on what is their own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from satupintu.cases import access
from satupintu.cases.actions import opinions, talk
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.levies import actions as levies
from satupintu.offices import queries as offices
from satupintu.offices.models import Post
from satupintu.people import actions as people
from satupintu.permits import actions as permits
from satupintu.permits.access import OwnPermit
from tests.cases import desk
from tests.world import COMMAND, World


@pytest.fixture
def skp(world: World) -> Case:
    return desk.sent(world, "SKP-PENELITIAN")


def give_post(world: World, code: str, office: str, account_id: int) -> None:
    """Somebody who applies also works here."""
    post = Post.objects.get(code=code, office__code=office)
    people.give_mandate(
        post_id=post.pk,
        account_id=account_id,
        kind="plh",
        from_date=offices.today(),
        to_date=offices.today(),
        decision_number="1/2026",
        decision_date=offices.today(),
        by=COMMAND,
    )


def test_nobody_gives_an_agencys_opinion_on_an_application_of_their_own(
    world: World, skp: Case
) -> None:
    task = skp.tasks.get(status="open")
    asked = opinions.ask(
        task.pk, office="dinkes", question="Boleh?", shown=[], days=3, by=desk.holder(task)
    )
    siti = world.applicants["siti"].account_id
    assert siti is not None
    give_post(world, "tim-teknis", "dinkes", siti)
    with pytest.raises(access.OwnCase):
        opinions.answer(asked.pk, verdict="agree", text="Boleh.", file_id=None, by=By(siti, "web"))


def test_a_cashier_does_not_take_the_money_for_a_bill_of_their_own(world: World) -> None:
    case = desk.sent(world, "PBG", "andi")
    desk.prepare(case, desk.reach(case, "penetapan"))
    bill = desk.fresh(case).bill
    assert bill is not None
    andi = world.applicants["andi"].account_id
    assert andi is not None
    give_post(world, Post.objects.get(role__code="kasir", office=bill.office).code, "dpmptsp", andi)
    with pytest.raises(levies.OwnBill):
        levies.take_cash(bill.pk, cash_given=bill.total, key=uuid4(), by=By(andi, "web"))


def test_nobody_suspends_or_hands_over_a_document_of_their_own(world: World) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    permit = desk.sign(case, desk.reach(case, "tanda_tangan"))
    siti = world.applicants["siti"].account_id
    assert siti is not None
    by = By(siti, "web")
    for right in ("sanction", "handover"):
        role = next(role for role in offices.roles() if right in role.rights)
        post = Post.objects.filter(role=role, office__code="dpmptsp").first()
        assert post is not None
        give_post(world, post.code, "dpmptsp", siti)
    with pytest.raises(OwnPermit):
        permits.draft_decision(permit.pk, kind="suspend", reason="x", ground="y", by=by)
    with pytest.raises(OwnPermit):
        permits.hand_over(
            permit.pk, to_name="Siti", relation="holder", proof="KTP", authority=None, by=by
        )


def test_nobody_reads_or_writes_as_an_officer_in_an_application_of_their_own(
    world: World, skp: Case
) -> None:
    siti = world.applicants["siti"].account_id
    assert siti is not None
    give_post(world, "verifikator-1", "dpmptsp", siti)
    by = By(siti, "web")
    with pytest.raises(access.OwnCase):
        access.officer_case(by, str(skp.number))
    with pytest.raises(access.OwnCase):
        talk.write_note(skp.pk, body="Bagus sekali.", key=uuid4(), by=by)
    with pytest.raises(access.OwnCase):
        talk.send_message(skp.pk, body="Disetujui.", key=uuid4(), from_office=True, by=by)


def test_only_its_holder_takes_a_document_home_online(world: World) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    permit = desk.sign(case, desk.reach(case, "tanda_tangan"))
    with pytest.raises(permits.NotHolder):
        permits.hand_over_online(permit.pk, by=world.by("loket-1"))
