"""Wraps the key of every stored file by the key in use; ends with 1 when one does not open."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from satupintu.files import actions
from satupintu.files.sealing import UnknownKey
from satupintu.journal.events import By


class Command(BaseCommand):
    help = "Wrap the key of every stored file by the first key of FILE_KEYS."

    def handle(self, *_: Any, **__: Any) -> None:
        try:
            rotated, damaged = actions.rotate_keys(by=By(None, "command"))
        except UnknownKey as error:
            raise CommandError(f"{error}. Put it back into FILE_KEYS, after the first.") from error
        for file_id in damaged:
            self.stderr.write(f"file {file_id}: its key does not open")
        self.stdout.write(f"{rotated} files have their key under the key in use.")
        if damaged:
            sys.exit(1)
