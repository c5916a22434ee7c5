"""Files in a bucket: everything that holds for the folder holds there, and nothing lies twice."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.db import transaction

from sandbox.s3 import BUCKET, KEY, SECRET, BucketServer
from satupintu.files import actions, downloads, queries
from satupintu.files.models import StoredFile
from satupintu.integrations.s3 import bucket as client
from satupintu.journal.events import By
from tests.sandboxes import LoopThread

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

pytestmark = pytest.mark.django_db
BY = By(7, "web")
LONG = b"Siti Aminah, Imopuro " * 40_000


@pytest.fixture
def bucket(beside: LoopThread, settings: Any, tmp_path: Path) -> Iterator[BucketServer]:
    server = BucketServer()
    beside.run(server.start())
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"
    settings.FILE_STORE = "satupintu.integrations.s3.bucket.Bucket"
    settings.S3_BUCKET, settings.S3_KEY, settings.S3_SECRET = BUCKET, KEY, SECRET
    settings.S3_ENDPOINT = f"http://127.0.0.1:{server.port}"
    yield server
    beside.run(server.stop())


def keep(content: bytes = LONG) -> StoredFile:
    return actions.store_bytes(content, name="izin.pdf", media_type="application/pdf", by=BY)


def on_disk() -> list[Path]:
    return [path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file()]


def test_a_file_goes_to_the_bucket_sealed_and_comes_back_as_it_was(bucket: BucketServer) -> None:
    file = keep()
    ((name, (there, _)),) = bucket.objects.items()
    assert name == file.path
    assert b"Siti" not in there
    assert not on_disk()
    assert queries.read(file) == LONG
    assert queries.problem_of(file) == ""
    answer: Any = downloads.response(file)
    assert b"".join(answer.streaming_content) == LONG


def test_an_upload_is_examined_before_it_leaves_this_machine(bucket: BucketServer) -> None:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(out)
    kept = actions.store(
        io.BytesIO(out.getvalue()), name="ktp.pdf", accept=["pdf"], max_bytes=10**6, by=BY
    )
    assert kept.pages == 1
    assert hashlib.sha256(queries.read(kept)).hexdigest() == kept.sha256
    with pytest.raises(actions.NotKept):
        actions.store(io.BytesIO(b"MZ"), name="a.pdf", accept=["pdf"], max_bytes=10**6, by=BY)
    assert len(bucket.objects) == 1


def test_the_middle_of_a_long_file_is_read_without_its_beginning(bucket: BucketServer) -> None:
    file = keep()
    bucket.asked.clear()
    with file.opened() as content:
        content.seek(700_000)
        assert content.read(20) == LONG[700_000:700_020]
    assert not any(asked == "GET" or "bytes=0-" in asked for asked in bucket.asked)


def test_a_store_that_is_away_is_our_fault_and_leaves_no_row(bucket: BucketServer) -> None:
    file = keep()
    bucket.down = True
    with pytest.raises(actions.NoRoom) as refused, transaction.atomic():
        keep(b"another")
    assert "gangguan di sistem kami" in str(refused.value.message)
    assert list(StoredFile.objects.all()) == [file]
    assert not on_disk()
    with pytest.raises(downloads.NotReadable):
        downloads.response(file)
    assert not queries.is_writable()
    bucket.down = False
    assert queries.is_writable()
    assert queries.read(file) == LONG


def test_what_a_store_kept_and_told_too_late_has_no_row_and_goes(
    bucket: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.3)
    monkeypatch.setattr(client, "TRIES", 1)
    monkeypatch.setattr(client, "_here", threading.local())
    bucket.slow = 1
    with pytest.raises(actions.NoRoom):
        keep()
    assert not StoredFile.objects.exists()
    [name] = bucket.objects
    bucket.objects[name] = bucket.objects[name][0], datetime.now(UTC) - timedelta(days=2)
    assert actions.clear_orphans() == 1
    assert not bucket.objects


def test_an_object_that_is_gone_or_changed_is_found(bucket: BucketServer) -> None:
    gone, changed = keep(b"one"), keep(b"two")
    del bucket.objects[gone.path]
    content, moment = bucket.objects[changed.path]
    bucket.objects[changed.path] = content[:-1] + bytes([content[-1] ^ 1]), moment
    assert {file.pk for file, _ in actions.scrub(by=BY)} == {gone.pk, changed.pk}


def test_what_no_row_names_leaves_the_bucket_after_a_day(
    bucket: BucketServer,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    kept, removed = keep(b"one"), keep(b"two")
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(removed.pk, by=BY)
    assert set(bucket.objects) == {kept.path}
    old = datetime.now(UTC) - timedelta(days=2)
    bucket.objects[kept.path] = bucket.objects[kept.path][0], old
    bucket.objects["2020/01/nobodys"] = b"x", old
    bucket.objects["2026/11/fresh"] = b"x", datetime.now(UTC)
    assert actions.clear_orphans() == 1
    assert set(bucket.objects) == {kept.path, "2026/11/fresh"}


def test_a_long_bucket_is_listed_to_its_end(bucket: BucketServer) -> None:
    old = datetime.now(UTC) - timedelta(days=2)
    kept = keep(b"one")
    bucket.objects |= {f"2020/01/{number:04}": (b"x", old) for number in range(600)}
    with pytest.raises(actions.TooManyOrphans):
        actions.clear_orphans()
    assert queries.read(kept) == b"one"
