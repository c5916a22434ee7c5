"""A closed loop of clients: each sends its next request when the answer to the last one is read."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

HOST = "127.0.0.1"


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes
    size: int


class WrongAnswer(Exception):
    """The page does not say what it must; the visit counts as an error."""


class Exhausted(Exception):
    """There is nothing more of this kind to do, as when every task is done."""


@dataclass
class Figures:
    clients: int
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    bytes: int = 0
    requests: int = 0
    errors: int = 0
    first_error: str = ""

    def told(self) -> dict[str, float | int | str]:
        spent = sorted(self.times) or [0.0]
        cuts = statistics.quantiles(spent, n=100) if len(spent) > 1 else spent * 99
        return {
            "clients": self.clients,
            "per_second": round(len(self.times) / self.seconds, 1) if self.seconds else 0,
            "p50_ms": round(cuts[49] * 1000, 2),
            "p95_ms": round(cuts[94] * 1000, 2),
            "p99_ms": round(cuts[98] * 1000, 2),
            "visits": len(self.times),
            "bytes": self.bytes // max(self.requests, 1),
            "errors": self.errors,
            **({"first_error": self.first_error} if self.first_error else {}),
        }


def get(path: str, *, cookie: str = "", address: str = "", more: str = "") -> bytes:
    return _head("GET", path, cookie, address, more) + b"\r\n"


def post(
    path: str, data: dict[str, str], *, cookie: str, address: str = "", more: str = ""
) -> bytes:
    body = urlencode(data).encode()
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return _head("POST", path, cookie, address, more + kind) + b"\r\n" + body


def upload(path: str, data: dict[str, str], file: bytes, *, cookie: str) -> bytes:
    mark = "----satupintu"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in data.items()
    ]
    parts.append(
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="berkas.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = "".join(parts).encode() + file + f"\r\n--{mark}--\r\n".encode()
    kind = f"Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {len(body)}\r\n"
    return _head("POST", path, cookie, "", kind) + b"\r\n" + body


def _head(method: str, path: str, cookie: str, address: str, more: str) -> bytes:
    lines = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if cookie:
        lines += f"Cookie: {cookie}\r\n"
    if address:
        lines += f"X-Forwarded-For: {address}\r\n"
    return (lines + more).encode()


class Line(asyncio.Protocol):
    """One connection that is kept open; one answer at a time."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[Answer] | None = None
        self.read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer and not self.answer.done():
            self.answer.set_exception(error or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        self.read += data
        end = self.read.find(b"\r\n\r\n")
        if end < 0 or self.answer is None:
            return
        head = self.read[:end].lower()
        length = 0
        if (at := head.find(b"content-length:")) >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self.read) < end + 4 + length:
            return
        body, self.read = self.read[end + 4 : end + 4 + length], b""
        if not self.answer.done():
            status = int(head[9:12])
            self.answer.set_result(Answer(status, head, body, end + 4 + length))

    async def ask(self, request: bytes) -> Answer:
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer


async def connect(port: int) -> Line:
    _, line = await asyncio.get_running_loop().create_connection(Line, HOST, port)
    return line


Ask = Callable[[bytes], Awaitable[Answer]]
# Asks one page or several, looks at each answer, and raises WrongAnswer; Exhausted ends the run.
Visit = Callable[[Ask], Awaitable[None]]


def run(port: int, clients: int, seconds: float, visit: Visit) -> Figures:
    """Every client makes visits until the time is over or there is nothing more to do."""
    return asyncio.run(_run(port, clients, seconds, visit))


async def _run(port: int, clients: int, seconds: float, visit: Visit) -> Figures:
    figures = Figures(clients)
    began = time.perf_counter()
    await asyncio.gather(*(client(port, visit, figures, began + seconds) for _ in range(clients)))
    figures.seconds = time.perf_counter() - began
    return figures


async def client(
    port: int,
    visit: Visit,
    figures: Figures,
    until: float,
    pause: Callable[[], float] | None = None,
) -> None:
    line = await connect(port)

    async def ask(request: bytes) -> Answer:
        answer = await line.ask(request)
        figures.requests += 1
        figures.bytes += answer.size
        return answer

    while time.perf_counter() < until:
        began = time.perf_counter()
        try:
            await visit(ask)
        except Exhausted:
            break
        except (WrongAnswer, ConnectionError) as error:
            figures.errors += 1
            figures.first_error = figures.first_error or f"{type(error).__name__}: {error}"[:300]
            line.transport.close()
            line = await connect(port)
        else:
            figures.times.append(time.perf_counter() - began)
        if pause:
            await asyncio.sleep(pause())
    line.transport.close()


def must(answer: Answer, status: int, *words: str) -> Answer:
    """The answer, if it has this status and all of these words in it."""
    if answer.status != status or any(word.encode() not in answer.body for word in words):
        shown = answer.body[:200] if answer.status != status else words
        raise WrongAnswer(f"{answer.status} {shown!r}")
    return answer
