"""What lies on the disk tells nothing, and nothing on it can be exchanged unnoticed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from satupintu.files import actions, downloads, queries, sealing
from satupintu.files.models import StoredFile
from satupintu.files.sealing import PIECE, Damaged
from satupintu.journal.events import By
from satupintu.journal.models import Entry

pytestmark = pytest.mark.django_db
BY = By(7, "web")
SECRET = b"NIK 1872011708950001 Siti Aminah "


@pytest.fixture(autouse=True)
def ring_file(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"
    settings.FILE_KEYS = str(tmp_path / "file-keys")
    (tmp_path / "file-keys").write_text(key_line("old"))
    return tmp_path / "file-keys"


def key_line(name: str) -> str:
    return f"{name} {base64.b64encode(os.urandom(32)).decode()}\n"


def keep(content: bytes) -> StoredFile:
    return actions.store_bytes(content, name="ktp.pdf", media_type="application/pdf", by=BY)


def streamed(file: StoredFile) -> bytes:
    answer: Any = downloads.response(file)
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


@pytest.mark.parametrize(
    "size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7], ids=str
)
def test_whatever_its_length_a_file_comes_back_as_it_was(size: int) -> None:
    content = (SECRET * (size // len(SECRET) + 1))[:size]
    file = keep(content)
    assert (file.size, file.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert queries.read(file) == content
    assert streamed(file) == content
    assert queries.problem_of(file) == ""


def test_the_disk_holds_nothing_of_the_content() -> None:
    file = keep(SECRET * 20_000)
    keep(SECRET * 20_000)
    on_disk = [p.read_bytes() for p in Path(django_settings.FILES_DIR).rglob("*") if p.is_file()]
    assert len(on_disk) == 2
    for one in on_disk:
        # Three letters in a row may come about by chance.
        assert not any(word in one for word in SECRET.split() if len(word) > 4)
    assert on_disk[0] != on_disk[1], "equal files look different"
    assert file.lock.key not in b"".join(on_disk)


def test_another_files_bytes_in_its_place_are_noticed() -> None:
    one, other = keep(b"a" * 10), keep(b"b" * 10)
    shutil.copy(other.on_disk, one.on_disk)
    refuses(one)


def test_another_files_bytes_and_key_in_its_place_are_noticed() -> None:
    one, other = keep(b"a" * 10), keep(b"b" * 10)
    shutil.copy(other.on_disk, one.on_disk)
    StoredFile.objects.filter(pk=one.pk).update(sealed_key=other.sealed_key)
    refuses(queries.stored(one.pk))


@pytest.mark.parametrize("change", ["swapped", "cut", "shortened", "flipped"])
def test_pieces_moved_left_out_or_changed_are_noticed(change: str) -> None:
    file = keep(os.urandom(PIECE) + os.urandom(PIECE) + b"end")
    whole = file.on_disk.read_bytes()
    step = sealing.SEALED_PIECE
    first, second, end = whole[:step], whole[step : 2 * step], whole[2 * step :]
    changed = {
        "swapped": second + first + end,
        "cut": first + second,
        "shortened": first + end,
        "flipped": first + second + end[:-1] + bytes([end[-1] ^ 1]),
    }
    file.on_disk.write_bytes(changed[change])
    with pytest.raises(Damaged):
        queries.read(file)
    assert "does not open with the key" in queries.problem_of(file)


def refuses(file: StoredFile) -> None:
    with pytest.raises(Damaged):
        queries.read(file)
    with pytest.raises(downloads.NotReadable):
        downloads.response(file)
    with pytest.raises(downloads.NoPreview):
        downloads.preview(file)
    assert "does not open" in queries.problem_of(file)


def test_a_wrong_or_missing_key_of_the_ring_fails_clearly(ring_file: Path) -> None:
    file = keep(SECRET)
    ring_file.write_text(key_line("old"))
    refuses(file)
    ring_file.write_text(key_line("new"))
    with pytest.raises(downloads.NotReadable):
        downloads.response(file)
    assert queries.problem_of(file) == "key 'old' is not on the ring of this installation"
    with pytest.raises(CommandError, match="Put it back into FILE_KEYS"):
        call_command("rotate_file_keys")


def test_rotation_leaves_every_file_readable_and_the_old_key_useless(
    ring_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.files.actions.keys.BATCH", 2)
    contents = [SECRET + bytes([number]) for number in range(3)]
    files = [keep(content) for content in contents]
    on_disk = [file.on_disk.read_bytes() for file in files]
    ring_file.write_text(key_line("new") + ring_file.read_text())
    later = keep(b"later")
    assert later.key_name == "new"

    call_command("rotate_file_keys")
    assert "3 files" in capsys.readouterr().out
    ring_file.write_text(ring_file.read_text().splitlines()[0])
    for file, content, before in zip(files, contents, on_disk, strict=True):
        now = queries.stored(file.pk)
        assert queries.read(now) == content
        assert now.key_name == "new"
        assert now.on_disk.read_bytes() == before, "the content was not written again"
    assert queries.read(later) == b"later"
    assert Entry.objects.filter(event="files.FileKeysRotated").count() == 2
    call_command("rotate_file_keys")
    assert "0 files" in capsys.readouterr().out


def test_a_file_whose_key_does_not_open_is_named_and_stops_nothing(
    ring_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, good = keep(b"a"), keep(b"b")
    StoredFile.objects.filter(pk=broken.pk).update(sealed_key=os.urandom(60))
    ring_file.write_text(key_line("new") + ring_file.read_text())
    with pytest.raises(SystemExit):
        call_command("rotate_file_keys")
    assert f"file {broken.pk}: its key does not open" in capsys.readouterr().err
    assert queries.read(queries.stored(good.pk)) == b"b"
    assert queries.stored(good.pk).key_name == "new"


def test_a_row_names_its_key_or_has_none() -> None:
    file = keep(b"a")
    with pytest.raises(IntegrityError):
        StoredFile.objects.filter(pk=file.pk).update(key_name="")


def test_a_large_file_streams_through_little_memory() -> None:
    class Zeros:
        left = 40 * PIECE

        def read(self, size: int = -1, /) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    tracemalloc.start()
    try:
        path = Path(django_settings.FILES_DIR)
        path.mkdir()
        lock = sealing.new_lock("long")
        with (path / "long").open("wb") as file:
            sealer, zeros = sealing.Writer(file, lock), Zeros()
            while piece := zeros.read(65536):
                sealer.write(piece)
            sealer.close()
        with sealing.reader((path / "long").open("rb"), lock, 40 * PIECE) as content:
            read = sum(map(len, iter(lambda: content.read(4096), b"")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == 40 * PIECE
    assert peak < 8 * PIECE


def test_a_sandbox_makes_its_own_key_once(settings: Any, tmp_path: Path) -> None:
    settings.FILE_KEYS, settings.DATA_DIR = "", tmp_path
    (tmp_path / "file-keys").unlink()
    made = dict(sealing.ring())
    assert made == dict(sealing.ring())
    assert oct((tmp_path / "file-keys").stat().st_mode & 0o777) == "0o600"
    settings.SANDBOX = False
    (tmp_path / "file-keys").unlink()
    with pytest.raises(ImproperlyConfigured, match="openssl rand"):
        sealing.ring()


@pytest.mark.parametrize("text", ["", "a b c\n", "a short\n", "a YWJj\n"])
def test_a_ring_that_is_no_ring_is_refused(ring_file: Path, text: str) -> None:
    ring_file.write_text(text)
    with pytest.raises(ImproperlyConfigured):
        sealing.ring()


@pytest.mark.parametrize("named", ["", "/nowhere/file-keys"])
def test_outside_a_sandbox_nothing_starts_without_keys(named: str) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SATUPINTU", "DJANGO"))
    } | {"SATUPINTU_SECRET_KEY": "x" * 50, "FILE_KEYS": named}
    done = subprocess.run(
        [sys.executable, "-c", "import satupintu.site.settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "FILE_KEYS must name the file" in done.stderr
