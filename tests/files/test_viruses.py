"""Where a virus scanner runs, nothing is kept that it has not seen and found clean."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from sandbox.clamd import EICAR, Clamd, Mood
from satupintu.files import actions
from satupintu.files.models import StoredFile
from satupintu.journal.events import By
from tests.cases.filling import pdf

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"


def keep(content: bytes, name: str = "ktp.pdf", max_bytes: int = MB) -> StoredFile:
    return actions.store(
        io.BytesIO(content),
        name=name,
        accept=["pdf", "jpg", "png"],
        max_bytes=max_bytes,
        by=By(7, "web"),
    )


def refused(content: bytes, **more: Any) -> actions.NotKept:
    with pytest.raises(actions.NotKept) as caught:
        keep(content, **more)
    assert not StoredFile.objects.exists()
    assert not [path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file()]
    return caught.value


def test_a_clean_file_is_shown_to_the_scanner_and_kept(clamd: Clamd) -> None:
    assert keep(pdf().read()).pk
    assert clamd.streams == 1


@pytest.mark.parametrize("name", ["eicar.com", "ktp.pdf", "foto.jpg"])
def test_a_virus_has_its_own_sentence_whatever_its_name(clamd: Clamd, name: str) -> None:
    answer = refused(EICAR, name=name)
    assert isinstance(answer, actions.Infected)
    assert answer.message == (
        "Berkas ini tidak aman: pemindai virus menolaknya dan kami sudah menghapusnya. "
        "Unggah berkas lain"
    )


def test_a_virus_inside_a_good_pdf_is_refused(clamd: Clamd) -> None:
    assert isinstance(refused(pdf().read() + EICAR), actions.Infected)
    clamd.mood = Mood.FINDS
    assert isinstance(refused(pdf().read()), actions.Infected)


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.SILENT])
def test_while_the_scanner_is_silent_nothing_is_taken(
    clamd: Clamd, mood: Mood, settings: Any
) -> None:
    clamd.mood = mood
    settings.CLAMAV_SECONDS = 0.3
    answer = refused(pdf().read())
    assert isinstance(answer, actions.NotScanned)
    assert answer.message.endswith("belum kami terima. Coba lagi beberapa menit lagi")


def test_a_scanner_that_is_not_there_takes_nothing(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_ADDRESS = str(tmp_path / "nobody.sock")
    settings.VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan"
    assert isinstance(refused(pdf().read()), actions.NotScanned)


def test_a_file_too_long_for_the_scanner_is_not_taken(clamd: Clamd) -> None:
    long = b"%PDF-1.7\n" + bytes(26 * MB)
    assert isinstance(refused(long, max_bytes=30 * MB), actions.NotScanned)


def test_the_scanner_may_listen_on_a_socket_of_the_machine(
    beside: Any, settings: Any, tmp_path: Path
) -> None:
    scanner, path = Clamd(), os.path.relpath(tmp_path / "clamd.sock")
    settings.CLAMAV_ADDRESS = str(Path(path).resolve())
    settings.VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan"
    beside.run(scanner.start_at(path))
    try:
        assert isinstance(refused(EICAR), actions.Infected)
    finally:
        beside.run(scanner.stop())


def test_without_a_scanner_files_are_kept_unscanned() -> None:
    assert not django_settings.VIRUS_SCANNER
    assert keep(pdf().read()).pk


@pytest.fixture
def real_clamd(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Debian's clamd with one signature of ours: the EICAR file."""
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("ClamAV is not installed")
    database, socket = tmp_path / "db", tmp_path / "c.sock"
    database.mkdir()
    (database / "own.ndb").write_text(f"Own.Eicar:0:*:{EICAR.hex()}\n")
    configuration = tmp_path / "clamd.conf"
    configuration.write_text(
        f"Foreground yes\nDatabaseDirectory {database}\nLocalSocket {socket}\n"
    )
    with subprocess.Popen([program, "-c", str(configuration)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            if b"Self checking" in line or b"listening" in line.lower():
                break
        settings.CLAMAV_ADDRESS = str(socket)
        settings.VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan"
        yield
        process.terminate()
        process.stdout.read()


@pytest.mark.usefixtures("real_clamd")
def test_clamav_itself_understands_us() -> None:
    assert keep(pdf().read()).pk
    with pytest.raises(actions.Infected):
        keep(EICAR)
