"""A file that comes in pieces is the same file as one that comes whole, whatever the line does."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from sandbox.clamd import EICAR, Clamd, Mood
from satupintu.cases.actions import attaching, drafts
from satupintu.cases.models import Attachment, Case
from satupintu.files import actions as files
from satupintu.files import queries
from satupintu.files.models import StoredFile, Upload
from satupintu.files.sealing import PIECE
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.people import actions as people
from tests.cases import filling
from tests.world import World

NURSE = "SIP-PERAWAT"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def siti(world: World) -> Client:
    return world.applicant("siti")


@pytest.fixture
def case(siti: Client, world: World) -> Case:
    return filling.begin(siti, NURSE, world.applicants["siti"].pk)


def long_pdf(size: int = 2 * PIECE + 1000) -> bytes:
    """A good PDF of several pieces, with nothing in it that repeats."""
    content: bytes = filling.pdf().read()
    return content + b"\n%" + os.urandom(size).replace(b"%", b".") + b"\n"


def begin(client: Client, case: Case, size: int, name: str = "ijazah.pdf") -> Any:
    url = f"/permohonan/draf/{case.pk}/berkas/ijazah/kirim/"
    return client.post(url, {"name": name, "size": size})


def patch(client: Client, url: str, offset: int, content: bytes) -> Any:
    return client.patch(
        url, content, "application/offset+octet-stream", headers={"Upload-Offset": str(offset)}
    )


def send(client: Client, case: Case, content: bytes, name: str = "ijazah.pdf") -> str:
    """All pieces of a file; returns the id of the upload."""
    begun = begin(client, case, len(content), name).json()
    for offset in range(0, len(content), PIECE):
        answer = patch(client, begun["url"], offset, content[offset : offset + PIECE])
        assert answer.status_code == 204, answer.content
    return str(begun["id"])


def finish(client: Client, case: Case, upload: str) -> Any:
    url = f"/permohonan/draf/{case.pk}/berkas/ijazah/"
    return client.post(url, {"upload": upload}, follow=True)


def kept_on_disk() -> set[Path]:
    return {path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file()}


def test_the_pieces_become_the_file_and_the_card_of_its_row(siti: Client, case: Case) -> None:
    content = long_pdf()
    answer = finish(siti, case, send(siti, case, content))

    assert "ijazah.pdf" in answer.content.decode()
    attachment = Attachment.objects.get(case=case)
    assert queries.read(attachment.file) == content
    assert attachment.file.media_type == "application/pdf"
    events = [entry.event for entry in Entry.objects.order_by("-id")[:2]]
    assert events == ["cases.FileAttached", "files.FileStored"]


def test_what_is_here_is_told_and_a_piece_sent_twice_is_not_kept_twice(
    siti: Client, case: Case
) -> None:
    content = long_pdf()
    url = begin(siti, case, len(content)).json()["url"]
    assert siti.head(url)["Upload-Offset"] == "0"
    assert patch(siti, url, 0, content[:PIECE])["Upload-Offset"] == str(PIECE)
    again = patch(siti, url, 0, content[:PIECE])
    assert (again.status_code, again["Upload-Offset"]) == (409, str(PIECE))
    ahead = patch(siti, url, 2 * PIECE, content[2 * PIECE :])
    assert (ahead.status_code, ahead["Upload-Offset"]) == (409, str(PIECE))
    half = patch(siti, url, PIECE, content[PIECE : PIECE + 99])  # the line broke inside a piece
    assert (half.status_code, half["Upload-Offset"]) == (409, str(PIECE))
    assert siti.head(url)["Upload-Offset"] == str(PIECE)


def test_nothing_of_a_piece_lies_open_on_the_disk(siti: Client, case: Case) -> None:
    content = long_pdf()
    url = begin(siti, case, len(content)).json()["url"]
    patch(siti, url, 0, content[:PIECE])
    (piece,) = kept_on_disk()
    assert content[1000:1064] not in piece.read_bytes()
    assert b"%PDF" not in piece.read_bytes()
    assert oct(piece.stat().st_mode & 0o777) == "0o600"


def test_finishing_twice_is_one_file(siti: Client, case: Case) -> None:
    upload = send(siti, case, long_pdf())
    for _ in range(2):
        assert finish(siti, case, upload).status_code == 200
    assert StoredFile.objects.count() == Attachment.objects.filter(case=case).count() == 1


def test_an_unfinished_file_is_not_taken(siti: Client, case: Case) -> None:
    content = long_pdf()
    begun = begin(siti, case, len(content)).json()
    patch(siti, begun["url"], 0, content[:PIECE])
    assert finish(siti, case, begun["id"]).status_code == 409
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("size", "name", "words"),
    [
        (0, "a.pdf", "Berkas ini kosong"),
        (6 * 1024**2, "a.pdf", "Ukuran paling besar 5 MB"),
        (100, "a.docx", "Pilih berkas PDF, JPG, atau PNG"),
    ],
)
def test_what_can_be_refused_is_refused_before_a_byte_is_sent(
    siti: Client, case: Case, size: int, name: str, words: str
) -> None:
    answer = begin(siti, case, size, name)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert not Upload.objects.exists()


def test_a_bad_file_is_refused_as_if_it_came_whole_and_forgotten(
    siti: Client, case: Case, clamd: Clamd, django_capture_on_commit_callbacks: Any
) -> None:
    for content, words in ((b"rusak" * 9, "Pilih berkas PDF"), (EICAR, "pemindai virus menolak")):
        with django_capture_on_commit_callbacks(execute=True):
            answer = finish(siti, case, send(siti, case, content))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Upload.objects.exists()
    assert not kept_on_disk()
    gone = finish(siti, case, str(uuid4()))
    assert (gone.status_code, "sudah tidak ada" in gone.content.decode()) == (422, True)


def test_while_the_scanner_is_silent_the_pieces_stay(
    siti: Client, case: Case, clamd: Clamd
) -> None:
    clamd.mood = Mood.DOWN
    upload = send(siti, case, long_pdf())
    answer = finish(siti, case, upload)
    assert answer.status_code == 503
    assert "Coba lagi beberapa menit lagi" in answer.json()["message"]
    clamd.mood = Mood.NORMAL
    assert finish(siti, case, upload).status_code == 200
    assert Attachment.objects.filter(case=case).exists()


def test_a_piece_that_was_changed_on_the_disk_is_noticed(siti: Client, case: Case) -> None:
    upload = send(siti, case, long_pdf())
    path = Upload.objects.get().on_disk
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    answer = finish(siti, case, upload)
    assert "tidak sampai dengan utuh" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_nobody_else_sees_or_feeds_an_upload(siti: Client, case: Case, world: World) -> None:
    url = begin(siti, case, 10).json()["url"]
    for other in (world.applicant("bambang"), Client()):
        assert other.head(url).status_code in {302, 404}
        assert patch(other, url, 0, b"0123456789").status_code in {302, 404}
    elsewhere = url.replace("/ijazah/", "/ktp/")
    assert siti.head(elsewhere).status_code == 404
    assert patch(siti, elsewhere, 0, b"0123456789").status_code == 404
    assert siti.head(url)["Upload-Offset"] == "0"


def test_an_upload_needs_the_token_of_the_page(world: World, siti: Client, case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = siti.cookies
    url = begin(siti, case, 10).json()["url"]
    assert begin(strict, case, 10).status_code == 403
    assert patch(strict, url, 0, b"0123456789").status_code == 403


def test_what_nobody_goes_on_with_is_forgotten_after_a_day(
    siti: Client, case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    content = long_pdf()
    url = begin(siti, case, len(content)).json()["url"]
    patch(siti, url, 0, content[:PIECE])
    files.clear_orphans()
    assert siti.head(url).status_code == 204
    tomorrow = timezone.now() + timedelta(days=1, hours=1)
    with (
        time_machine.travel(tomorrow, tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        files.clear_orphans()
    assert not Upload.objects.exists()
    assert not kept_on_disk()


def test_the_uploads_left_longest_make_room_for_new_ones(
    case: Case, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.files.actions.pieces.UNFINISHED", 2)
    by = By(world.applicants["siti"].account_id, "web")
    begun = [
        attaching.begin_upload(case.pk, requirement="ijazah", name="a.pdf", size=10, by=by)
        for _ in range(3)
    ]
    assert set(Upload.objects.all()) == set(begun[1:])


def test_one_person_fills_no_disk_in_a_day_and_a_clerk_helps_many(
    siti: Client, case: Case, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: upload, replace, upload, replace; old editions stay as evidence."""
    monkeypatch.setattr(attaching, "MOST_BYTES", 2 * (filling.pdf().size or 0))
    page = f"/permohonan/draf/{case.pk}/berkas/ijazah/"
    assert [siti.post(page, {"file": filling.pdf()}).status_code for _ in range(2)] == [302, 302]

    refused = siti.post(page, {"file": filling.pdf()})
    assert refused.status_code == 422
    assert "24 jam terakhir" in refused.content.decode()
    pieces = begin(siti, case, 100)
    assert (pieces.status_code, "24 jam" in pieces.json()["message"]) == (422, True)
    assert Attachment.objects.get(current=True).case == case

    clerk = world.by("loket-1")
    person = people.create_applicant(kind="person", name="Sumiati", by=clerk)
    helped = drafts.start(
        service=NURSE, request_type="baru", applicant=person, channel="counter", by=clerk
    )
    at_counter, page = world.desk("loket-1"), f"/permohonan/draf/{helped.pk}/berkas/ijazah/"
    for _ in range(3):
        assert at_counter.post(page, {"file": filling.pdf()}).status_code == 302

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert (
            world.applicant("siti")
            .post(f"/permohonan/draf/{case.pk}/berkas/ijazah/", {"file": filling.pdf()})
            .status_code
            == 302
        )
