"""Copies of the packs that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

PACKS = Path(__file__).resolve().parents[2] / "packs"


def copy_of(name: str, folder: Path) -> Path:
    """The pack and the base pack below it, in a folder of their own."""
    shutil.copytree(PACKS / "base", folder / "base")
    shutil.copytree(PACKS / name, folder / name)
    return folder / name


def spoil(pack: Path, file: str, old: str, new: str) -> int:
    """Replace the first occurrence; answers with the line where the new text begins."""
    path = (pack / file).resolve()
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
