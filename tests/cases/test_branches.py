"""Steps side by side: what one of them waits for ends when another takes the case away."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from satupintu.cases.actions import review
from satupintu.cases.models import Case, Task
from satupintu.catalogue.models import Service, ServiceVersion
from tests.cases import desk
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """Two officers check the same documents at the same time."""
    service = Service.objects.select_related("current").get(code="SKP-PENELITIAN")
    assert service.current is not None
    definition: Any = deepcopy(service.current.definition)
    first, *rest = definition["process"]
    second = {**first, "step": "verifikasi_kedua"}
    definition["process"] = [{"parallel": [[first], [second]]}, *rest]
    service.current = ServiceVersion.objects.create(
        service=service,
        number=99,
        definition=definition,
        digest=uuid4().hex * 2,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    service.save()
    return desk.sent(world, service.code)


def ask(task: Task) -> None:
    review.ask_correction(
        task.pk,
        items=[{"kind": "field", "code": "judul", "reason": "Lengkapi judulnya."}],
        note="",
        version=desk.fresh(task.case).version,
        by=desk.holder(task),
    )


def test_the_applicant_is_asked_by_one_officer_at_a_time(case: Case) -> None:
    first, second = case.tasks.order_by("id")
    ask(first)
    with pytest.raises(review.NotReady, match="Tunggu jawabannya"):
        ask(second)


def test_a_refusal_ends_what_another_branch_asked_and_the_clock_goes_on(case: Case) -> None:
    first, second = case.tasks.order_by("id")
    ask(first)

    review.refuse(
        second.pk,
        reason="Tidak memenuhi syarat.",
        ground="Peraturan",
        version=desk.fresh(case).version,
        by=desk.holder(second),
    )

    assert not case.pauses.filter(ended_at=None).exists()
    assert not case.corrections.filter(answered_at=None).exists()
    assert desk.fresh(case).phase == "open"
