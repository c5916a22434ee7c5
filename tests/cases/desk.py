"""Officers who take a case as far as a test wants it, straight through the actions."""

from __future__ import annotations

import uuid
from typing import Any

from satupintu.cases.actions import decision, inspections, levy, review
from satupintu.cases.models import Case, Task
from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM, By
from satupintu.levies import actions as levies
from satupintu.levies.models import Receipt
from satupintu.people import queries as people
from satupintu.permits import actions as permits
from tests.cases import filling
from tests.world import World

PDF = b"%PDF-1.7 signed"


def sent(world: World, service: str, code: str = "siti", scenario: int = 0) -> Case:
    return filling.send(world.applicant(code), service, world.applicants[code].pk, scenario)


def holder(task: Task) -> By:
    found = people.accounts_holding(role=task.role, office_id=task.office_id).first()
    assert found is not None
    return By(found.pk, "web")


def reach(case: Case, step: str) -> Task:
    """Every step before this one, done; then this one, open."""
    for _ in range(20):
        task = case.tasks.exclude(status__in=["done", "cancelled"]).get()
        if task.step == step:
            return task
        finish(case, task)
    raise AssertionError(step)


def finish(case: Case, task: Task) -> None:
    prepare(case, task)
    if task.kind not in ("sign", "pay", "handover"):
        review.forward(task.pk, version=fresh(case).version, by=holder(task))


def prepare(case: Case, task: Task) -> None:
    """What the step must produce before it can be forwarded."""
    match task.kind:
        case "verify":
            for given in case.attachments.filter(current=True):
                review.judge(task.pk, attachment_id=given.pk, verdict="fits", by=holder(task))
        case "recommend":
            inspections.recommend(task.pk, verdict="agree", text="Sesuai.", by=holder(task))
        case "assess":
            levy.assess(task.pk, version=fresh(case).version, by=holder(task))
        case "pay":
            pay(case)
            levy.accept_payment(case.pk)
        case "draft":
            decision.write_draft(task.pk, body={"conditions": [], "note": ""}, by=holder(task))
        case "sign":
            sign(case, task)
            decision.signature_made(case.pk)


def pay(case: Case) -> Receipt:
    bill = fresh(case).bill
    assert bill is not None
    cashier = people.accounts_holding(role="kasir", office_id=bill.office_id).first()
    assert cashier is not None
    return levies.take_cash(
        bill.pk, cash_given=bill.total, key=uuid.uuid4(), by=By(cashier.pk, "web")
    )


def sign(case: Case, task: Task) -> Any:
    """The head consents and the signed file arrives; the case does not know it yet."""
    decision.sign(task.pk, version=fresh(case).version, act="act", by=holder(task))
    permit = fresh(case).permit
    assert permit is not None
    file = files.store_bytes(PDF, name="izin.pdf", media_type="application/pdf", by=SYSTEM)
    permits.finish_signing(permit.pk, act=permit.act, file=file, level="B-B")
    return permit


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
