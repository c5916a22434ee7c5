"""Strangers' files are checked in a child with limits: a hostile one costs seconds, not the web."""

from __future__ import annotations

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.signing import actions, checking, inspection, queries, roots
from satupintu.signing.models import SigningKey
from tests.documents.samples import sample
from tests.signing.conftest import Pki
from tests.signing.test_signing import opened, signed


def chained(tables: int) -> bytes:
    """A small PDF whose cross-reference tables refer to one another, each read after the last."""
    pdf = bytearray(
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    )
    places = (pdf.index(b"1 0 obj"), pdf.index(b"2 0 obj"))
    before = len(pdf)
    pdf += b"xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n" % places
    pdf += b"trailer\n<</Size 3/Root 1 0 R>>\n"
    for _ in range(tables):
        here = len(pdf)
        pdf += b"xref\n0 0\ntrailer\n<</Size 3/Root 1 0 R/Prev %d>>\n" % before
        before = here
    return bytes(pdf + b"startxref\n%d\n%%%%EOF\n" % before)


def test_the_child_reports_what_the_file_says(signer: None, key: SigningKey, pki: Pki) -> None:
    act = opened(key)
    pdf = signed(act).pdf
    actions.close_act(act)
    report = queries.inspect(pdf)
    assert report == inspection.inspect(pdf, roots.trusted())
    assert report.level == "B-LTA"
    assert queries.inspect(sample("izin")).problems == (inspection.NOT_SIGNED,)
    assert queries.inspect(b"bukan pdf").problems == (inspection.NOT_A_PDF,)


@pytest.mark.django_db
def test_a_file_made_to_be_read_for_ever_is_given_up_and_its_sender_told(pki: Pki) -> None:
    hostile = SimpleUploadedFile("izin.pdf", chained(200_000), "application/pdf")
    began = time.monotonic()
    answer = Client().post("/verifikasi/", {"file": hostile})
    assert time.monotonic() - began < checking.SECONDS + 10, "it would take minutes"
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "terlalu rumit" in words
    assert "Tidak ditemukan" not in words, "not being able to look is not the same as not there"
