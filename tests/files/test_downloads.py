"""How stored files reach a browser."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from satupintu.files import actions, downloads, queries
from satupintu.journal.events import By

if TYPE_CHECKING:
    from satupintu.files.models import StoredFile

pytestmark = pytest.mark.django_db
BY = By(7, "web")


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.REACTIONS = "tests.files.NO_REACTIONS"


def photo(size: tuple[int, int]) -> StoredFile:
    image = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x013B] = "Siti"
    exif.get_ifd(0x8825)[1] = "S"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    assert b"Siti" in out.getvalue()
    return actions.store(
        io.BytesIO(out.getvalue()), name="foto.jpg", accept=["jpg"], max_bytes=10**7, by=BY
    )


def document(pages: list[tuple[int, int]]) -> StoredFile:
    pdf = pikepdf.new()
    for size in pages:
        pdf.add_blank_page(page_size=size)
    out = io.BytesIO()
    pdf.save(out)
    return actions.store(
        io.BytesIO(out.getvalue()), name="denah.pdf", accept=["pdf"], max_bytes=10**7, by=BY
    )


def test_a_download_can_not_act_and_is_not_kept_by_the_browser() -> None:
    file = document([(595, 842)])
    answer: Any = downloads.response(file, name="Izin 12.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="Izin 12.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == str(file.size)
    answer.close()


def test_a_file_may_be_shown_in_the_page_and_still_can_not_act() -> None:
    answer: Any = downloads.response(document([(595, 842)]), inline=True)
    assert answer["Content-Disposition"] == 'inline; filename="denah.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()


def test_a_file_lost_on_the_disk_is_our_fault_and_said_so() -> None:
    file = photo((40, 30))
    file.on_disk.unlink()
    with pytest.raises(downloads.NotReadable) as caught:
        downloads.response(file)
    assert "gangguan di sistem kami" in caught.value.message


def test_a_preview_of_a_photo_is_upright_small_and_without_its_author_and_place() -> None:
    content = downloads.preview(photo((3000, 2000)))
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("PNG", (1067, 1600))
    assert not image.getexif()
    assert b"Siti" not in content


def test_a_transparent_picture_is_shown_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    file = actions.store(
        io.BytesIO(out.getvalue()), name="cap.png", accept=["png"], max_bytes=10**6, by=BY
    )
    assert Image.open(io.BytesIO(downloads.preview(file))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("page", "size"), [((595, 842), (1200, 1699)), ((100, 10_000), (40, 4000))]
)
def test_a_preview_of_a_page_is_bounded(page: tuple[int, int], size: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(downloads.preview(document([(50, 50), page]), 2)))
    assert abs(image.width - size[0]) <= 1
    assert abs(image.height - size[1]) <= 1


def test_a_page_that_is_not_there_has_no_preview() -> None:
    file = document([(50, 50)])
    for page in (0, 2):
        with pytest.raises(downloads.NoPreview) as caught:
            downloads.preview(file, page)
        assert caught.value.message == "Berkas ini hanya 1 halaman"


def test_what_can_not_be_drawn_has_no_preview_and_a_way_out() -> None:
    file = document([(50, 50)])
    file.on_disk.write_bytes(b"%PDF-1.7 no longer")
    with pytest.raises(downloads.NoPreview) as caught:
        downloads.preview(file)
    assert "Unduh berkasnya" in caught.value.message


def test_a_marked_preview_carries_the_words_everywhere_and_the_file_stays() -> None:
    file = document([(595, 842)])
    before = file.on_disk.read_bytes()
    plain = Image.open(io.BytesIO(downloads.preview(file))).convert("L")
    mark = "Budi · Verifikator · 21-11-2026 · SKP-1"
    marked = Image.open(io.BytesIO(downloads.preview(file, mark=mark))).convert("L")
    assert plain.getextrema() == (255, 255)
    width, height = marked.size
    for x in range(3):
        for y in range(3):
            part = (x * width // 3, y * height // 3, (x + 1) * width // 3, (y + 1) * height // 3)
            assert min(marked.crop(part).tobytes()) < 230, f"nothing stands in part {x}, {y}"
    assert file.on_disk.read_bytes() == before


MARK = "Budi · Verifikator · 21-11-2026 09.15 · SKP-1"


def everywhere(picture: Image.Image) -> bool:
    """Whether something stands in each of sixteen parts of a page that was white."""
    width, height = picture.size
    return all(
        min(picture.convert("L").crop((x, y, x + width // 4, y + height // 4)).tobytes()) < 230
        for x in range(0, width - width // 4 + 1, width // 4)
        for y in range(0, height - height // 4 + 1, height // 4)
    )


def copied(file: StoredFile) -> bytes:
    answer: Any = downloads.marked(file, mark=MARK)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == f'attachment; filename="salinan-{file.name}"'
    assert answer["Content-Type"] == file.media_type
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    return content


def test_every_page_of_a_downloaded_pdf_carries_the_words_whichever_way_it_lies() -> None:
    pdf = pikepdf.new()
    for size, turn in (((595, 842), 0), ((842, 595), 90), ((2384, 3370), 180), ((100, 900), 270)):
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].obj.Rotate = turn
    pdf.pages[0].obj.MediaBox = [-100, -200, 495, 642]
    out = io.BytesIO()
    pdf.save(out)
    file = actions.store(
        io.BytesIO(out.getvalue()), name="denah.pdf", accept=["pdf"], max_bytes=10**7, by=BY
    )
    copy = pypdfium2.PdfDocument(copied(file))
    assert len(copy) == 4
    for page in copy:
        assert everywhere(page.render(scale=1200 / max(page.get_size())).to_pil())
        assert MARK in page.get_textpage().get_text_range()
    assert queries.read(file) == out.getvalue(), "the file itself stays as it is"


def test_the_copy_of_a_signed_pdf_does_not_pretend_to_be_signed() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=[])
    out = io.BytesIO()
    pdf.save(out)
    file = actions.store(
        io.BytesIO(out.getvalue()), name="izin.pdf", accept=["pdf"], max_bytes=10**7, by=BY
    )
    with pikepdf.open(io.BytesIO(copied(file))) as copy:
        assert "/AcroForm" not in copy.Root


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png")])
def test_a_downloaded_picture_is_marked_and_stays_sharp(kind: str, suffix: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(out, kind)
    file = actions.store(
        io.BytesIO(out.getvalue()), name=f"ktp.{suffix}", accept=[suffix], max_bytes=10**7, by=BY
    )
    copy = Image.open(io.BytesIO(copied(file)))
    assert (copy.format, copy.size) == (kind, (1240, 1754))
    assert everywhere(copy)


def test_what_can_not_be_copied_is_told_with_a_way_out() -> None:
    file = document([(50, 50)])
    file.on_disk.write_bytes(b"%PDF-1.7 no longer")
    with pytest.raises(downloads.NoCopy) as caught:
        downloads.marked(file, mark=MARK)
    assert "unduh aslinya" in caught.value.message
