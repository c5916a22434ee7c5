"""An auditor checks the exported log with one file and no part of satupintu."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from satupintu.journal import actions, queries
from satupintu.journal.models import Log
from tests.journal import as_superuser, note

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = Path(__file__).resolve().parents[2] / "verifier/verify.py"
ROWS = 600


def check(folder: Path, *more: str, log: str = Log.JOURNAL) -> tuple[int, str]:
    """Runs the verifier with nothing of ours to import."""
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--key", queries.verifier_key(log)]
    done = subprocess.run([*command, *more], capture_output=True, text=True, cwd="/", check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    note(200)
    actions.seal()
    (tmp_path / "kept").write_text(queries.checkpoint().note)  # type: ignore[union-attr]
    note(ROWS - 200)
    actions.seal()
    call_command("export_journal", str(tmp_path / "log"), verbosity=0)
    return tmp_path / "log"


def test_a_whole_log_is_confirmed(folder: Path) -> None:
    assert check(folder) == (
        0,
        f"UTUH.\n{ROWS} daun cocok dengan segel kota.example/jurnal/journal.\n",
    )


def test_it_is_shown_that_the_log_only_grew_since_an_old_checkpoint(folder: Path) -> None:
    code, said = check(folder, "--since", str(folder.parent / "kept"))
    assert code == 0
    assert "Sejak kept log hanya bertambah." in said


def test_a_key_in_a_file_will_do(folder: Path) -> None:
    path = folder.parent / "key"
    path.write_text(queries.verifier_key() + "\n")
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--key", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("how", ["change", "remove", "swap", "cut", "add"])
def test_any_change_to_the_rows_is_found_with_its_place(folder: Path, how: str) -> None:
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    match how:
        case "change":
            lines[300] = lines[300].replace(b'"n-100"', b'"n-101"')
        case "remove":
            del lines[300]
        case "swap":
            lines[300], lines[301] = lines[301], lines[300]
        case "cut":
            del lines[-1]
        case "add":
            lines.append(lines[0])
    path.write_bytes(b"".join(lines))
    code, said = check(folder)
    assert code == 1
    assert said.startswith("TIDAK UTUH. ")
    assert ("Urutan 300" in said) == (how in {"change", "remove", "swap"})


def test_a_log_that_was_begun_anew_is_found_by_an_old_checkpoint(folder: Path) -> None:
    kept = folder.parent / "kept"
    as_superuser(
        "UPDATE journal_entry SET data = '{}' WHERE id = (SELECT min(id) FROM journal_entry)"
    )
    for table in ("leaf", "checkpoint", "tile", "window"):
        as_superuser(f"DELETE FROM journal_{table}")  # noqa: S608
    actions.seal()
    call_command("export_journal", str(folder.parent / "anew"), verbosity=0)
    assert check(folder.parent / "anew")[0] == 0
    code, said = check(folder.parent / "anew", "--since", str(kept))
    assert code == 1
    assert "kept: akar pohon atas 200 daun berbeda" in said


def test_a_forged_or_longer_old_checkpoint_is_refused(folder: Path) -> None:
    kept, forged = folder.parent / "kept", folder.parent / "forged"
    forged.write_text(kept.read_text().replace("\n200\n", "\n201\n", 1))
    assert "tanda tangannya palsu" in check(folder, "--since", str(forged))[1]
    forged.write_text((folder / "checkpoint").read_text())
    (folder / "checkpoint").write_text(kept.read_text())
    assert "sekarang hanya 200" in check(folder, "--since", str(forged))[1]
    assert check(folder)[0] == 1


def test_another_key_is_not_accepted(folder: Path) -> None:
    code, said = check(folder, log=Log.PERMITS)
    assert code == 1
    assert "tidak ditandatangani oleh kota.example/jurnal/permits" in said


def test_a_broken_tile_is_found(folder: Path) -> None:
    tile = folder / "tile/1/000.p/2"
    tile.write_bytes(bytes(64))
    assert check(folder)[0] == 1


def test_the_public_log_is_exported_too(tmp_path: Path) -> None:
    for number in range(3):
        actions.append(Log.PERMITS, bytes([number, 10, 13]))
    actions.seal(Log.PERMITS)
    call_command("export_journal", str(tmp_path / "log"), "--log", "permits", verbosity=0)
    assert check(tmp_path / "log", log=Log.PERMITS)[0] == 0


def test_an_existing_folder_is_left_alone(folder: Path) -> None:
    with pytest.raises(CommandError, match="sudah ada"):
        call_command("export_journal", str(folder))
