"""Proves that nothing in the sealed logs was changed, moved or removed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from satupintu.journal import queries
from satupintu.journal.models import Log


class Command(BaseCommand):
    help = "Menghitung ulang jurnal dari baris-barisnya dan mencocokkan dengan segelnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--log", choices=Log.values, help="hanya log ini")

    def handle(self, *args: Any, **options: Any) -> None:
        whole = True
        for log in [options["log"]] if options["log"] else Log.values:
            report = queries.verify(log, progress=self._progress)
            self._tell(report)
            whole = whole and not report.problems
        if not whole:
            raise SystemExit(1)

    def _progress(self, done: int, size: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} / {size:,}", ending="\n" if done == size else "")

    def _tell(self, report: queries.Report) -> None:
        self.stdout.write(f"Log {report.log}: {report.size} daun, {report.checkpoints} segel.")
        self.stdout.write(f"  Kunci pemeriksa: {queries.verifier_key(report.log)}")
        if report.unsealed:
            self.stdout.write(f"  {report.unsealed} baris menunggu disegel.")
        if report.size:
            stamped = report.stamped_size
            self.stdout.write(
                f"  Stempel waktu pihak luar mencakup {stamped} daun pertama."
                if stamped
                else "  Belum ada stempel waktu dari pihak luar."
            )
        for problem in report.problems:
            entry = f", baris jurnal {problem.entry_id}" if problem.entry_id else ""
            self.stdout.write(
                self.style.ERROR(
                    f"  RUSAK pada urutan {problem.sequence}{entry}: {problem.message}"
                )
            )
        if not report.problems:
            self.stdout.write(self.style.SUCCESS("  Utuh: tidak ada yang diubah atau dihapus."))
