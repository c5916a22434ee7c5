"""The demonstration can play every step that a pack of ours has."""

from __future__ import annotations

from pathlib import Path

import pytest

from satupintu import workflow
from satupintu.catalogue.queries import examined
from satupintu.site import demo
from tests.world import ROOT

PACKS = sorted(path.parent for path in (ROOT / "packs").glob("*/city.yaml"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_kind_of_step_of_the_pack_has_its_player(folder: Path) -> None:
    pack, _ = examined(folder)
    kinds = {
        step["kind"]
        for definition in pack.definitions()
        for part in ("process", "refusal")
        for step in workflow.steps({"main": definition[part]})
    }
    assert len(kinds) > 3
    assert [kind for kind in kinds if not hasattr(demo._Player, f"_{kind}")] == []
