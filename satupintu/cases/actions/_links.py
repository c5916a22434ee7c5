"""Links by which heads of RT and RW answer a step without signing in."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.events import LinkGiven
from satupintu.cases.models import Case, Link, Task
from satupintu.journal import actions as journal
from satupintu.journal.events import By

VALID_FOR = timedelta(days=14)


def give(case: Case, task: Task, *, reminder: bool = False, by: By) -> None:
    """One link for everybody who may answer today; each is sent by a job of its own."""
    for account_id in sorted(access.endorsers(case, task)):
        link, is_new = Link.objects.get_or_create(
            task=task,
            account_id=account_id,
            reminder=reminder,
            defaults={"expires_at": timezone.now() + VALID_FOR},
        )
        if is_new:
            journal.record(
                LinkGiven(
                    subject=case.subject,
                    case_id=case.pk,
                    task_id=task.pk,
                    step=task.step,
                    link_id=link.pk,
                    account_id=account_id,
                ),
                by=by,
            )
