"""Compares every stored file with its recorded hash; ends with 1 when one differs."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from satupintu.files import actions
from satupintu.journal.events import By


class Command(BaseCommand):
    help = "Compare every stored file with the hash recorded when it was stored."

    def handle(self, *_: Any, **__: Any) -> None:
        damaged = actions.scrub(by=By(None, "command"))
        for file, problem in damaged:
            self.stderr.write(f"file {file.pk} {file.path} ({file.name}): {problem}")
        if damaged:
            sys.exit(1)
        self.stdout.write("Every file is as it was stored.")
