"""Compiles the translations whose text is newer than what was compiled."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from launcher.surroundings import ROOT


def compile_translations(root: Path = ROOT / "satupintu") -> list[Path]:
    """Returns the compiled files; each appears in one step, so that no reader sees half of it."""
    compiled = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}")
        with source.open("rb") as text, draft.open("wb") as binary:
            write_mo(binary, read_po(text))
        draft.replace(target)
        compiled.append(target)
    return compiled
