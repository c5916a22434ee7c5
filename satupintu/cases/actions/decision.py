"""The decision on paper: draft, consent to sign, signature made, handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.actions.review import NotReady, ReasonMissing, step_of
from satupintu.cases.events import CaseSigned, DraftWritten, TaskForwarded, TaskOpened
from satupintu.cases.models import Case, Task
from satupintu.cases.queries import papers
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.offices import queries as offices
from satupintu.permits import actions as permits
from satupintu.permits import queries as issued
from satupintu.signing import actions as signing


@transaction.atomic
def write_draft(
    task_id: int, *, body: Mapping[str, Any], version: int | None = None, by: By
) -> Case:
    """Keep the drafter's {"conditions": [str], "note": str}; the rest comes from the case."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if task.kind != "draft":
        raise NotReady("Langkah ini bukan penyusunan naskah.")
    document = step_of(case, task).get("document", "permit")
    case.draft_body = {
        **case.draft_body,
        document: {
            "conditions": [line.strip() for line in body.get("conditions", []) if line.strip()],
            "note": str(body.get("note", "")).strip(),
        },
    }
    acting = access.in_post(by, post)
    _engine.touch(case, acting)
    journal.record(
        DraftWritten(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            document=document,
        ),
        by=acting,
    )
    return case


def consent(passphrase: str, *, documents: int, by: By) -> str:
    """Give the passphrase to the signer process, once. Returns the handle of this one act.

    Raises signing.WrongPassphrase after one try: more could lock the signer's token.
    """
    if not passphrase:
        raise ReasonMissing("Isi kata sandi tanda tangan", field="passphrase")
    if by.account_id is None:
        raise NotReady("Hanya orang yang bisa menandatangani.")
    return signing.open_act(by.account_id, passphrase, by=by, limit=documents)


@transaction.atomic
def sign(task_id: int, *, version: int, act: str, by: By) -> Case:
    """Consent to one document as it was shown; the signature itself is made outside, by a job."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if task.kind != "sign":
        raise NotReady("Langkah ini bukan penandatanganan.")
    assert by.account_id is not None  # access.worker refused everybody without an account
    document = step_of(case, task).get("document", "permit")
    acting = access.in_post(by, post)
    valid_from = offices.today()
    permit = permits.draw_up(
        kind=document,
        subject=case.subject,
        service_version=case.service_version,
        office=task.office,
        holder=case.applicant,
        data=papers.decision(
            case, document, office=task.office, signer=post, account_id=by.account_id
        ),
        place=papers.place(case),
        valid_from=valid_from,
        valid_until=papers.valid_until(case, valid_from) if document == "permit" else None,
        signer_id=by.account_id,
        signer_title=post.title,
        act=act,
        by=acting,
    )
    task.status, task.act = Task.Status.SIGNING, act
    task.done_by_id, task.done_post_id = by.account_id, post.post_id
    task.save()
    if document == "permit":
        case.permit = permit
    _engine.touch(case, acting)
    journal.record(
        CaseSigned(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            permit_id=permit.pk,
            document=document,
        ),
        by=acting,
    )
    return case


@transaction.atomic
def signature_made(case_id: int) -> None:
    """The signed file is there: the step is done. Runs twice harmlessly."""
    case = _engine.lock(case_id)
    task = case.tasks.filter(kind="sign", status=Task.Status.SIGNING).first()
    if task is None:
        return
    acting = By(task.done_by_id, "worker", task.done_post_id, case.office_id)
    _engine.move(case, task, "forward", by=acting)
    journal.record(
        TaskForwarded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=acting,
    )


@transaction.atomic
def signature_failed(case_id: int) -> None:
    """The signature could not be made: the task goes back to the signer's list."""
    case = _engine.lock(case_id)
    task = case.tasks.filter(kind="sign", status=Task.Status.SIGNING).first()
    if task is None:
        return
    task.status, task.act, task.done_by, task.done_post = Task.Status.OPEN, "", None, None
    task.save()
    _engine.touch(case, SYSTEM)
    journal.record(
        TaskOpened(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            round=task.round,
        ),
        by=SYSTEM,
    )


@transaction.atomic
def handed_over(case_id: int, *, by: By) -> None:
    """The permit reached its holder or proxy: the last step is done. Runs twice harmlessly."""
    case = _engine.lock(case_id)
    task = case.tasks.filter(kind="handover", status=Task.Status.OPEN).first()
    if task is None or case.permit is None or not issued.handovers(case.permit).exists():
        return
    _engine.move(case, task, "forward", by=by)
    journal.record(
        TaskForwarded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=by,
    )
