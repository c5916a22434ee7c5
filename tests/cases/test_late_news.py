"""What happens elsewhere before a case waits for it is not lost."""

from __future__ import annotations

from satupintu.cases.actions import decision, levy, review
from satupintu.journal.events import By
from satupintu.permits import actions as permits
from tests.cases import desk
from tests.world import World


def test_a_bill_that_is_paid_before_the_officer_goes_on_does_not_hold_the_case(
    world: World,
) -> None:
    case = desk.sent(world, "PBG", "andi")
    task = desk.reach(case, "penetapan")
    desk.prepare(case, task)
    desk.pay(case)
    levy.accept_payment(case.pk)  # nothing waits for it yet

    review.forward(task.pk, version=desk.fresh(case).version, by=desk.holder(task))

    assert case.tasks.get(status="open").step == "konsep"
    assert case.tasks.get(step="bayar").status == "done"
    assert not case.pauses.filter(reason="payment").exists()
    assert desk.fresh(case).phase == "open"


def test_a_paid_case_that_goes_back_to_the_start_does_not_wait_to_be_paid_again(
    world: World,
) -> None:
    case = desk.sent(world, "PBG", "andi")
    task = desk.reach(case, "konsep")
    review.send_back(
        task.pk,
        to="verifikasi",
        reason="Luas keliru.",
        version=desk.fresh(case).version,
        by=desk.holder(task),
    )
    desk.finish(case, case.tasks.get(status="open"))
    desk.finish(case, case.tasks.get(status="open"))
    again = case.tasks.get(status="open")
    assert again.step == "penetapan"

    review.forward(again.pk, version=desk.fresh(case).version, by=desk.holder(again))

    assert case.tasks.get(status="open").step == "konsep"
    assert not case.pauses.filter(ended_at=None).exists()


def test_a_permit_taken_home_before_the_case_noted_its_signature_closes_the_case(
    world: World,
) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    permit = desk.sign(case, desk.reach(case, "tanda_tangan"))
    owner = By(world.applicants["siti"].account_id, "web")
    permits.hand_over_online(permit.pk, by=owner)
    decision.handed_over(case.pk, by=owner)  # no such step is open yet

    decision.signature_made(case.pk)

    assert (desk.fresh(case).phase, desk.fresh(case).outcome) == ("closed", "approved")
    assert case.tasks.get(kind="handover").status == "done"
