"""Templates become PDF/A-3a; what is wrong with one is told to its author."""

from __future__ import annotations

import io
import os
import signal
import time
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from satupintu.documents import pdf
from satupintu.documents.queries import DocumentError, page_count, preview, qr, render
from tests.documents.samples import NAMES, sample

TITLE = '#set document(title: "Uji")\n'
DATED = (
    '#set document(title: "Uji", date: datetime(year: 2026, month: 1, day: 1))\n'
    '#set text(lang: "id")\n'
)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


def fonts_of(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    found = []
    for page in document.pages:
        for font in page.Resources.get("/Font", {}).values():
            found.append(font.DescendantFonts[0] if "/DescendantFonts" in font else font)
    return found


@pytest.mark.requirement("PLB-11-2-d")
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_tagged_pdf_a_3_with_all_fonts_embedded(name: str) -> None:
    with pikepdf.open(io.BytesIO(sample(name))) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["dc:title"]
        assert document.Root.Lang == "id-ID"
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K
        assert document.Root.OutputIntents
        assert document.Root.ViewerPreferences.DisplayDocTitle
        fonts = fonts_of(document)
        assert fonts
        for font in fonts:
            assert any(key in font.FontDescriptor for key in ("/FontFile2", "/FontFile3"))
        box = document.pages[0].MediaBox
        assert [round(float(side)) for side in box[2:]] == [595, 842]


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_shows_its_office_its_number_and_where_to_check_it(name: str) -> None:
    content = sample(name)
    text = text_of(content)
    assert "PEMERINTAH KOTA CONTOH" in text
    where = "lacak" if name == "formulir-kertas" else "v"  # blank, it is no document yet
    assert f"https://perizinan.contoh.example/{where}/" in text
    assert f"Halaman 1 dari {page_count(content)}" in text


@pytest.mark.requirement("PLB-13-3", "PRB-11-1-h")
def test_a_print_carries_the_copy_mark_and_the_qr() -> None:
    plain, copy = sample("izin"), sample("izin", mark="SALINAN")
    assert "SALINAN" not in text_of(plain)
    assert "SALINAN" in text_of(copy)
    picture = Image.open(io.BytesIO(preview(copy, width=1200))).convert("L")
    corner = picture.crop((130, 1490, 270, 1640))
    assert corner.getextrema() == (0, 255)


def test_money_and_dates_are_written_the_indonesian_way() -> None:
    text = text_of(sample("skrd"))
    assert "Rp 9.916.860" in text.replace("\xa0", " ")
    assert "20 Desember 2026" in text.replace("\xa0", " ")


@pytest.mark.parametrize("name", ["izin", "penolakan"])
def test_a_draft_needs_neither_signer_nor_address(name: str) -> None:
    text = text_of(sample(name, signer=None, verification=None, mark="KONSEP"))
    assert "KONSEP" in text


def test_a_paper_signature_leaves_room_and_claims_no_electronic_one() -> None:
    signer = {"place": "Contoh", "date": "2026-11-20", "job": "Kepala Dinas", "name": "Dewi"}
    text = text_of(sample("izin", signer={**signer, "electronic": False}))
    assert "secara elektronik" not in text
    assert "Ditandatangani secara elektronik" in text_of(sample("izin", signer=signer))


def test_data_never_becomes_source() -> None:
    hostile = '#panic("x") ] } $ \\ "quoted" *not bold* = no heading'
    content = render(TITLE + '#json("data.json").text', {"text": hostile})
    assert hostile in text_of(content)


def test_an_error_names_file_and_line() -> None:
    with pytest.raises(DocumentError) as caught:
        render(TITLE + "Satu\n\n#tidak-ada()", {}, name="izin.typ")
    assert (caught.value.file, caught.value.line) == ("izin.typ", 4)
    assert "unknown variable" in caught.value.message


def test_an_error_in_the_shared_template_names_that_file() -> None:
    with pytest.raises(DocumentError) as caught:
        render('#import "base.typ": *', {}, files={"base.typ": b"#let x = (1,\n"})
    assert (caught.value.file, caught.value.line) == ("base.typ", 1)


def test_a_missing_key_of_the_data_is_named() -> None:
    with pytest.raises(DocumentError, match="number"):
        render(TITLE + '#json("data.json").number', {})


@pytest.mark.parametrize(
    "source", ['#read("/etc/passwd")', '#import "@preview/cetz:0.3.0": canvas', '#read("../x")']
)
def test_a_template_reads_nothing_but_what_it_was_given(source: str) -> None:
    with pytest.raises(DocumentError):
        render(source, {})


@pytest.mark.parametrize(
    ("template", "data", "files"),
    [
        ("x" * 200_001, {}, {}),
        ("", {"text": "x" * 1_000_001}, {}),
        ("", {}, {"../x": b""}),
        ("", {}, {"main.typ": b""}),
        ("", {}, {"a.png": bytes(10_000_001)}),
    ],
)
def test_what_is_too_large_or_oddly_named_is_refused(
    template: str, data: dict[str, Any], files: dict[str, bytes]
) -> None:
    with pytest.raises(DocumentError):
        render(template, data, files=files)


def test_a_template_without_end_is_stopped_and_the_next_one_works() -> None:
    endless = "#for a in range(100000) { for b in range(100000) { let c = a * b } }"
    started = time.monotonic()
    with pytest.raises(DocumentError, match="took longer"):
        render(endless, {}, seconds=1)
    assert time.monotonic() - started < 10
    assert render(TITLE + "Baik", {}).startswith(b"%PDF-")


def test_a_template_that_eats_memory_is_stopped() -> None:
    with pytest.raises(DocumentError):
        render("#range(300000000).map(i => range(i))", {})
    assert render(TITLE + "Baik", {}).startswith(b"%PDF-")


def test_a_killed_renderer_is_started_again() -> None:
    render(TITLE + "Satu", {})
    process = pdf._child._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert render(TITLE + "Dua", {}).startswith(b"%PDF-")


def test_the_qr_can_be_drawn_and_has_a_quiet_zone() -> None:
    picture = qr("https://contoh.example/v/abc")
    assert picture.startswith(b"<svg")
    content = render(
        TITLE
        + "#set page(width: 60pt, height: 60pt, margin: 0pt)\n"
        + '#image("qr.svg", width: 60pt, alt: "QR")',
        {},
        files={"qr.svg": picture},
    )
    image = Image.open(io.BytesIO(preview(content, width=300))).convert("L")
    assert image.getpixel((2, 2)) == 255
    assert image.getextrema() == (0, 255)


def test_a_photo_in_pixels_is_drawn() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), (200, 30, 30)).save(picture, "PNG")
    content = render(
        TITLE
        + "#set page(width: 40pt, height: 60pt, margin: 0pt)\n"
        + '#image("foto.png", width: 40pt, alt: "Foto")',
        {},
        files={"foto.png": picture.getvalue()},
    )
    drawn = Image.open(io.BytesIO(preview(content, width=40))).convert("RGB")
    assert drawn.getpixel((20, 30)) == (200, 30, 30)


def test_a_preview_is_one_page_and_refuses_what_is_not_there() -> None:
    content = sample("berita-acara")
    assert page_count(content) == 3
    assert Image.open(io.BytesIO(preview(content, 2, width=400))).width in (399, 400, 401)
    for page in (0, 4):
        with pytest.raises(DocumentError):
            preview(content, page)
    with pytest.raises(DocumentError):
        preview(b"bukan pdf")


@pytest.mark.parametrize("odd", ["😀", "\x01", "\x0c", "中", "ش", "\U000e0041", "\ud83d\ude00"])
def test_a_sign_that_no_font_shows_keeps_no_document_from_being_made(odd: str) -> None:
    odd = odd.encode("utf-16", "surrogatepass").decode("utf-16")
    data = {"t": f"Toko {odd} Ibu", "more": [{"name": f"＜b＞{odd}"}], "amount": 12}
    template = DATED + '#let d = json("data.json")\n#d.t #d.more.at(0).name #d.amount'
    assert text_of(render(template, data)) == "Toko □ Ibu <b>□ 12"


def test_every_sign_that_is_said_to_be_shown_is_shown() -> None:
    signs = [chr(code) for code in range(0x20, 0x2600) if pdf.SHOWN.fullmatch(chr(code))]
    assert len(signs) > 1000
    content = render(DATED + '#json("data.json").t', {"t": " ".join(signs)})
    assert "□" in text_of(content)
    assert len(set("".join(text_of(content).split())) & set(signs)) > 1000


def test_a_template_that_asks_for_such_a_sign_itself_is_still_told() -> None:
    with pytest.raises(DocumentError) as caught:
        render(DATED + "😀", {})
    assert pdf.NO_SIGN in caught.value.message
