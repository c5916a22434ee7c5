"""A mail server that keeps every message in a folder and sends none on."""

from __future__ import annotations

import asyncio
import email
import email.policy
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 25 * 1024 * 1024


@dataclass
class Faults:
    """What goes wrong until it is switched off again."""

    slow: float = 0.0  # seconds before a message is accepted
    late: float = 0.0  # seconds between keeping a message and saying so
    down: bool = False  # answers every message with a temporary error


class MailServer:
    """Takes mail for anybody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = Faults()
        folder.mkdir(parents=True, exist_ok=True)

    async def start(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                self, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="sandbox", loop=loop
            ),
            host,
            port,
        )
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.faults.slow)
        if self.faults.down:
            return "451 4.3.0 Sandbox: out of order, try again later"
        content = envelope.content or b""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.new"
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        draft.replace(self.folder / f"{name}.eml")
        await asyncio.sleep(self.faults.late)
        return f"250 2.0.0 kept as {name}"

    def messages(self) -> Iterator[tuple[str, EmailMessage]]:
        """Name and message, newest first."""
        for path in sorted(self.folder.glob("*.eml"), reverse=True):
            yield path.stem, self.message(path.stem)

    def message(self, name: str) -> EmailMessage:
        """Raises FileNotFoundError."""
        content = (self.folder / f"{Path(name).name}.eml").read_bytes()
        return email.message_from_bytes(content, policy=email.policy.default)
