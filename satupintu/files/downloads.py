"""Handing stored files to a browser, so that nothing in them can act."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import structlog
from django.http import FileResponse, HttpResponse

from satupintu.files import examination, ranges
from satupintu.files.sealing import Damaged, UnknownKey
from satupintu.lib.errors import Refused, both

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from satupintu.files.models import StoredFile

log = structlog.get_logger(__name__)


class NotReadable(Refused):
    """The bytes of a file we know are not on the disk: our fault, an administrator must look."""


class NoPreview(Refused):
    """The file can not be drawn; it can still be downloaded."""


class NoCopy(Refused):
    """No marked copy can be made of this file; the original can still be asked for."""


def response(
    file: StoredFile,
    *,
    name: str | None = None,
    inline: bool = False,
    to: HttpRequest | None = None,
) -> HttpResponseBase:
    """The file as a download, or to be shown by the browser itself, in a sandbox in both cases.

    With `to`, a download that broke off goes on: a part of the file, when the request asks for one.
    """
    etag = f'"{file.sha256}"'
    try:
        part = ranges.wanted(to, size=file.size, etag=etag) if to else None
    except ranges.Outside:
        return _harmless(
            HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        )
    try:
        content = file.opened()
        content.seek(part.start if part else 0)
        content.peek(1)
    except (OSError, Damaged, UnknownKey) as error:
        log.error("file_not_readable", file_id=file.pk, error=str(error))
        raise NotReadable(
            both(
                "Ada gangguan di sistem kami, berkas ini belum bisa dibuka. Coba lagi nanti",
                "Something is wrong on our side, this file can not be opened now. Try again later",
            )
        ) from error
    answer = FileResponse(
        ranges.Part(content, len(part)) if part else content,
        as_attachment=not inline,
        filename=name or file.name,
        content_type=file.media_type,
    )
    answer["Content-Length"] = str(len(part) if part else file.size)
    if to:
        answer["Accept-Ranges"], answer["ETag"] = "bytes", etag
    if part:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    return _harmless(answer)


def marked(file: StoredFile, *, mark: str) -> HttpResponseBase:
    """A copy with `mark` across every page, as a download. Raises NoCopy.

    What somebody signed loses its signature: hand our own letters out by `response`.
    """
    try:
        with file.opened() as content:
            copy = examination.copy(content, mark)
    except (OSError, Damaged, UnknownKey) as error:
        log.error("file_not_readable", file_id=file.pk, error=str(error))
        copy = None
    if copy is None:
        raise NoCopy(
            both(
                "Salinan bertanda dari berkas ini belum bisa dibuat. Bila perlu, unduh aslinya "
                "dengan menyebut keperluannya",
                "No marked copy of this file can be made. If you need it, download the original "
                "and say what for",
            )
        )
    return _harmless(
        FileResponse(
            io.BytesIO(copy),
            as_attachment=True,
            filename=f"salinan-{file.name}",
            content_type=file.media_type,
        )
    )


def _harmless(answer: HttpResponseBase) -> HttpResponseBase:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def preview(file: StoredFile, page: int = 1, *, mark: str = "") -> bytes:
    """One page as PNG: drawn anew, so it holds pixels and nothing else. Raises NoPreview.

    `mark` stands across it, and says who looked; the file itself stays as it is.
    """
    if not 1 <= page <= file.pages:
        raise NoPreview(
            both(
                "Berkas ini hanya {pages} halaman",
                "This file has only {pages} pages",
                pages=file.pages,
            )
        )
    try:
        with file.opened() as content:
            picture = examination.picture(content, page, mark)
    except (OSError, Damaged, UnknownKey) as error:
        log.error("file_not_readable", file_id=file.pk, error=str(error))
        picture = None
    if picture is None:
        raise NoPreview(
            both(
                "Pratinjau berkas ini belum bisa dibuat. Unduh berkasnya untuk melihat isinya",
                "There is no preview of this file yet. Download it to see it",
            )
        )
    return picture
