"""Every committed row gets exactly one place in the log, whoever writes or fails meanwhile."""

from __future__ import annotations

import base64
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection, connections, transaction

from satupintu.journal import actions, merkle, notes, queries, tasks
from satupintu.journal.events import SYSTEM
from satupintu.journal.models import Checkpoint, Entry, Leaf, Log, Tile, Window
from tests.journal import Noted, note

pytestmark = pytest.mark.django_db(transaction=True)


def sealed_ids() -> list[int | None]:
    leaves = Leaf.objects.filter(log=Log.JOURNAL).order_by("sequence")
    return list(leaves.values_list("entry_id", flat=True))


@contextmanager
def other_session() -> Iterator[ThreadPoolExecutor]:
    """One thread with its own connection."""
    with ThreadPoolExecutor(1) as session:
        yield session
        session.submit(connections.close_all).result()


def test_rows_come_under_a_signed_checkpoint() -> None:
    rows = note(300)
    assert actions.seal() == 300
    assert sealed_ids() == [row.id for row in rows]
    newest = queries.checkpoint()
    assert newest is not None
    origin, size, root = newest.note.split("\n")[:3]
    assert (origin, size) == ("kota.example/jurnal/journal", "300")
    assert base64.b64decode(root) == bytes(newest.root)
    assert notes.is_signed(newest.note, notes.private_key().public_key())
    assert not notes.is_signed(
        newest.note.replace("300", "301", 1), notes.private_key().public_key()
    )


def test_the_line_that_is_hashed_never_changes_its_form() -> None:
    with transaction.atomic():
        actions.record(Noted(subject="case:1", number='"Ω\\\n'), by=SYSTEM)
    Entry.objects.get()
    actions.seal()
    [line] = queries.leaves(Log.JOURNAL, 0, 1)
    row = Entry.objects.get()
    at = row.happened_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert line.decode() == (
        f'{{"id":{row.id},"event":"journal.Noted","subject":"case:1","account_id":null,'
        '"post_id":null,"office_id":null,"door":"worker","request_id":"",'
        f'"data":{{"number":"\\"Ω\\\\\\n"}},"happened_at":"{at}"}}'
    )


def test_sealing_twice_changes_nothing() -> None:
    note(3)
    assert actions.seal() == 3
    assert actions.seal() == 0
    assert Checkpoint.objects.count() == 1


def test_a_log_grows_over_many_tiles_in_batches() -> None:
    note(600)
    while actions.seal(limit=130):
        pass
    newest = queries.checkpoint()
    assert newest is not None
    hashes = [merkle.leaf_hash(data) for data in queries.leaves(Log.JOURNAL, 0, 600)]
    assert bytes(newest.root) == merkle.fold([merkle.fold(hashes[:512]), merkle.fold(hashes[512:])])
    assert len(queries.tile("journal", 0, 1) or b"") == 256 * 32
    assert queries.tile("journal", 0, 2) is None
    assert queries.tile("journal", 0, 2, 88) == b"".join(hashes[512:])
    assert Tile.objects.count() == 4
    assert not queries.verify().problems


def test_a_slow_writer_with_a_lower_id_is_never_skipped() -> None:
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> int:
        with transaction.atomic():
            entry = actions.record(Noted(subject="case:0", number="slow"), by=SYSTEM)
            written.set()
            go_on.wait(20)
        return entry.id

    with other_session() as session:
        slow = session.submit(slowly)
        assert written.wait(20)
        quick = []
        for _ in range(4):  # time passes and others are sealed
            quick += [row.id for row in note(2)]
            actions.seal()
        assert sealed_ids() == quick
        go_on.set()
        slow_id = slow.result()
        assert slow_id < quick[0]
        actions.seal()
    assert sealed_ids() == [*quick, slow_id]
    assert not queries.verify().problems


def test_the_search_for_unsealed_rows_moves_on_past_what_can_no_longer_appear() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        note(5)
        _ = 1 / 0  # five ids that will never be seen
    highest = note(3)[-1].id
    actions.seal()
    assert Window.objects.get().floor == highest


def test_many_writers_failures_and_sealers_leave_no_row_out() -> None:
    done = threading.Event()

    def write(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        for _ in range(25):
            try:
                with transaction.atomic():
                    note(dice.randrange(1, 4), prefix=str(seed))
                    if dice.random() < 0.3:
                        with connection.cursor() as cursor:
                            cursor.execute("SELECT pg_sleep(%s)", [dice.random() * 0.05])
                    if dice.random() < 0.2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        connections.close_all()

    def keep_sealing() -> None:
        while not done.is_set():
            actions.seal(limit=7)
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        sealers = [pool.submit(keep_sealing) for _ in range(2)]
        for writer in [pool.submit(write, seed) for seed in range(5)]:
            writer.result()
        done.set()
        for sealer in sealers:
            sealer.result()
    while actions.seal():
        pass
    assert sorted(filter(None, sealed_ids())) == list(
        Entry.objects.order_by("id").values_list("id", flat=True)
    )
    report = queries.verify()
    assert not report.problems
    assert report.checkpoints > 5


def test_only_one_sealer_works_at_a_time() -> None:
    note(4)
    with other_session() as session, transaction.atomic():
        assert actions.seal() == 4
        assert session.submit(actions.seal).result() == 0
    assert actions.seal() == 0
    assert not queries.verify().problems


def test_a_sealer_that_is_killed_leaves_nothing_half_done() -> None:
    rows = note(4)
    sealed, died = threading.Event(), threading.Event()

    def seal_and_die() -> None:
        with transaction.atomic():
            actions.seal()
            sealed.set()
            died.wait(20)
            Entry.objects.count()

    with connection.cursor() as cursor, other_session() as session:
        work = session.submit(seal_and_die)
        assert sealed.wait(20)
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks "
            "WHERE locktype = 'advisory' AND classid = %s AND pid <> pg_backend_pid()",
            [actions.LOCKS],
        )
        died.set()
        with pytest.raises(OperationalError):
            work.result()
    assert not Leaf.objects.exists()
    assert not Tile.objects.exists()
    assert actions.seal() == 4
    assert sealed_ids() == [row.id for row in rows]


def test_the_public_log_gives_places_at_once_and_without_gaps() -> None:
    assert [actions.append(Log.PERMITS, b"one"), actions.append(Log.PERMITS, b"two")] == [0, 1]
    with suppress(ZeroDivisionError), transaction.atomic():
        actions.append(Log.PERMITS, b"never")
        _ = 1 / 0
    assert actions.append(Log.PERMITS, b"three") == 2
    assert queries.proof(Log.PERMITS, 1) is None
    assert actions.seal(Log.PERMITS) == 3
    proof = queries.proof(Log.PERMITS, 1)
    assert proof is not None
    head, _, checkpoint = proof.partition("\n\n")
    kind, index, *path = head.split("\n")
    assert (kind, index) == ("c2sp.org/tlog-proof@v1", "index 1")
    steps = [base64.b64decode(step) for step in path]
    root = merkle.root_by_inclusion(merkle.leaf_hash(b"two"), 1, 3, steps)
    assert root == notes.read(checkpoint).root
    assert queries.bundle(Log.PERMITS, 0, 3) == b"\0\3one\0\3two\0\5three"
    assert not queries.verify(Log.PERMITS).problems
    with pytest.raises(KeyError):
        actions.append(Log.JOURNAL, b"the journal takes rows only")


def test_two_who_append_at_once_wait_for_each_other() -> None:
    with other_session() as session:
        with transaction.atomic():
            assert actions.append(Log.PERMITS, b"first") == 0
            other = session.submit(actions.append, Log.PERMITS, b"second")
        assert other.result() == 1


def test_the_periodic_job_seals_both_logs() -> None:
    note(2)
    actions.append(Log.PERMITS, b"one")
    tasks.seal(0)
    assert {c.log: c.size for c in Checkpoint.objects.all()} == {"journal": 2, "permits": 1}
