"""What is kept, what is refused with which words, and what survives on the disk."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image

from satupintu.files import actions, queries
from satupintu.files.models import StoredFile
from satupintu.files.names import safe_name, size_text
from satupintu.files.sealing import Damaged
from satupintu.journal.events import By
from satupintu.journal.models import Entry

pytestmark = pytest.mark.django_db
BY = By(7, "web")
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"


def pdf(prepare: Any = None, **save: Any) -> bytes:
    document = pikepdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=(595, 842))
    if prepare:
        prepare(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **save)
    return out.getvalue()


def keep(content: bytes, name: str = "ktp.pdf", max_bytes: int = MB, **more: Any) -> StoredFile:
    accept = more.pop("accept", ["pdf", "jpg", "png"])
    return actions.store(
        io.BytesIO(content), name=name, accept=accept, max_bytes=max_bytes, by=BY, **more
    )


def on_disk() -> list[Path]:
    return [path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file()]


def test_a_file_is_kept_with_hash_size_type_and_pages() -> None:
    content = pdf()
    file = keep(content, name="KTP Siti.PDF")

    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.size, file.media_type, file.pages) == (len(content), "application/pdf", 2)
    assert (file.name, file.created_by) == ("KTP Siti.PDF", 7)
    assert queries.read(queries.stored(file.pk)) == content
    assert oct(file.on_disk.stat().st_mode & 0o777) == "0o600"
    assert oct(file.on_disk.parent.stat().st_mode & 0o777) == "0o700"
    assert "KTP" not in file.path
    assert on_disk() == [file.on_disk]
    assert Entry.objects.get().event == "files.FileStored"


@pytest.mark.parametrize(
    ("name", "kind", "media_type"),
    [
        ("a.jpg", "JPEG", "image/jpeg"),
        ("a.JPEG", "JPEG", "image/jpeg"),
        ("a.png", "PNG", "image/png"),
    ],
)
def test_pictures_are_kept(name: str, kind: str, media_type: str) -> None:
    assert keep(picture(kind), name=name).media_type == media_type


def test_a_name_without_extension_gets_the_one_of_its_content() -> None:
    assert keep(picture("JPEG"), name="foto").name == "foto.jpg"


def refusal(content: bytes, name: str = "ktp.pdf", **more: Any) -> actions.NotKept:
    with pytest.raises(actions.NotKept) as caught:
        keep(content, name=name, **more)
    assert not on_disk()
    assert not StoredFile.objects.exists()
    return caught.value


def test_an_empty_file_is_refused() -> None:
    refused = refusal(b"")
    assert isinstance(refused, actions.Empty)
    assert refused.message == "Berkas ini kosong. Pilih berkas lain"


def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_read() -> None:
    upload = SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(3 * MB))
    with pytest.raises(actions.TooLarge) as caught:
        actions.store(upload, name="a.pdf", accept=["pdf"], max_bytes=2 * MB, by=BY)
    assert caught.value.message == "Berkas ini 3 MB. Ukuran paling besar 2 MB"
    assert upload.tell() == 0


def test_a_stream_is_cut_at_the_limit() -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(actions.TooLarge) as caught:
        actions.store(stream, name="a.pdf", accept=["pdf"], max_bytes=MB, by=BY)
    assert caught.value.message == "Berkas ini terlalu besar. Ukuran paling besar 1 MB"
    assert stream.given <= MB + actions.CHUNK
    assert not on_disk()


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(200),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<html><script>alert(1)</script>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>",
        b"PK\x03\x04" + bytes(300),
        b"<!DOCTYPE html>%PDF-1.7",
    ],
    ids=["program", "svg", "gif-html", "mhtml", "zip", "html-pdf"],
)
def test_other_kinds_of_files_are_refused_whatever_their_name(content: bytes) -> None:
    refused = refusal(content, name="ktp.pdf")
    assert isinstance(refused, actions.WrongType)
    assert refused.message == "Pilih berkas PDF, JPG, atau PNG"


def test_a_kind_that_this_requirement_does_not_take_is_refused() -> None:
    assert refusal(picture(), name="a.png", accept=["pdf"]).message == "Pilih berkas PDF"


@pytest.mark.parametrize("name", ["ktp.pdf", "ktp.exe", "ktp.png.html"])
def test_name_and_content_must_agree(name: str) -> None:
    refused = refusal(picture("JPEG"), name=name)
    assert isinstance(refused, actions.WrongType)
    assert "tetapi isinya JPG" in refused.message


def test_a_pdf_with_a_password_is_refused_with_its_own_words() -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="pemilik", user="rahasia"))
    refused = refusal(locked)
    assert isinstance(refused, actions.Encrypted)
    assert "kata sandi" in refused.message


def test_a_pdf_that_only_forbids_editing_is_kept() -> None:
    assert keep(pdf(encryption=pikepdf.Encryption(owner="pemilik", user=""))).pages == 2


def xref_loop() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n%nothing", "a.pdf"),
        (xref_loop(), "a.pdf"),
        (picture("JPEG", (400, 400), quality=95)[:900], "a.jpg"),
        (picture()[:60], "a.png"),
    ],
    ids=["no pages", "xref loop", "cut jpeg", "cut png"],
)
def test_a_broken_file_is_refused_with_its_own_words(content: bytes, name: str) -> None:
    refused = refusal(content, name=name)
    assert isinstance(refused, actions.Broken)
    assert refused.message.startswith("Berkas ini rusak")


def with_root(key: str, value: Any) -> Any:
    return lambda document: document.Root.__setitem__(key, value)


def with_attachment(document: pikepdf.Pdf, media_type: str) -> None:
    stream = document.make_stream(b"isi", Type=pikepdf.Name.EmbeddedFile)
    stream["/Subtype"] = pikepdf.Name(f"/{media_type}")
    document.Root["/Names"] = pikepdf.Dictionary(
        EmbeddedFiles=pikepdf.Dictionary(Names=["x", pikepdf.Dictionary(EF={"/F": stream})])
    )


@pytest.mark.parametrize(
    "prepare",
    [
        with_root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")),
        with_root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")),
        with_root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.GoToR, F="http://x/y.pdf")),
        with_root("/AcroForm", pikepdf.Dictionary(XFA=pikepdf.Array(), Fields=pikepdf.Array())),
        lambda document: document.pages[0].__setitem__(
            "/Annots", pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)])
        ),
        lambda document: with_attachment(document, "application/x-msdownload"),
    ],
    ids=["javascript", "launch", "remote", "xfa", "media", "attachment"],
)
def test_a_pdf_that_can_act_is_refused(prepare: Any) -> None:
    for save in ({}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        assert isinstance(refusal(pdf(prepare, **save)), actions.Active)


def test_a_pdf_that_carries_its_data_as_text_is_kept() -> None:
    assert keep(pdf(lambda document: with_attachment(document, "application/json")))


def bomb(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        )

    header = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )  # fmt: skip


def test_a_picture_of_sixty_thousand_squared_is_refused_without_decoding_it() -> None:
    refused = refusal(bomb(60_000), name="a.png")
    assert isinstance(refused, actions.TooComplex)
    assert "60 megapiksel" in refused.message


def test_a_pdf_of_a_million_objects_is_refused() -> None:
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    )
    body = b"".join(b"%d 0 obj 1 endobj\n" % number for number in range(4, 250_000))
    content = head + body + b"trailer<</Root 1 0 R>>\n%%EOF"
    refused = refusal(content, max_bytes=30 * MB)
    assert isinstance(refused, actions.TooComplex)


def test_a_full_disk_is_a_refusal_that_blames_us(settings: Any) -> None:
    Path(settings.FILES_DIR).mkdir()
    (Path(settings.FILES_DIR) / "incoming").write_text("a file where the folder should be")
    with pytest.raises(actions.NoRoom) as caught:
        keep(pdf())
    assert "gangguan di sistem kami" in caught.value.message


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\siti\KTP.pdf", "KTP.pdf"),
        ("ktp\x00.pdf", "ktp.pdf"),
        ("ktp\u202efdp.exe", "ktpfdp.exe"),
        ("a\r\nContent-Type: x.pdf", "a Content-Type_ x.pdf"),
        ("NUL.pdf", "_NUL.pdf"),
        ("con", "_con"),
        ("...", "berkas"),
        ("", "berkas"),
        ("x" * 4000 + ".pdf", "x" * 100 + ".pdf"),
        ('<a href="x">.png', "_a href=_x__.png"),
    ],
)
def test_names_are_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@pytest.mark.parametrize(
    ("size", "text"), [(1, "1 KB"), (327_680, "320 KB"), (1_258_291, "1,2 MB"), (14 * MB, "14 MB")]
)
def test_sizes_are_said_in_indonesian(size: int, text: str) -> None:
    assert size_text(size) == text


def test_bytes_of_our_own_are_kept_without_examination() -> None:
    file = actions.store_bytes(b"{}", name="data.json", media_type="application/json", by=BY)
    assert queries.read(file) == b"{}"


def test_a_removed_file_leaves_the_disk_only_when_the_removal_is_committed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    file = keep(pdf())
    path = file.on_disk
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(file.pk, by=BY)
        assert path.exists()
    assert not path.exists()
    assert not StoredFile.objects.exists()


def test_only_old_files_without_a_row_are_cleared() -> None:
    kept = keep(pdf())
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(kept.on_disk, (old, old))
    with transaction.atomic():
        rolled_back = keep(pdf())
        transaction.set_rollback(True)
    fresh = kept.on_disk.with_name("fresh")
    fresh.write_bytes(b"still being stored")
    half = Path(django_settings.FILES_DIR) / "incoming" / "half"
    half.write_bytes(b"worker was killed")
    for path in (rolled_back.on_disk, half):
        os.utime(path, (old, old))

    assert actions.clear_orphans() == 2
    assert sorted(on_disk()) == sorted([kept.on_disk, fresh])
    assert actions.clear_orphans() == 0


def test_a_wrong_database_does_not_cost_the_files() -> None:
    folder = Path(django_settings.FILES_DIR) / "2020" / "01"
    folder.mkdir(parents=True)
    for number in range(101):
        path = folder / str(number)
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    with pytest.raises(actions.TooManyOrphans):
        actions.clear_orphans()
    assert len(on_disk()) == 101


def test_one_flipped_bit_and_one_lost_file_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    good, flipped, lost = keep(pdf()), keep(pdf()), keep(picture(), name="a.png")
    call_command("scrub_files")
    assert "Every file is as it was stored." in capsys.readouterr().out

    content = bytearray(flipped.on_disk.read_bytes())
    content[100] ^= 1
    flipped.on_disk.write_bytes(content)
    lost.on_disk.unlink()
    with pytest.raises(SystemExit) as ended:
        call_command("scrub_files")

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert f"file {flipped.pk} " in said
    assert f"file {lost.pk} " in said
    assert f"file {good.pk} " not in said
    assert Entry.objects.filter(event="files.FileDamaged").count() == 2
    with pytest.raises(Damaged):
        queries.read(flipped)
    with pytest.raises(Damaged):
        queries.read(lost)


def test_damaged_files_are_put_back_from_a_copy_that_matches_their_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flipped, lost, hopeless = keep(pdf()), keep(picture(), name="a.png"), keep(pdf())
    copies = tmp_path / "copies"
    shutil.copytree(django_settings.FILES_DIR, copies)
    (copies / hopeless.path).write_bytes(lost.on_disk.read_bytes())
    content = bytearray(flipped.on_disk.read_bytes())
    content[100] ^= 1
    flipped.on_disk.write_bytes(content)
    lost.on_disk.unlink()
    hopeless.on_disk.unlink()

    with pytest.raises(SystemExit):
        call_command("scrub_files", repair_from=copies)

    assert f"file {hopeless.pk}: put back" not in capsys.readouterr().err
    for file in (flipped, lost):
        assert queries.read(file)
        assert file.on_disk.stat().st_mode & 0o777 == 0o600
    assert not hopeless.on_disk.exists()
    assert Entry.objects.filter(event="files.FileRepaired").count() == 2
    assert not list((Path(django_settings.FILES_DIR) / "incoming").iterdir())
