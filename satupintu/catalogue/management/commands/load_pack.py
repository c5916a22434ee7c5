"""Load a pack: `manage.py load_pack packs/metro`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.catalogue import actions
from satupintu.journal.events import By
from satupintu.lib.errors import Refused


class Command(BaseCommand):
    help = "Bring the city to what a pack says; repeatable, and nothing half-loads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            published = actions.load_pack(folder, by=By(None, "command"))
        except actions.PackRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(refused.message) from None
        except Refused as refused:
            raise CommandError(refused.message) from None
        for version in published:
            self.stdout.write(f"{version.service.code}: versi {version.number}")
        if not published:
            self.stdout.write("Tidak ada layanan yang berubah.")
