"""Where one request ends: the web server alone, and behind the proxy of deploy/nginx.

An attacker who makes two of them count differently puts a request of their own in front of
somebody else's. Whatever is unclear must be refused, or be one request.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.fronting import fronted, line
from tests.serving import web

pytestmark = pytest.mark.django_db(transaction=True)

HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /tidak/ada/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /sehat/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def post(*headers: bytes, body: bytes, version: bytes = b"1.1") -> bytes:
    return b"POST /sehat/ HTTP/%s\r\n%s%s\r\n%s" % (version, HOST, b"".join(headers), body)


def length(count: int | bytes) -> bytes:
    return b"Content-Length: %s\r\n" % str(count).encode() if isinstance(count, int) else count


NOTHING = b"0\r\n\r\n"
LONG = length(len(NOTHING + HIDDEN))
UNCLEAR = {
    "length and chunks": post(LONG, CHUNKED, body=NOTHING + HIDDEN),
    "chunks and length": post(
        CHUNKED, length(4), body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    ),
    "two lengths": post(length(0), length(len(HIDDEN)), body=HIDDEN),
    "the same length twice": post(length(len(HIDDEN)), length(len(HIDDEN)), body=HIDDEN),
    "a list of lengths": post(b"Content-Length: 0, %d\r\n" % len(HIDDEN), body=HIDDEN),
    "a length with a sign": post(b"Content-Length: +0\r\n", body=HIDDEN),
    "a length below nothing": post(b"Content-Length: -1\r\n", body=HIDDEN),
    "a length in hex": post(b"Content-Length: 0x0\r\n", body=HIDDEN),
    "an endless length": post(b"Content-Length: 99999999999999999999\r\n", body=HIDDEN),
    "an unknown coding": post(b"Transfer-Encoding: xchunked\r\n", LONG, body=NOTHING + HIDDEN),
    "a blank in the name": post(b"Transfer-Encoding : chunked\r\n", LONG, body=NOTHING + HIDDEN),
    "a coding after chunks": post(
        b"Transfer-Encoding: chunked, identity\r\n", LONG, body=NOTHING + HIDDEN
    ),
    "two codings": post(CHUNKED, b"Transfer-Encoding: identity\r\n", LONG, body=NOTHING + HIDDEN),
    "chunks of HTTP/1.0": post(CHUNKED, LONG, body=NOTHING + HIDDEN, version=b"1.0"),
    "a folded line": post(b"X: a\r\n Content-Length: 0\r\n", LONG, body=NOTHING + HIDDEN),
    "a bare return": post(b"X: a\rContent-Length: 0\r\n", LONG, body=NOTHING + HIDDEN),
    "a NUL": post(b"X: a\x00\r\n", LONG, body=NOTHING + HIDDEN),
    "a bare line feed": post(b"X: a\n", LONG, body=NOTHING + HIDDEN),
    "a chunk below nothing": post(CHUNKED, body=b"-1\r\nx\r\n" + NOTHING + HIDDEN),
    "a chunk without end": post(CHUNKED, body=b"f" * 17 + b"\r\nx\r\n" + NOTHING + HIDDEN),
    "a chunk that runs over": post(CHUNKED, body=b"1\r\nxx" + NOTHING + HIDDEN),
    "a line feed in a chunk's name": post(CHUNKED, body=b"1;a\nb\r\nx\r\n" + NOTHING + HIDDEN),
    "a header of a megabyte": post(b"X: %s\r\n" % (b"a" * 1_000_000), LONG, body=b"" + HIDDEN),
    "five thousand headers": post(
        *(b"X-%d: a\r\n" % at for at in range(5000)), LONG, body=b"" + HIDDEN
    ),
    "an address without end": b"GET /%s HTTP/1.1\r\n%s\r\n" % (b"a" * 500_000, HOST),
}


def answers(connection: socket.socket, said: bytes) -> Iterator[tuple[int, bytes]]:
    """Every answer to these bytes; after the first one, a plain last request is added."""
    with contextlib.suppress(OSError):  # refused before all of it was said
        connection.sendall(said)
    with connection.makefile("rb") as heard, contextlib.suppress(OSError):
        if first := one(heard):
            yield first
            with contextlib.suppress(OSError):
                connection.sendall(LAST)
            while following := one(heard):
                yield following


def one(heard: BinaryIO) -> tuple[int, bytes] | None:
    status = heard.readline()
    if not status:
        return None
    long = 0
    while (header := heard.readline()) not in (b"\r\n", b""):
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            long = int(value)
    return int(status.split()[1]), heard.read(long)


def hold_together(path: str, *, tls: bool) -> None:
    for name, said in UNCLEAR.items():
        with line(path, tls=tls) as connection:
            found = list(answers(connection, said))
        assert 404 not in [status for status, _ in found], f"{name}: the hidden one was answered"
        assert len(found) <= 1 or found[1:] == [(200, b"ok")], f"{name}: {found}"
        assert all(status < 500 or status in (501, 505) for status, _ in found), f"{name}: {found}"


def test_the_web_server_counts_no_request_twice(tmp_path: Path) -> None:
    with web(tmp_path, workers=1) as served:
        hold_together(served.socket, tls=False)
        assert served.ask("/sehat/") == (200, "ok")


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_behind_the_proxy_no_request_is_counted_twice(tmp_path: Path) -> None:
    with web(tmp_path, workers=1) as served, fronted(served, tmp_path) as front:
        hold_together(front, tls=True)
        with line(front, tls=True) as connection:
            assert list(answers(connection, LAST)) == [(200, b"ok")]


HALF = b"GET /sehat/ HTTP/1.1\r\nHost: local"
SLOW = post(length(100_000), body=b"a" * 10)


def test_who_sends_headers_slowly_holds_up_nobody(tmp_path: Path) -> None:
    with web(tmp_path, workers=1) as served, contextlib.ExitStack() as slow:
        for _ in range(20):
            slow.enter_context(line(served.socket, tls=False)).sendall(HALF)
        for _ in range(5):
            assert served.ask("/sehat/") == (200, "ok")


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_the_proxy_waits_for_slow_senders_and_ends_them(tmp_path: Path) -> None:
    """Bodies reach the web process whole, so its few threads never wait for a telephone."""
    hurry = {"client_header_timeout 15s": "client_header_timeout 2s"}
    hurry["client_body_timeout 120s"] = "client_body_timeout 2s"
    with (
        web(tmp_path, workers=1) as served,
        fronted(served, tmp_path, changed=hurry) as front,
        contextlib.ExitStack() as slow,
    ):
        lines = [slow.enter_context(line(front, tls=True)) for _ in range(20)]
        for at, connection in enumerate(lines):
            connection.sendall(HALF if at % 2 else SLOW)
        with line(front, tls=True) as connection:
            assert list(answers(connection, LAST)) == [(200, b"ok")]
        for connection in lines:
            with connection.makefile("rb") as heard, contextlib.suppress(OSError):
                assert not (found := one(heard)) or found[0] == 408
