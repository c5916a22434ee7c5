"""Each file that can not be taken is told why at its own row, and the page says who scans."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sandbox.clamd import EICAR, Clamd, Mood
from tests.cases import filling
from tests.world import World

NURSE = "SIP-PERAWAT"
pytestmark = pytest.mark.django_db


def locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def bomb() -> bytes:
    """A few kilobytes that would be 64 megapixels."""
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    return out.getvalue()


WRONG = {
    "locked": ("a.pdf", locked_pdf(), "dikunci dengan kata sandi"),
    "empty": ("a.pdf", b"", "Berkas ini kosong"),
    "large": ("a.pdf", b"%PDF-1.7" + bytes(5 * 1024**2), "Ukuran paling besar 5 MB"),
    "type": ("a.docx", b"PK\x03\x04" + bytes(300), "Pilih berkas PDF, JPG, atau PNG"),
    "bomb": ("a.png", bomb(), "lebih dari 60 megapiksel"),
    "virus": ("a.pdf", EICAR, "pemindai virus menolaknya"),
}


def row_of(answer: Any, code: str) -> str:
    body = answer.content.decode().split(f'id="upload-{code}"')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_each_fault_has_its_own_sentence_at_its_own_row(world: World, clamd: Clamd) -> None:
    siti = world.applicant("siti")
    case = filling.begin(siti, NURSE, world.applicants["siti"].pk)
    url = f"/permohonan/draf/{case.pk}/berkas/ijazah/"
    told = set()
    for name, content, words in WRONG.values():
        answer = siti.post(url, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
        row = row_of(answer, "ijazah")
        assert words in row
        assert "Kesalahan" not in row_of(answer, "str")
        told.add(row.split("Kesalahan: ")[1])
    assert len(told) == len(WRONG)


def test_the_page_says_whether_a_scanner_runs(world: World, clamd: Clamd, settings: Any) -> None:
    siti = world.applicant("siti")
    case = filling.begin(siti, NURSE, world.applicants["siti"].pk)
    page = f"/permohonan/draf/{case.pk}/berkas/"
    assert "Setiap berkas diperiksa dari virus" in siti.get(page).content.decode()
    clamd.mood = Mood.DOWN
    answer = siti.post(f"{page}ijazah/", {"file": filling.pdf()})
    assert "belum kami terima. Coba lagi beberapa menit lagi" in row_of(answer, "ijazah")
    settings.VIRUS_SCANNER = ""
    assert "tidak dipindai dari virus" in siti.get(page).content.decode()
