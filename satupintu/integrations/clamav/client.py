"""Shows files to ClamAV's daemon (INSTREAM of clamd's protocol)."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

from django.conf import settings

from satupintu.files.actions import NoAnswer

LONGEST_ANSWER = 4096


def scan(pieces: Iterator[bytes]) -> str:
    """The name of the virus that clamd finds, "" when it finds none. Raises NoAnswer."""
    end = time.monotonic() + settings.CLAMAV_SECONDS
    try:
        with _connected() as line:
            # clamd hangs up on a stream it will not read to its end, but says why before that.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _show(line, pieces, end)
            answer = _answer(line, end)
    except OSError as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise NoAnswer(answer or "hung up without an answer")


def _connected() -> socket.socket:
    address, seconds = settings.CLAMAV_ADDRESS, settings.CLAMAV_SECONDS
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(seconds)
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _show(line: socket.socket, pieces: Iterator[bytes], end: float) -> None:
    line.sendall(b"zINSTREAM\0")
    for piece in pieces:
        line.settimeout(_left(end))
        line.sendall(len(piece).to_bytes(4, "big") + piece)
    line.sendall(bytes(4))


def _answer(line: socket.socket, end: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        line.settimeout(_left(end))
        if not (piece := line.recv(LONGEST_ANSWER)):
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _left(end: float) -> float:
    """Seconds until we stop waiting. Raises TimeoutError."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
