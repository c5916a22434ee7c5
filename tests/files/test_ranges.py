"""A download that broke off goes on where it stopped, and never gives a wrong byte."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client, RequestFactory

from satupintu.cases.models import Attachment
from satupintu.files import actions, downloads
from satupintu.files.sealing import PIECE, SEALED_PIECE
from satupintu.journal.events import By
from tests.cases import filling
from tests.world import World, metro, world

if TYPE_CHECKING:
    from satupintu.files.models import StoredFile

__all__ = ["metro", "world"]

pytestmark = pytest.mark.django_db
CONTENT = os.urandom(2 * PIECE + 1000)
SIZE = len(CONTENT)


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> StoredFile:
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"
    return actions.store_bytes(
        CONTENT, name="denah.pdf", media_type="application/pdf", by=By(7, "web")
    )


def asked(file: StoredFile, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return downloads.response(file, to=request)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_without_a_range_it_is_the_whole_file_and_says_that_parts_are_given(
    file: StoredFile,
) -> None:
    answer = asked(file)
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert answer["ETag"] == f'"{file.sha256}"'
    assert body(answer) == CONTENT
    answer.close()


@pytest.mark.parametrize(
    ("wanted", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=5-9", 5, 10),
        (f"bytes={PIECE - 3}-{PIECE + 2}", PIECE - 3, PIECE + 3),
        (f"bytes={PIECE}-{2 * PIECE - 1}", PIECE, 2 * PIECE),
        (f"bytes={2 * PIECE}-", 2 * PIECE, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-700000", 0, SIZE),
        (f"bytes=10-{'9' * 18}", 10, SIZE),
        ("BYTES= 7-8 ", 7, 9),
    ],
)
def test_one_range_is_given_from_whatever_pieces_it_lies_in(
    file: StoredFile, wanted: str, first: int, end: int
) -> None:
    answer = asked(file, range=wanted)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{end - 1}/{SIZE}"
    assert answer["Content-Length"] == str(end - first)
    assert answer["Content-Disposition"] == 'attachment; filename="denah.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert body(answer) == CONTENT[first:end]
    answer.close()


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(file: StoredFile, wanted: str) -> None:
    answer = asked(file, range=wanted)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert answer.content == b""
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "wanted",
    [
        "", "bytes", "bytes=", "bytes=-", "bytes=9-5", "bytes=a-b", "bytes=1-2,4-5", "bytes=--1",
        "bytes=0x1-2", "bytes=1.5-2", "items=0-5", "bytes=1-2;", "bytes=²-³", f"bytes={'9' * 40}-",
        "bytes=" + ",".join("0-" for _ in range(1000)),
    ],
)  # fmt: skip
def test_what_is_no_single_range_gets_the_whole_file(file: StoredFile, wanted: str) -> None:
    answer = asked(file, range=wanted)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(SIZE))
    assert "Content-Range" not in answer
    assert body(answer) == CONTENT
    answer.close()


def test_a_part_of_another_edition_is_the_whole_file_of_this_one(file: StoredFile) -> None:
    same, weak, old = f'"{file.sha256}"', f'W/"{file.sha256}"', '"another"'
    date = "Sat, 21 Nov 2026 08:00:00 GMT"
    found = {}
    for given in (same, weak, old, date, ""):
        answer = asked(file, range="bytes=1-2", if_range=given)
        found[given] = answer.status_code
        answer.close()
    assert found == {same: 206, weak: 200, old: 200, date: 200, "": 200}


def test_only_get_is_answered_in_parts(file: StoredFile) -> None:
    for method in ("head", "post"):
        answer = asked(file, method, range="bytes=1-2")
        assert answer.status_code == 200
        answer.close()


def test_only_the_pieces_of_the_range_are_opened_and_a_damaged_one_gives_nothing(
    file: StoredFile,
) -> None:
    with file.on_disk.open("r+b") as sealed:
        sealed.seek(SEALED_PIECE + 100)
        sealed.write(b"damage")
    answer = asked(file, range=f"bytes={2 * PIECE}-")
    assert body(answer) == CONTENT[2 * PIECE :]
    answer.close()
    with pytest.raises(downloads.NotReadable):
        asked(file, range=f"bytes={PIECE}-")


def test_an_applicants_download_goes_on_and_is_nobody_elses(world: World) -> None:
    # Browsers offer to unpack; parts of a packed file would not fit together.
    siti = world.applicant()
    siti.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    draft = filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    siti.post(f"/permohonan/draf/{draft.pk}/berkas/ktp/", {"file": filling.pdf(pages=30)})
    size = Attachment.objects.get().file.size
    page = f"/permohonan/draf/{draft.pk}/berkas/ktp/unduh/"

    def ask(client: Client, wanted: str) -> Any:
        return client.get(page, headers={"range": wanted})

    begun, rest = ask(siti, "bytes=0-99"), ask(siti, "bytes=100-")
    assert "Content-Encoding" not in rest
    whole = body(begun) + body(rest)
    assert (begun.status_code, rest.status_code, len(whole)) == (206, 206, size)
    assert whole == body(siti.get(page))
    assert ask(world.applicant("bambang"), "bytes=0-99").status_code == 404
