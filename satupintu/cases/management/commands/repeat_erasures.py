"""After a restore: erase again what a journal says was erased. Running it again does nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.cases.actions import retention
from satupintu.cases.events import CaseErased
from satupintu.files import actions as files
from satupintu.journal.events import By
from satupintu.lib.errors import Refused


class Command(BaseCommand):
    help = "Menghapus lagi data pribadi yang kembali bersama cadangan, menurut jurnal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--journal",
            type=Path,
            help="entries.jsonl dari export_journal kota sebelum dipulihkan",
        )

    def handle(self, *_: Any, **told: Any) -> None:
        done = left = 0
        for case_id, number, by in _named(told["journal"]) if told["journal"] else ():
            try:
                done += retention.repeat(case_id, record=f"Ulangan baris jurnal {number}", by=by)
            except Refused as refused:
                left += 1
                self.stderr.write(f"permohonan {case_id}, baris jurnal {number}: {refused.message}")
        returned = files.erase_returned(by=By(None, "command"))
        self.stdout.write(
            f"{done} permohonan dihapus lagi, {returned} berkas yang kembali dimusnahkan lagi."
        )
        if left:
            raise CommandError(f"{left} permohonan belum terhapus")


def _named(path: Path) -> list[tuple[int, int, By]]:
    """Each case that these rows say was erased, the row's number, and who decided it."""
    found = []
    try:
        with path.open() as rows:
            for row in map(json.loads, rows):
                if row.get("event") == CaseErased.name():
                    by = By(row["account_id"], "command", row["post_id"], row["office_id"])
                    found.append((row["data"]["case_id"], row["id"], by))
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"{path} bukan jurnal yang diekspor: {error}") from error
    return found
