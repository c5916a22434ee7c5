from __future__ import annotations

from typing import Any

import pytest

from tests.world import metro, world

__all__ = ["metro", "world"]


@pytest.fixture(autouse=True)
def _own_reactions_and_key(settings: Any, tmp_path: Any) -> None:
    settings.REACTIONS = "tests.journal.REACTIONS"
    settings.DATA_DIR = tmp_path
    settings.JOURNAL_ORIGIN = "kota.example/jurnal"
