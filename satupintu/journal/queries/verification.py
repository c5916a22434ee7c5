"""Recomputes a log from its rows and says whether anything was changed, moved or removed."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from asn1crypto import cms, tsp
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from satupintu.journal import notes
from satupintu.journal.merkle import HASH, WIDTH, fold, leaf_hash, split
from satupintu.journal.models import Checkpoint, Entry, Leaf, Log, Tile, Window
from satupintu.journal.queries.log import LINE

WINDOW = 256 * WIDTH
MOST_PROBLEMS = 100


class Problem(NamedTuple):
    """What is wrong; `sequence` is the first leaf that it touches."""

    kind: str
    sequence: int
    entry_id: int | None
    message: str


@dataclass
class Report:
    """What was found. The log is whole when there are no problems."""

    log: str
    size: int = 0
    checkpoints: int = 0
    unsealed: int = 0
    stamped_size: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, sequence: int, message: str, entry_id: int | None = None) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(kind, sequence, entry_id, message))


def verify(
    log: str = Log.JOURNAL, progress: Callable[[int, int], None] = lambda done, size: None
) -> Report:
    """Checks every row, leaf, tile, checkpoint, signature and time stamp of a log."""
    with _one_moment():
        return _Verification(log, progress).run()


class _Verification:
    def __init__(self, log: str, progress: Callable[[int, int], None]) -> None:
        self.log = log
        self.progress = progress
        self.report = Report(log)
        self.key = notes.private_key().public_key()
        self.roots_hold = True
        # All hashes of level 1 and above; a 256th part of the leaves, so they fit into memory.
        self.levels: list[list[bytes]] = []
        # Leaves whose row and tile differ: the roots tell later which of the two was touched.
        self.doubtful: list[tuple[int, int | None]] = []
        self.heads = list(
            Checkpoint.objects.filter(log=log).select_related("timestamp").order_by("-size")
        )

    def run(self) -> Report:
        report = self.report
        report.checkpoints = len(self.heads)
        report.size = size = self.heads[0].size if self.heads else 0
        for low in range(0, size, WINDOW):
            self._window(low, min(low + WINDOW, size))
            self.progress(min(low + WINDOW, size), size)
        if self.roots_hold:
            self._higher_tiles()
        for sequence, entry_id in self.doubtful:
            if self.roots_hold:
                report.add("tile", sequence, "Ubin hash diubah; barisnya sendiri utuh.", entry_id)
            else:
                report.add(
                    "row", sequence, "Baris berubah atau berpindah sesudah disegel.", entry_id
                )
        if self.log == Log.JOURNAL:
            self._outside(size)
        report.problems.sort(key=lambda problem: problem.sequence)
        return report

    def _window(self, low: int, high: int) -> None:
        entry_ids, found = self._hashes(low, high)
        stored = _tiles(self.log, 0, low // WIDTH, (high - 1) // WIDTH + 1)
        for start in range(low, high, WIDTH):
            end = min(start + WIDTH, high)
            row = found[start - low : end - low]
            tile = stored.get(start // WIDTH, b"")[: (end - start) * HASH]
            if len(tile) != (end - start) * HASH:
                self.report.add("tile", start, f"Ubin hash {start // WIDTH} hilang atau terpotong.")
                tile = b"".join(one or bytes(HASH) for one in row)
            # b"" marks a row that is gone (already reported); its tile's hash stands in for it.
            if b"".join(row) != tile:
                for place, sealed in enumerate(split(tile)):
                    if not row[place]:
                        row[place] = sealed
                    elif row[place] != sealed:
                        self.doubtful.append((start + place, entry_ids.get(start + place)))
            self._heads(start, row)

    def _hashes(self, low: int, high: int) -> tuple[dict[int, int], list[bytes]]:
        """Each leaf's journal row, and its hash computed anew (b"" when it can not be)."""
        if self.log != Log.JOURNAL:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sequence, data FROM journal_leaf "
                    "WHERE log = %s AND sequence >= %s AND sequence < %s",
                    [self.log, low, high],
                )
                data = {sequence: leaf_hash(bytes(data)) for sequence, data in cursor.fetchall()}
            return {}, [data.get(n) or self._gap(n) for n in range(low, high)]
        entry_ids = _places(self.log, low, high)
        hashes = _rows(min(entry_ids.values()), max(entry_ids.values())) if entry_ids else {}
        try:
            return entry_ids, [hashes[entry_ids[n]] for n in range(low, high)]
        except KeyError:
            return entry_ids, [
                (hashes.get(entry_ids[n]) or self._gone(n, entry_ids[n]))
                if n in entry_ids
                else self._gap(n)
                for n in range(low, high)
            ]

    def _gap(self, sequence: int) -> bytes:
        self.report.add("leaf", sequence, "Daun hilang dari log.")
        return b""

    def _gone(self, sequence: int, entry_id: int) -> bytes:
        self.report.add("removed", sequence, "Baris jurnal dihapus sesudah disegel.", entry_id)
        return b""

    def _heads(self, start: int, row: list[bytes]) -> None:
        """Checks the checkpoints that end within this tile, then folds it into the levels above."""
        while self.heads and self.heads[-1].size <= start + len(row):
            head = self.heads.pop()
            self._head(head, self._root(row[: head.size - start]))
        if len(row) < WIDTH:
            return
        carried = fold(row)
        for level in self.levels:
            level.append(carried)
            if len(level) % WIDTH:
                return
            carried = fold(level[-WIDTH:])
        self.levels.append([carried])

    def _root(self, row: list[bytes]) -> bytes:
        carried = [fold(row)] if row else []
        for level in self.levels:
            items = level[len(level) - len(level) % WIDTH :] + carried
            carried = [fold(items)] if items else []
        return carried[0] if carried else fold([])

    def _head(self, head: Checkpoint, computed: bytes) -> None:
        said = notes.read(head.note)
        last = head.size - 1
        if not notes.is_signed(head.note, self.key):
            self.report.add("signature", last, f"Tanda tangan segel {head.size} palsu.")
        elif (said.size, said.root) != (head.size, bytes(head.root)):
            self.report.add("signature", last, f"Segel {head.size} tidak sama dengan catatannya.")
        if said.root != computed and self.roots_hold:
            # Once one root differs all later ones do.
            self.roots_hold = False
            self.report.add("root", last, f"Akar pohon berbeda mulai segel {head.size}.")
        if hasattr(head, "timestamp"):
            if _stamped_digest(head.timestamp.token) == sha256(head.note.encode()).digest():
                self.report.stamped_size = head.size
            else:
                self.report.add("timestamp", last, f"Stempel waktu segel {head.size} tidak cocok.")

    def _higher_tiles(self) -> None:
        for above, level in enumerate(self.levels, start=1):
            for index, tile in _tiles(self.log, above, 0, len(level) // WIDTH + 1).items():
                part = level[index * WIDTH : (index + 1) * WIDTH]
                if tile != b"".join(part):
                    first = index * WIDTH ** (above + 1)
                    self.report.add("tile", first, f"Ubin hash {above}/{index} diubah.")

    def _outside(self, size: int) -> None:
        """Rows that no leaf holds: the newest wait for the sealer, an old one was smuggled in."""
        floor = Window.objects.filter(log=self.log).values_list("floor", flat=True).first() or 0
        leaves = Leaf.objects.filter(entry_id=OuterRef("id"))
        unsealed = list(Entry.objects.filter(~Exists(leaves)).values_list("id", flat=True))
        self.report.unsealed = len(unsealed)
        for entry_id in sorted(one for one in unsealed if one <= floor):
            message = "Baris ini disisipkan di belakang segel."
            self.report.add("outside", size, message, entry_id)


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """All reads see the same moment, whatever is written meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _places(log: str, low: int, high: int) -> dict[int, int]:
    """The journal row of each leaf."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(int8send(sequence), ''::bytea ORDER BY sequence), "
            "string_agg(int8send(entry_id), ''::bytea ORDER BY sequence) FROM journal_leaf "
            "WHERE log = %s AND sequence >= %s AND sequence < %s AND entry_id IS NOT NULL",
            [log, low, high],
        )
        columns = [array("q", bytes(column or b"")) for column in cursor.fetchone() or ()]
    for column in columns:
        column.byteswap()
    return dict(zip(*columns, strict=True))


def _rows(first: int, last: int) -> dict[int, bytes]:
    """The leaf hash of every journal row in this range of ids.

    The server joins many lines into one field: a call of Python costs more than hashing a row.
    """
    query = f"""
        COPY (
            SELECT lines FROM generate_series(%s, %s, 256) low, LATERAL (
                SELECT string_agg({LINE}, E'\\n') FROM journal_entry e
                WHERE e.id BETWEEN low AND least(low + 255, %s)
            ) block (lines) WHERE lines IS NOT NULL
        ) TO STDOUT (FORMAT BINARY)
    """  # noqa: S608
    hashes: dict[int, bytes] = {}
    with connection.cursor() as cursor, cursor.copy(query, [first, last, last]) as copy:
        copy.set_types(["bytea"])
        for (block,) in copy.rows():
            lines = block.split(b"\n")
            hashes.update(
                [
                    (int(line[6 : line.index(b",")]), sha256(b"\x00" + line).digest())
                    for line in lines
                ]
            )
    return hashes


def _tiles(log: str, level: int, first: int, end: int) -> dict[int, bytes]:
    rows = Tile.objects.filter(log=log, level=level, index__gte=first, index__lt=end)
    return {index: bytes(hashes) for index, hashes in rows.values_list("index", "hashes")}


def _stamped_digest(token: Any) -> bytes:
    """The digest that a time-stamp token (RFC 3161) speaks of; b"" when it is none."""
    try:
        signed = cms.ContentInfo.load(bytes(token))["content"]["encap_content_info"]
        info: tsp.TSTInfo = signed["content"].parsed
        return bytes(info["message_imprint"]["hashed_message"].native)
    except (ValueError, KeyError, TypeError, AttributeError):
        return b""
