"""`make pack`: no database, every letter printed, a readable list and an exit code."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.packs.workshop import PACKS, copy_of, spoil


def check(pack: Path) -> list[str]:
    """The lines it prints; raises CommandError, which is exit code 1."""
    out = StringIO()
    try:
        call_command("check_pack", str(pack), stdout=out)
    except CommandError as error:
        return [*out.getvalue().splitlines(), str(error)]
    return out.getvalue().splitlines()


@pytest.mark.parametrize("pack", [PACKS / "metro", Path(__file__).parent / "other"])
def test_a_sound_pack_is_called_sound(pack: Path) -> None:
    assert check(pack)[0].partition(": ")[2].startswith("tidak ada kesalahan")


def test_a_template_that_does_not_print_is_found_at_its_line(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    line = spoil(
        pack, "../base/documents/izin.typ", "== Masa berlaku", "#tidak_ada()\n== Masa berlaku"
    )
    first, last = check(pack)
    assert first.startswith(f"base/documents/izin.typ:{line}: Templat ini tidak dapat dicetak")
    assert last.startswith("1 kesalahan")


def test_a_template_needs_a_sample(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (tmp_path / "base/documents/samples/skrd.json").unlink()
    assert "Tambahkan documents/samples/skrd.json" in check(pack)[0]


def test_a_template_may_import_only_what_the_pack_has(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    line = spoil(pack, "../base/documents/skrd.typ", 'import "base.typ"', 'import "dasar.typ"')
    assert f"base/documents/skrd.typ:{line}: Templat ini memakai 'dasar.typ'" in check(pack)[0]


def test_a_folder_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="tidak ada"):
        call_command("check_pack", "packs/atlantis")
