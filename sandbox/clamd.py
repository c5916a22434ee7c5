"""A virus scanner that speaks as clamd does and knows one virus: the EICAR test file."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from enum import Enum

LARGEST_STREAM = 25 * 1024 * 1024
# In two parts, so that no scanner takes this module for the test file.
EICAR = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
)  # fmt: skip


class Mood(Enum):
    NORMAL = "normal"
    FINDS = "finds something in every file"
    SILENT = "takes files and never answers"
    DOWN = "hangs up on everyone"


@dataclass
class Clamd:
    mood: Mood = Mood.NORMAL
    streams: int = 0

    async def start(self, host: str, port: int) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def start_at(self, path: str) -> None:
        self._tasks = set()
        self._server = await asyncio.start_unix_server(self._serve, path)

    async def stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            if self.mood != Mood.DOWN:
                writer.write(await self._answer(reader) + b"\0")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has hung up
        except asyncio.CancelledError:
            pass  # the scanner stops
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        command = await reader.readuntil(b"\0")
        if command == b"zPING\0":
            return b"PONG"
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
            if len(content) > LARGEST_STREAM:
                return b"INSTREAM size limit exceeded. ERROR"
        self.streams += 1
        if self.mood == Mood.SILENT:
            await asyncio.Event().wait()
        if self.mood == Mood.FINDS:
            return b"stream: Sandbox.Test FOUND"
        return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"
