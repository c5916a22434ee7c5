"""Which part of a file a browser asks for, when a download broke off (RFC 9110, 14)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from django.http import HttpRequest

# One range; several at once are answered with the whole file, which the RFC allows.
ASKED = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)


class Outside(Exception):
    """Nothing of the file lies in the range."""


class Part(io.RawIOBase):
    """So many bytes of an open file, from where it stands; closes the file with itself."""

    def __init__(self, content: BinaryIO, count: int) -> None:
        self._content, self._left = content, count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer)
        piece = self._content.read(min(len(room), self._left))
        room[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._content.close()
        super().close()


def wanted(request: HttpRequest, *, size: int, etag: str) -> range | None:
    """The bytes to send, or None for the whole file. Raises Outside.

    What is not understood, and a part of a file that is another one now, means the whole file.
    """
    asked = ASKED.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or asked is None or asked.groups() == ("", ""):
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:  # the last so many bytes
        found = range(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        found = range(int(first), min(int(last) + 1, size) if last else size)
    if not found:
        raise Outside
    return found
