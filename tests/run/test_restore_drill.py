"""A backup brings the city back to the chosen moment: everything before it, nothing after it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from launcher.drill import Drill
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.models import Entry
from tests.serving import surroundings
from tests.world import COMMAND, World, metro, world

__all__ = ["metro", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="satupintu-test-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


def keep(text: bytes) -> Path:
    file = files.store_bytes(text, name="surat.txt", media_type="text/plain", by=COMMAND)
    return Path(settings.FILES_DIR) / file.path


@pytest.mark.requirement("PLB-7-4-i")
def test_the_city_comes_back_as_it_was_at_the_chosen_moment(
    world: World, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings(SATUPINTU_SANDBOX="1").items():
        monkeypatch.setenv(name, value)
    drill = Drill(os.environ["DATABASE_URL"], settings.DATA_DIR, place)

    with drill.backed_up():
        kept = keep(b"after the base backup, before the moment")
        journal.seal()
        rows = Entry.objects.count()
        drill.mark()
        keep(b"after the moment")
        assert Entry.objects.count() > rows

    with drill.restored() as address:
        report = drill.compare(address)
        assert report.proven, "\n".join(report.lines)
        with psycopg.connect(address) as link:
            assert link.execute("SELECT count(*) FROM journal_entry").fetchone() == (rows,)

        copy = drill.restored_data / "files" / kept.relative_to(settings.FILES_DIR)
        copy.write_bytes(b"damaged")
        damaged = drill.compare(address)
    assert not damaged.proven
    assert any("GAGAL" in line and "SHA-256" in line for line in damaged.lines)
