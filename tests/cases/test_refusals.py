"""Odd things that officers' pages may send are refused and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from satupintu.cases.actions import inspections, opinions, review
from satupintu.cases.models import Case, Task, Visit
from satupintu.permits import actions as permits
from tests.cases import desk
from tests.world import World


@pytest.fixture
def skp(world: World) -> Case:
    return desk.sent(world, "SKP-PENELITIAN")


@pytest.mark.parametrize(("attachment", "verdict"), [(0, "fits"), (1, "maybe"), (1, "")])
def test_a_verdict_on_nothing_or_with_an_unknown_word_is_refused(
    skp: Case, attachment: int, verdict: str
) -> None:
    task = skp.tasks.get(status="open")
    given = skp.attachments.filter(current=True).first()
    assert given is not None
    with pytest.raises(review.NotReady):
        review.judge(
            task.pk,
            attachment_id=given.pk if attachment else 0,
            verdict=verdict,
            by=desk.holder(task),
        )


def test_only_the_check_of_documents_judges_documents(skp: Case) -> None:
    task = desk.reach(skp, "rekomendasi")
    given = skp.attachments.filter(current=True).first()
    assert given is not None
    with pytest.raises(review.NotReady, match="bukan pemeriksaan"):
        review.judge(
            task.pk, attachment_id=given.pk, verdict="fix", reason="Buram", by=desk.holder(task)
        )


def test_an_opinion_is_asked_of_an_agency_that_exists(skp: Case) -> None:
    task = skp.tasks.get(status="open")
    with pytest.raises(opinions.OpinionIncomplete, match="Pilih instansi"):
        opinions.ask(
            task.pk, office="tidak-ada", question="Boleh?", shown=[], days=3, by=desk.holder(task)
        )


def test_a_decision_of_an_unknown_kind_and_a_name_without_end_are_refused(world: World) -> None:
    case = desk.sent(world, "SIP-PERAWAT")
    permit = desk.sign(case, desk.reach(case, "tanda_tangan"))
    by = world.by("kepala")
    with pytest.raises(permits.Incomplete, match="Pilih keputusan"):
        permits.draft_decision(permit.pk, kind="melt", reason="x", ground="y", by=by)
    clerk = desk.holder(Task(role="penyerahan", office=permit.office))
    with pytest.raises(permits.Incomplete, match="200"):
        permits.hand_over(
            permit.pk,
            to_name="S" * 201,
            relation="holder",
            proof="KTP",
            authority=None,
            by=clerk,
        )


def test_minutes_are_not_approved_before_the_day_of_the_visit(world: World) -> None:
    case = desk.sent(world, "REKLAME-TETAP", "bambang", scenario=1)
    task = desk.reach(case, "tinjau")
    by = desk.holder(task)
    plan: dict[str, Any] = {"place": "Di sana", "note": "", "members": [by.person], "by": by}
    now = timezone.now()
    visit = inspections.plan_visit(task.pk, planned_at=now + timedelta(days=1), **plan)
    found = {item["code"]: {"fits": True} for item in inspections.checklist(case, task)}
    inspections.record_findings(visit.pk, findings=found, by=by)
    inspections.write_minutes(
        visit.pk, conclusion="fits", text="Sesuai.", applicant_statement="", by=by
    )
    with pytest.raises(inspections.TooEarly, match="mulai hari kunjungan"):
        inspections.approve_minutes(visit.pk, revision=1, by=by)
    assert not visit.members.get().approved_at
    inspections.plan_visit(task.pk, planned_at=now, **plan)
    assert inspections.approve_minutes(visit.pk, revision=1, by=by).number
    with pytest.raises(inspections.InspectionIncomplete, match="sudah dilakukan"):
        inspections.plan_visit(task.pk, planned_at=now, **plan)


def test_a_visit_is_only_written_on_while_its_step_is_open(world: World) -> None:
    case = desk.sent(world, "REKLAME-TETAP", "bambang", scenario=1)
    task = desk.reach(case, "tinjau")
    by = desk.holder(task)
    visit = inspections.plan_visit(
        task.pk,
        planned_at=case.submitted_at,  # type: ignore[arg-type]
        place="Di sana",
        note="",
        members=[by.person],
        by=by,
    )
    with pytest.raises(inspections.InspectionIncomplete, match="belum ditulis"):
        inspections.approve_minutes(visit.pk, revision=1, by=by)
    Task.objects.filter(pk=task.pk).update(status="cancelled")
    found = {item["code"]: {"fits": True} for item in inspections.checklist(case, task)}
    with pytest.raises(Exception, match="sudah selesai"):
        inspections.record_findings(visit.pk, findings=found, by=by)
    assert Visit.objects.get().visited_at is None
