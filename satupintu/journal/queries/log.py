"""The sealed logs: checkpoints, tiles and proofs, byte for byte as C2SP describes them."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from django.db import connection

from satupintu.journal import merkle, notes
from satupintu.journal.models import Checkpoint, Entry, Leaf, Log, Tile, Timestamp, Window

# The leaf of a journal row: its one line of JSON, the same on every server and in every year.
# The four texts can hold nothing that needs escaping (entry_plain_text), so the line says where
# each of them ends; a row that was forced past that constraint gets a line that was never sealed.
# Joined with ||, which takes PostgreSQL half the time of concat().
LINE = """
coalesce(
    CASE WHEN strpos(e.event || e.subject || e.door || e.request_id, '"') = 0 THEN
        '{"id":' || e.id || ',"event":"' || e.event || '","subject":"' || e.subject
        || '","account_id":' || coalesce(e.account_id::text, 'null')
        || ',"post_id":' || coalesce(e.post_id::text, 'null')
        || ',"office_id":' || coalesce(e.office_id::text, 'null')
        || ',"door":"' || e.door || '","request_id":"' || e.request_id
        || '","data":' || e.data::text || ',"happened_at":"'
        || to_char(e.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}'
    END,
    '{"id":' || e.id || ',"unreadable":true}'
)
"""


def verifier_key(log: str = Log.JOURNAL) -> str:
    """The public key that checkpoints of this log are checked with, in the form name+id+key."""
    return notes.verifier_key(log)


def checkpoint(log: str = Log.JOURNAL) -> Checkpoint | None:
    """The newest checkpoint."""
    found = Checkpoint.objects.filter(log=log).select_related("timestamp")
    return found.order_by("-size").first()


def unsealed() -> int:
    """How many rows have no place in the log yet; the sealer gives them one within seconds."""
    floor = Window.objects.filter(log=Log.JOURNAL).values_list("floor", flat=True).first()
    return Entry.objects.filter(pk__gt=floor or 0, leaf__isnull=True).count()


def unstamped(log: str, since: datetime) -> Checkpoint | None:
    """The newest checkpoint, if no checkpoint of this log got its time stamp since then."""
    stamped = Checkpoint.objects.filter(log=log, timestamp__created_at__gte=since)
    newest = checkpoint(log)
    return None if newest is None or hasattr(newest, "timestamp") or stamped.exists() else newest


def stamps(log: str, size: int) -> list[Timestamp]:
    """The time stamps on checkpoints up to this size."""
    found = Timestamp.objects.filter(checkpoint__log=log, checkpoint__size__lte=size)
    return list(found.select_related("checkpoint").order_by("checkpoint__size"))


def tile(log: str, level: int, index: int, width: int = merkle.WIDTH) -> bytes | None:
    """The first `width` hashes of a tile, None while it does not have as many."""
    wanted = width * merkle.HASH
    found = Tile.objects.filter(log=log, level=level, index=index).values_list("hashes", flat=True)
    hashes = bytes(found[0])[:wanted] if found else b""
    return hashes if len(hashes) == wanted else None


def bundle(log: str, index: int, width: int = merkle.WIDTH) -> bytes | None:
    """The leaf data of a level 0 tile, each with its length in two bytes before it."""
    low = index * merkle.WIDTH
    newest = checkpoint(log)
    if newest is None or low + width > newest.size:
        return None
    return b"".join(len(data).to_bytes(2, "big") + data for data in leaves(log, low, low + width))


def leaves(log: str, low: int, high: int) -> list[bytes]:
    """The data of the leaves low..high in the order of the log."""
    if log != Log.JOURNAL:
        rows = Leaf.objects.filter(log=log, sequence__gte=low, sequence__lt=high)
        return [
            bytes(data or b"") for data in rows.order_by("sequence").values_list("data", flat=True)
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LINE} FROM journal_leaf l JOIN journal_entry e ON e.id = l.entry_id "  # noqa: S608
            "WHERE l.log = %s AND l.sequence >= %s AND l.sequence < %s ORDER BY l.sequence",
            [log, low, high],
        )
        return [line.encode() for (line,) in cursor.fetchall()]


def sequence_of(entry_id: int) -> int | None:
    """Where a journal row stands in the log, None while it is not sealed."""
    return Leaf.objects.filter(entry_id=entry_id).values_list("sequence", flat=True).first()


def inclusion_proof(sequence: int, size: int, log: str = Log.JOURNAL) -> list[bytes]:
    """Raises ValueError when the leaf is not among the first `size`."""
    return merkle.inclusion(sequence, size, stored_tiles(log))


def proof(log: str, sequence: int) -> str | None:
    """A C2SP tlog-proof that this leaf is in the newest checkpoint; None while it is not sealed."""
    newest = checkpoint(log)
    if newest is None or sequence >= newest.size:
        return None
    path = inclusion_proof(sequence, newest.size, log)
    lines = ["c2sp.org/tlog-proof@v1", f"index {sequence}"]
    lines += [b64encode(step).decode() for step in path]
    return "\n".join(lines) + f"\n\n{newest.note}"


def stored_tiles(log: str) -> merkle.Tiles:
    """Reads each tile once."""
    kept: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        if (level, index) not in kept:
            row = Tile.objects.get(log=log, level=level, index=index)
            kept[level, index] = bytes(row.hashes)
        return kept[level, index]

    return read
