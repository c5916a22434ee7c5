"""Whoever has all rights on the server still can not touch a sealed row unseen."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from satupintu.journal import actions, merkle, notes, queries
from satupintu.journal.models import Checkpoint, Leaf, Log, Tile
from satupintu.journal.queries.log import stored_tiles
from tests.journal import as_superuser, note

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 700
BAD = 400


@pytest.fixture
def entry_id() -> int:
    """The row at place 400 of a sealed log of 700."""
    rows = note(ROWS)
    while actions.seal(limit=300):
        pass
    assert not queries.verify().problems
    return rows[BAD].id


def found(log: str = Log.JOURNAL) -> list[tuple[str, int]]:
    return [(problem.kind, problem.sequence) for problem in queries.verify(log).problems]


@pytest.mark.parametrize(
    "change",
    [
        "data = replace(data, 'n-400', 'n-401')",
        "subject = 'case:9'",
        "account_id = account_id + 1",
        "account_id = NULL",
        "happened_at = happened_at + interval '1 microsecond'",
        "door = 'api'",
    ],
)
def test_a_changed_row_is_found(entry_id: int, change: str) -> None:
    as_superuser(f"UPDATE journal_entry SET {change} WHERE id = %s", entry_id)  # noqa: S608
    assert found() == [("row", BAD), ("root", 599)]


def test_a_row_that_could_imitate_the_line_of_another_is_found(entry_id: int) -> None:
    """Text moved from one column to the next gives the same line, were it not refused."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE journal_entry DROP CONSTRAINT entry_plain_text")
        as_superuser('UPDATE journal_entry SET door = \'web","x":"\' WHERE id = %s', entry_id)
        assert found() == [("row", BAD), ("root", 599)]
        transaction.set_rollback(True)


def test_a_removed_row_is_found(entry_id: int) -> None:
    as_superuser("DELETE FROM journal_entry WHERE id = %s", entry_id)
    assert found() == [("removed", BAD)]


def test_a_removed_row_and_leaf_are_found(entry_id: int) -> None:
    as_superuser("DELETE FROM journal_entry WHERE id = %s", entry_id)
    as_superuser("DELETE FROM journal_leaf WHERE entry_id = %s", entry_id)
    assert found() == [("leaf", BAD)]


def test_rows_cut_off_at_the_end_are_found(entry_id: int) -> None:
    as_superuser("DELETE FROM journal_leaf WHERE sequence >= 690")
    assert found() == [("leaf", n) for n in range(690, 700)] + [("outside", ROWS)] * 10


def test_rows_that_changed_places_are_found(entry_id: int) -> None:
    first, last = (Leaf.objects.get(log="journal", sequence=n).entry_id for n in (10, BAD))
    as_superuser("UPDATE journal_leaf SET entry_id = -1 WHERE sequence = 10")
    as_superuser("UPDATE journal_leaf SET entry_id = %s WHERE sequence = %s", first, BAD)
    as_superuser("UPDATE journal_leaf SET entry_id = %s WHERE sequence = 10", last)
    assert ("row", 10) in found()
    assert ("row", BAD) in found()


def test_a_row_smuggled_in_behind_the_seal_is_found(entry_id: int) -> None:
    as_superuser("UPDATE journal_entry SET id = -id WHERE id = %s", entry_id)
    assert ("removed", BAD) in found()
    assert ("outside", ROWS) in found()


@pytest.mark.parametrize("level", [0, 1])
def test_a_changed_tile_is_told_apart_from_a_changed_row(entry_id: int, level: int) -> None:
    tile = Tile.objects.get(log="journal", level=level, index=0)
    as_superuser(
        "UPDATE journal_tile SET hashes = %s WHERE level = %s AND index = 0",
        bytes(32) + bytes(tile.hashes)[32:],
        level,
    )
    assert found() == [("tile", 0)]


def test_a_log_rewritten_with_new_tiles_does_not_match_what_was_signed(entry_id: int) -> None:
    as_superuser("UPDATE journal_entry SET data = '{}' WHERE id = %s", entry_id)
    hashes = [merkle.leaf_hash(data) for data in queries.leaves(Log.JOURNAL, 0, ROWS)]
    for (level, index), tile in merkle.extend(0, hashes, stored_tiles(Log.JOURNAL)).items():
        as_superuser(
            "UPDATE journal_tile SET hashes = %s WHERE level = %s AND index = %s",
            tile, level, index,
        )  # fmt: skip
    assert found() == [("root", 599)]
    root = merkle.root(ROWS, stored_tiles(Log.JOURNAL))
    note = Checkpoint.objects.get(size=ROWS).note
    forged = notes.sign(Log.JOURNAL, ROWS, root).split("\n\n")[0] + "\n\n" + note.split("\n\n")[1]
    as_superuser(
        "UPDATE journal_checkpoint SET root = %s, note = %s WHERE size = %s", root, forged, ROWS
    )
    assert found() == [("root", 599), ("signature", ROWS - 1)]


def test_changed_data_of_the_public_log_is_found() -> None:
    for number in range(5):
        actions.append(Log.PERMITS, sha256(bytes([number])).digest())
    actions.seal(Log.PERMITS)
    as_superuser("UPDATE journal_leaf SET data = %s WHERE sequence = 3", b"forged")
    assert found(Log.PERMITS) == [("row", 3), ("root", 4)]


def test_the_command_says_what_is_broken_and_fails(entry_id: int) -> None:
    out = io.StringIO()
    call_command("verify_journal", stdout=out)
    assert "Utuh: tidak ada yang diubah atau dihapus." in out.getvalue()
    as_superuser("UPDATE journal_entry SET door = 'api' WHERE id = %s", entry_id)
    out = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("verify_journal", "--log", "journal", stdout=out)
    assert stop.value.code == 1
    assert f"RUSAK pada urutan 400, baris jurnal {entry_id}" in out.getvalue()
