"""Jobs that fail are run again, and one case that can not be done holds up no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from satupintu.cases import tasks
from satupintu.cases.actions import decision
from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.notifications.models import Delivery, Notice
from satupintu.permits import tasks as permit_tasks
from satupintu.permits.models import Permit
from satupintu.reactions import REACTIONS
from tests.cases import desk
from tests.world import World


def test_every_reaction_is_tried_again_when_it_fails() -> None:
    without = {job.name for jobs in REACTIONS.values() for job in jobs if not job.retry_strategy}
    assert without == set()


def test_a_case_that_can_not_be_done_does_not_stop_the_others() -> None:
    done: list[int] = []

    def act(case_id: int) -> None:
        if case_id == 2:
            raise ValueError(case_id)
        done.append(case_id)

    with pytest.raises(tasks.SomeFailed, match="2"):
        tasks._each([1, 2, 3], act)
    assert done == [1, 3]


def test_a_document_that_can_not_be_made_at_all_goes_back_to_its_signer(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = desk.reach(case, "tanda_tangan")
    decision.sign(task.pk, version=desk.fresh(case).version, act="act", by=desk.holder(task))
    permit = Permit.objects.get()
    permit.data["files"] = {"photo.jpg": 999_999}  # a file that is gone
    permit.save()

    def run(attempts: int) -> None:
        context: Any = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
        permit_tasks.sign.func(context, permit_id=permit.pk)

    with pytest.raises(Exception, match="StoredFile"):
        run(0)
    run(permit_tasks.TRIES - 1)

    permit.refresh_from_db()
    assert permit.status == "unsigned"
    assert "gangguan" in permit.failure


def test_a_message_in_english_names_the_service_and_the_days_in_english(world: World) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    Case.objects.filter(pk=case.pk).update(language="en")
    due = case.due_date
    assert due is not None
    entry = Entry.objects.filter(event="cases.CaseSubmitted", subject=case.subject).latest("id")

    tasks.tell_applicant(entry_id=entry.pk, **entry.data)

    notice = Notice.objects.get(key=f"submitted:{entry.pk}")
    mail = Delivery.objects.get(notice=notice, channel="email").text
    assert "Nurse practice permit" in mail
    assert "Surat Izin" not in notice.title + notice.body + mail
    values = tasks._values(desk.fresh(case), language="en")
    assert values["due"] == f"{due.day} {due:%B} {due.year}"
    assert tasks._values(desk.fresh(case))["service"] == "Surat Izin Praktik Perawat (SIPP)"
