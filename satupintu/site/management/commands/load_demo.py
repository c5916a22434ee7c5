"""manage.py load_demo packs/metro: people and sample cases to try everything with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.lib.errors import Refused
from satupintu.site import demo


class Command(BaseCommand):
    help = "Make the demo accounts and cases of a pack (sandbox only)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", type=Path)

    def handle(self, *args: Any, pack: Path, **options: Any) -> None:
        try:
            made = demo.load(pack)
        except (Refused, demo.StuckCase) as problem:
            raise CommandError(str(problem)) from problem
        if made:
            self.stdout.write(f"{made} permohonan contoh siap.")
        else:
            self.stdout.write("Pack ini tanpa data contoh (demo.yaml): belum ada akun.")
