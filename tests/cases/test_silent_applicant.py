"""An applicant who never answers does not keep a case open for ever."""

from __future__ import annotations

import pytest

from satupintu.cases import queries
from satupintu.cases.actions import review
from satupintu.site import demo
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_that_waits_for_its_applicant_can_be_refused(world: World) -> None:
    row = {"service": "SKP-PENELITIAN", "scenario": 0, "reach": "waiting:verifikasi", "age": 0}
    case = demo.play(row, world.applicants["siti"])
    task = queries.now_at(case)[0]
    assert (task.status, case.phase) == ("waiting", "waiting")
    by = world.by("verifikator-1")

    page = world.desk("verifikator-1").get(f"/berkas/{case.number}/")
    assert "Usulkan penolakan" in page.content.decode()
    review.refuse(
        task.pk,
        reason="Pemohon tidak memperbaiki berkasnya.",
        ground="Pasal 5",
        version=case.version,
        by=by,
    )

    case = queries.by_id(case.pk)
    assert [task.step for task in queries.now_at(case)] == ["konsep_penolakan"]
    assert not queries.running_pauses(case)
    assert queries.corrections(case)[0].answered_at is not None
