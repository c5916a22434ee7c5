"""Writes a sealed log as plain files that verifier/verify.py checks without this program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from satupintu.journal import merkle, queries
from satupintu.journal.models import Log

BATCH = 64 * merkle.WIDTH


class Command(BaseCommand):
    help = "Menulis jurnal yang sudah disegel ke sebuah folder untuk auditor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="folder baru")
        parser.add_argument("--log", choices=Log.values, default=Log.JOURNAL.value)

    def handle(self, *args: Any, folder: Path, log: str, **options: Any) -> None:
        newest = queries.checkpoint(log)
        if newest is None:
            raise CommandError(f"Log {log} belum pernah disegel.")
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            raise CommandError(f"Folder {folder} sudah ada. Pilih folder baru.") from error
        # Read in steps without one long transaction: what a checkpoint covers never changes.
        self._leaves(folder, log, newest.size)
        self._tiles(folder, log, newest.size)
        self._stamps(folder, log, newest.size)
        (folder / "checkpoint").write_text(newest.note)
        self.stdout.write(
            f"{newest.size} daun ditulis ke {folder}. Periksa dengan:\n"
            f"  python verifier/verify.py {folder} --key '{queries.verifier_key(log)}'"
        )

    def _leaves(self, folder: Path, log: str, size: int) -> None:
        """Journal rows as they were hashed; other logs hold any bytes, so hexadecimal."""
        name = "entries.jsonl" if log == Log.JOURNAL else "entries.hex"
        with (folder / name).open("wb") as file:
            for low in range(0, size, BATCH):
                for data in queries.leaves(log, low, min(low + BATCH, size)):
                    file.write((data if log == Log.JOURNAL else data.hex().encode()) + b"\n")

    def _tiles(self, folder: Path, log: str, size: int) -> None:
        level = 0
        while size:
            for index in range((size - 1) // merkle.WIDTH + 1):
                width = min(merkle.WIDTH, size - index * merkle.WIDTH)
                path = folder / merkle.tile_path(level, index, width)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(queries.tile(log, level, index, width) or b"")
            size //= merkle.WIDTH
            level += 1

    def _stamps(self, folder: Path, log: str, size: int) -> None:
        """Each time-stamped checkpoint and its token, which `openssl ts -verify` checks."""
        stamps = folder / "timestamps"
        stamps.mkdir()
        for stamp in queries.stamps(log, size):
            (stamps / f"{stamp.checkpoint.size}.checkpoint").write_text(stamp.checkpoint.note)
            (stamps / f"{stamp.checkpoint.size}.token").write_bytes(bytes(stamp.token))
