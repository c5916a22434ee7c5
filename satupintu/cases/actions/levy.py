"""Assessment and payment, as the case sees them; the money itself is kept by levies."""

from __future__ import annotations

from django.db import transaction

from satupintu.cases import access
from satupintu.cases.actions import _clock, _engine
from satupintu.cases.actions.review import NotReady
from satupintu.cases.events import LevyAssessed, TaskForwarded
from satupintu.cases.models import Case, Task
from satupintu.cases.queries import form
from satupintu.catalogue import queries as catalogue
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.levies import actions as levies
from satupintu.lib import tariff


@transaction.atomic
def assess(task_id: int, *, version: int, by: By) -> Case:
    """Set the levy by the service's tariff (SKRD). The amount is computed here, never typed.

    An earlier bill that is not paid is cancelled; there is none after it when nothing is owed now.
    """
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if task.kind != "assess" or case.definition["fee"]["kind"] != "levy":
        raise NotReady("Layanan ini tidak memungut retribusi.")
    acting = access.in_post(by, post)
    assessment = tariff.compute(case.definition["fee"]["tariff"], form.facts(case))
    if not assessment.total and case.bill is None:
        raise NotReady("Retribusinya Rp 0, jadi tidak perlu ketetapan. Lanjutkan permohonannya.")
    if case.bill:
        if case.bill.status == "paid":
            raise NotReady("Retribusi ini sudah dibayar, jadi tidak bisa ditetapkan ulang.")
        levies.cancel(case.bill.pk, reason="Ditetapkan ulang", by=acting)
        case.bill = None
    if not assessment.total:
        _engine.touch(case, acting)
        return case
    case.bill = levies.assess(
        applicant_id=case.applicant_id,
        office_id=case.office_id,
        subject=case.subject,
        assessment=assessment,
        due_days=case.definition["fee"].get("due_days", 30),
        title=catalogue.text(case.definition["name"], "id"),
        number_format=case.definition["documents"]["bill"]["number"],
        receipt_format=case.definition["documents"]["payment_receipt"]["number"],
        by=acting,
    )
    _engine.touch(case, acting)
    journal.record(
        LevyAssessed(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            bill_id=case.bill.pk,
        ),
        by=acting,
    )
    return case


@transaction.atomic
def accept_payment(case_id: int) -> None:
    """The bill was paid: the clock goes on and the next step opens. Runs twice harmlessly."""
    case = _engine.lock(case_id)
    task = case.tasks.filter(kind="pay", status=Task.Status.OPEN).first()
    if task is None:
        return
    _clock.resume(case, "payment", by=SYSTEM)
    _engine.move(case, task, "forward", by=SYSTEM)
    journal.record(
        TaskForwarded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=SYSTEM,
    )
