"""Compares every stored file with its recorded hash; ends with 1 when one differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from satupintu.files import actions
from satupintu.journal.events import By


class Command(BaseCommand):
    help = "Compare every stored file with the hash recorded when it was stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair-from", type=Path, help="a copy of the folder of files, to put back from"
        )

    def handle(self, *_: Any, **told: Any) -> None:
        by, copies = By(None, "command"), told["repair_from"]
        lost = False
        for file, problem in actions.scrub(by=by):
            self.stderr.write(f"file {file.pk} {file.path} ({file.name}): {problem}")
            if copies and actions.repair(file, copies, by=by):
                self.stderr.write(f"file {file.pk}: put back from {copies}")
            else:
                lost = True
        if lost:
            sys.exit(1)
        self.stdout.write("Every file is as it was stored.")
