"""How heads of RT and RW are asked: by link, by a reminder, or on paper at the counter."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _engine, _links
from satupintu.cases.actions.review import NotReady, step_of
from satupintu.cases.events import (
    EndorsedOnPaper,
    EndorserReminded,
    LinkHasNoWay,
    LinkIssued,
    TaskForwarded,
)
from satupintu.cases.models import Case, Link, Task
from satupintu.cases.queries.endorsements import REMIND_DAYS
from satupintu.cases.queries.wording import OWN_POST
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import queries as people

PAPER_TYPES, PAPER_BYTES = ("pdf", "jpg", "png"), 10 * 1024 * 1024


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def issue_link(link_id: int) -> str:
    """The secret of a link, to be sent and nowhere kept; empty where it could not be used.

    A second try gives the same one: an SMS centre may drop the second of two equal messages.
    """
    link = Link.objects.select_for_update(no_key=True).get(pk=link_id)
    task = Task.objects.select_related("case__applicant").get(pk=link.task_id)
    if task.status != Task.Status.OPEN or link.account_id not in access.endorsers(task.case, task):
        return ""
    about: dict[str, Any] = {
        "subject": task.case.subject,
        "case_id": task.case_id,
        "task_id": task.pk,
        "step": task.step,
        "link_id": link.pk,
    }
    known = people.officer_contacts(link.account_id)
    if not known.phone and not known.email:
        journal.record(LinkHasNoWay(**about, account_id=link.account_id), by=SYSTEM)
        return ""
    token = _token(link)
    link.token_hash = digest(token)
    link.save(update_fields=["token_hash"])
    journal.record(LinkIssued(**about), by=SYSTEM)
    return token


@transaction.atomic
def remind(task_id: int) -> None:
    """After some working days without an answer, ask once more. Runs twice harmlessly."""
    case = _engine.lock(Task.objects.values_list("case_id", flat=True).get(pk=task_id))
    task = case.tasks.select_related("office").get(pk=task_id)
    if task.status != Task.Status.OPEN or task.reminded_at:
        return
    calendar = offices.calendar()
    waited = calendar.working_days_between(calendar.received_on(task.opened_at), offices.today())
    if waited < step_of(case, task).get("remind_days", REMIND_DAYS):
        return
    task.reminded_at = timezone.now()
    task.save(update_fields=["reminded_at"])
    event = EndorserReminded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step)
    journal.record(event, by=SYSTEM)
    _links.give(case, task, reminder=True, by=SYSTEM)


@transaction.atomic
def follow_post(task_id: int) -> None:
    """Ask whoever may answer today; pass over a post that nobody holds. Runs twice harmlessly.

    Only what stood empty for a whole day is passed over: a hand-over may take its hours.
    """
    case = _engine.lock(Task.objects.values_list("case_id", flat=True).get(pk=task_id))
    task = case.tasks.select_related("office").get(pk=task_id)
    if task.status != Task.Status.OPEN:
        return
    _links.give(case, task, by=SYSTEM)
    yesterday = offices.today() - timedelta(days=1)
    held = people.accounts_holding(role=task.role, office_id=task.office_id, on=yesterday)
    reason = _engine.why_passed(case, task)
    if reason == OWN_POST or (reason and not held.exists()):
        task.reason = reason
        _engine.pass_over(case, task)


def record_paper(task_id: int, *, stream: IO[bytes], name: str, version: int, by: By) -> Case:
    """The counter of the case's office records what RT or RW agreed to on paper."""
    task = Task.objects.select_related("case__applicant").get(pk=task_id)
    _recorder(by, task.case, task)
    _engine.require_open(task.case, task, version=version)
    stored = files.store(stream, name=name, accept=PAPER_TYPES, max_bytes=PAPER_BYTES, by=by)
    try:
        return _agree_on_paper(task_id, file_id=stored.pk, version=version, by=by)
    except Refused:
        files.remove(stored.pk, by=by)
        raise


@transaction.atomic
def _agree_on_paper(task_id: int, *, file_id: int, version: int, by: By) -> Case:
    case, task = _engine.lock_task(task_id, version=version)
    acting = _recorder(by, case, task)
    task.file_id = file_id
    _engine.move(case, task, "forward", by=acting)
    about: dict[str, Any] = {"subject": case.subject, "case_id": case.pk, "task_id": task.pk}
    journal.record(EndorsedOnPaper(**about, step=task.step, file_id=file_id), by=acting)
    journal.record(TaskForwarded(**about, step=task.step), by=acting)
    return case


def _recorder(by: By, case: Case, task: Task) -> By:
    post = access.counter_clerk(by, case.office_id)
    access.require_not_own(by, case)
    if not access.is_of_neighbourhood(task):
        raise NotReady(
            both(
                "Langkah ini tidak bisa dijawab di kertas.",
                "This step can not be answered on paper.",
            )
        )
    return access.in_post(by, post)


def _token(link: Link) -> str:
    said = f"link|{link.pk}|{link.given_at.isoformat()}".encode()
    secret = hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
    return base64.urlsafe_b64encode(secret[:16]).rstrip(b"=").decode()
