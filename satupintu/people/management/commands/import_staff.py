"""Take over units, posts and holders from a table."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.journal.events import By
from satupintu.lib import tables
from satupintu.lib.errors import Refused
from satupintu.people import actions


class Command(BaseCommand):
    help = "Take over units, posts and holders from a table (XLSX or CSV): all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only say what it would change")

    def handle(self, *_: Any, **told: Any) -> None:
        try:
            rows = tables.read(told["file"].read_bytes(), actions.COLUMNS, needed=actions.NEEDED)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        done = actions.import_staff(rows, dry=told["check"], by=By(None, "command"))
        for problem in done.problems:
            self.stderr.write(
                f"baris {problem.row}, {problem.column}: {problem.what}. {problem.cure}"
            )
        if done.problems:
            raise CommandError(f"{len(done.problems)} baris salah, jadi tidak ada yang diimpor")
        self.stdout.write(
            f"{done.rows} baris: {done.units} unit, {done.posts} jabatan, {done.accounts} akun, "
            f"{done.appointed} pejabat ditetapkan, {done.handed_over} serah terima"
        )
