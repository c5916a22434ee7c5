"""Writing to the journal: recording what happens, and sealing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from satupintu.journal import merkle, notes, queries
from satupintu.journal.models import Checkpoint, Entry, Leaf, Log, Tile, Timestamp, Window
from satupintu.journal.queries.log import stored_tiles

if TYPE_CHECKING:
    from satupintu.journal.events import By, Event

# Two-number advisory locks: ours, and one for each thing that only one process may do at a time.
LOCKS = 0x6A75726E
SEALING = {Log.JOURNAL: 1, Log.PERMITS: 2}
APPENDING = {Log.PERMITS: 12}
LARGEST_EVENT = 32_000
# Of our own: inside a worker the program's own manager writes through a connection beside ours, so
# that a job would start before its change is there, and also when the change is taken back.
JOBS = JobManager(DjangoConnector())


def record(event: Event, *, by: By) -> Entry:
    """Write the event to the journal and queue the jobs that react to it.

    Both happen on the caller's database connection, so a rolled-back change leaves
    no trace and starts no job. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Record an event in the same transaction as its change."
        )
    fields = event.data()
    data = json.dumps(
        {name: value for name, value in fields.items() if name != "subject"},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    if len(data) > LARGEST_EVENT:
        raise ValueError(f"{event.name()} holds {len(data)} characters: events carry ids.")
    entry = Entry.objects.create(
        event=event.name(),
        subject=event.subject,
        account_id=by.account_id,
        post_id=by.post_id,
        office_id=by.office_id,
        door=by.door,
        request_id=by.request_id,
        data_json=data,
        happened_at=timezone.now(),
    )
    if jobs := import_string(settings.REACTIONS).get(type(event)):
        arguments = {"entry_id": entry.id, **fields}
        JOBS.batch_defer_jobs([job.configure(task_kwargs=arguments).job for job in jobs])
    return entry


@transaction.atomic
def append(log: str, data: bytes) -> int:
    """Put data at the end of a log and say where it stands; the sealer covers it soon after.

    Others who append wait until the caller's transaction ends: so there are no gaps, and
    nobody's place depends on a change that is taken back. The journal itself takes rows only.
    """
    _lock(APPENDING[Log(log)])
    last = Leaf.objects.filter(log=log).order_by("-sequence").first()
    leaf = Leaf.objects.create(log=log, sequence=last.sequence + 1 if last else 0, data=data)
    return leaf.sequence


@transaction.atomic
def seal(log: str = Log.JOURNAL, limit: int = 10_000) -> int:
    """Bring up to `limit` new leaves under a signed checkpoint and say how many they were.

    One process seals at a time; any other comes back at once with 0.
    """
    if not _free(SEALING[Log(log)]):
        return 0
    newest = queries.checkpoint(log)
    size = newest.size if newest else 0
    if log == Log.JOURNAL:
        _give_places(size, limit)
    hashes = [merkle.leaf_hash(data) for data in queries.leaves(log, size, size + limit)]
    if not hashes:
        return 0
    changed = merkle.extend(size, hashes, stored_tiles(log))
    Tile.objects.bulk_create(
        [
            Tile(log=log, level=level, index=index, hashes=tile)
            for (level, index), tile in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["log", "level", "index"],
        update_fields=["hashes"],
    )
    size += len(hashes)
    root = merkle.root(size, stored_tiles(log))
    Checkpoint.objects.create(
        log=log,
        size=size,
        root=root,
        note=notes.sign(log, size, root),
        created_at=timezone.now(),
    )
    return len(hashes)


@transaction.atomic
def keep_timestamp(checkpoint_id: int, token: bytes) -> None:
    """Keep the outside authority's token for a checkpoint; a second one changes nothing."""
    Timestamp.objects.get_or_create(
        checkpoint_id=checkpoint_id, defaults={"token": token, "created_at": timezone.now()}
    )


def _give_places(size: int, limit: int) -> None:
    """Give the next places of the log to committed rows that have none, never missing one.

    A row gets its id before its transaction commits, so a row with a lower id may show up after
    one with a higher id was sealed; "everything above the last sealed id" would skip it for ever.
    So every row without a leaf is taken, whatever its id; where to begin looking is decided as
    CREATE INDEX CONCURRENTLY decides that it may go on. An INSERT holds ROW EXCLUSIVE on the table
    from before its id is drawn until its transaction has ended and can be seen. Hence, once all who
    held that lock after `next_floor` was noted have let go, no row up to it can still appear, and
    the search may begin there. A writer that stays open only makes the search longer.
    """
    window, _ = Window.objects.get_or_create(log=Log.JOURNAL)
    with connection.cursor() as cursor:
        # Three statements, in this order: each sees what was committed before it began.
        cursor.execute("SELECT coalesce(max(id), 0) FROM journal_entry")
        (highest,) = cursor.fetchone() or (0,)
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'journal_entry'::regclass "
            "AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        writers = sorted({writer for (writer,) in cursor.fetchall()})
        cursor.execute(
            "INSERT INTO journal_leaf (log, sequence, entry_id) "
            "SELECT %s, %s + row_number() OVER (ORDER BY id) - 1, id FROM ("
            " SELECT e.id FROM journal_entry e WHERE e.id > %s"
            " AND NOT EXISTS (SELECT FROM journal_leaf l WHERE l.entry_id = e.id)"
            " ORDER BY e.id LIMIT %s) unsealed",
            [Log.JOURNAL, size, window.floor, limit],
        )
        taken = cursor.rowcount
    if taken == limit or set(writers) & set(window.writers):
        return
    before = (window.floor, window.next_floor, window.writers)
    # With nobody writing now, everything up to the highest row has been seen and placed.
    window.floor = window.next_floor if writers else highest
    window.next_floor, window.writers = highest, writers
    if before != (window.floor, window.next_floor, window.writers):
        window.save()


def _lock(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, number])


def _free(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, number])
        (free,) = cursor.fetchone() or (False,)
    return bool(free)
