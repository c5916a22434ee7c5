"""Whatever anybody does in whatever order, an application is where a small model says it is."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from satupintu.site import demo
from tests.faults.life import APPLICATION, Life
from tests.world import World, world

__all__ = ["world"]

EXAMPLES = int(os.environ.get("LIVES", "6"))


@pytest.mark.django_db
def test_an_application_never_leaves_the_model(world: World) -> None:
    class Played(Life):
        sent = demo.send(APPLICATION, world.applicants["siti"])

    run_state_machine_as_test(
        Played,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            derandomize="LIVES" not in os.environ,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a life of forty steps is read faster than it is shortened
            suppress_health_check=list(HealthCheck),
        ),
    )
