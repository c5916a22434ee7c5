"""Finds templates in a package's web room: satupintu/<package>/web/templates/."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.template.loaders.filesystem import Loader as FilesystemLoader

PACKAGES = Path(__file__).resolve().parents[1]


@lru_cache
def _rooms() -> list[Path]:
    return sorted(PACKAGES.glob("*/web/templates"))


class Loader(FilesystemLoader):
    def get_dirs(self) -> list[str | Path]:
        return [*_rooms()]
