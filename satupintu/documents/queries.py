"""What other packages may ask of documents."""

from __future__ import annotations

import io

import pypdfium2
import segno

from satupintu.documents.pdf import DocumentError, render

__all__ = ["DocumentError", "page_count", "preview", "qr", "render"]

PREVIEW_WIDTH = 1240


def qr(text: str) -> bytes:
    """An SVG picture of the code, with the quiet zone that scanners need."""
    picture = io.BytesIO()
    # On a screen or a fresh print little is lost, and larger squares help cheap cameras more.
    segno.make_qr(text, error="l", boost_error=False).save(
        picture, kind="svg", border=2, xmldecl=False, nl=False
    )
    return picture.getvalue()


def preview(pdf: bytes, page: int = 1, *, width: int = PREVIEW_WIDTH) -> bytes:
    """One page (the first is 1) as PNG; raises DocumentError."""
    document = _opened(pdf)
    try:
        if not 1 <= page <= len(document):
            raise DocumentError(f"Page {page} does not exist; there are {len(document)}.")
        sheet = document[page - 1]
        # A page can claim to be kilometres long: bound both sides of the picture.
        scale = min(width / sheet.get_width(), 2 * width / sheet.get_height())
        image = sheet.render(scale=scale).to_pil()
    finally:
        document.close()
    picture = io.BytesIO()
    image.save(picture, "PNG", optimize=True)
    return picture.getvalue()


def page_count(pdf: bytes) -> int:
    document = _opened(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"This file cannot be opened as PDF: {error}") from None
