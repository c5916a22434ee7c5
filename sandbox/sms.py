"""An SMS centre that speaks SMPP 3.4 and delivers to a folder instead of to telephones."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import struct
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sandbox import smpp
from sandbox.smpp import Pdu, ShortMessage

LONGEST_PDU = 64 * 1024
BINDS = {smpp.BIND_RECEIVER, smpp.BIND_TRANSMITTER, smpp.BIND_TRANSCEIVER}


@dataclass
class Faults:
    """What goes wrong until it is switched off again."""

    slow: float = 0.0  # seconds before each answer to a message
    down: bool = False  # hangs up on everyone
    throttled: bool = False  # refuses every message with ESME_RTHROTTLED
    duplicate_receipt: bool = False
    undeliverable: bool = False  # the receipt says UNDELIV


@dataclass(frozen=True)
class Sms:
    """One whole message, put together from its parts."""

    reference: str
    at: str
    sender: str
    recipient: str
    text: str
    from_city: bool


@dataclass(eq=False)
class Session:
    """One connection of the city's gateway."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    system_id: str = ""
    may_send: bool = False
    may_receive: bool = False
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    unanswered: dict[int, ShortMessage] = field(default_factory=dict)

    async def send(self, pdu: Pdu) -> None:
        self.writer.write(pdu.encoded())
        await self.writer.drain()


class SmsCentre:
    """The server; what it could not hand over to the city waits for the next connection."""

    def __init__(
        self, folder: Path, accounts: Mapping[str, str] | None = None, short_number: str = "PTSP"
    ) -> None:
        self.folder = folder
        self.accounts = accounts or {"satupintu": "peraga"}  # at most 8 characters in SMPP
        self.short_number = short_number
        self.faults = Faults()
        self.sessions: set[Session] = set()
        self.waiting: dict[str, deque[ShortMessage]] = defaultdict(deque)
        self._parts: dict[tuple[str, str, int], dict[int, bytes]] = defaultdict(dict)
        self._references = itertools.count(time.time_ns() // 1_000_000)
        self._tasks: set[asyncio.Task[None]] = set()
        folder.mkdir(parents=True, exist_ok=True)

    async def start(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for session in list(self.sessions):
            session.writer.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def messages(self) -> list[Sms]:
        """Every message so far, oldest first."""
        return [Sms(**json.loads(path.read_text())) for path in sorted(self.folder.glob("*.json"))]

    async def switch(self, faults: Faults) -> None:
        self.faults = faults
        if faults.down:
            for session in list(self.sessions):
                session.writer.close()

    def keep(self, *, sender: str, recipient: str, text: str) -> str:
        """A message of the city that came by another way than SMPP; returns its reference."""
        reference = str(next(self._references))
        self._keep(reference, sender, recipient, text, from_city=True)
        return reference

    async def reply(self, sender: str, text: str) -> None:
        """A citizen writes to the city's number."""
        number = next(self._references)
        self._keep(str(number), sender, self.short_number, text, from_city=False)
        for content, coding, esm_class in smpp.parts_of(text, number):
            message = ShortMessage(sender, self.short_number, content, coding, esm_class)
            for system_id in self.accounts:
                await self._hand_over(system_id, message)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        session = Session(reader, writer)
        self.sessions.add(session)
        try:
            while not self.faults.down:
                await self._answer(session, await _read(reader))
        except (asyncio.IncompleteReadError, ConnectionError, smpp.MalformedError):
            pass  # the other side has hung up, or does not speak SMPP
        except asyncio.CancelledError:
            pass  # the centre stops
        finally:
            self.sessions.discard(session)
            self.waiting[session.system_id].extendleft(reversed(session.unanswered.values()))
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, session: Session, asked: Pdu) -> None:
        answers: dict[int, Callable[[Session, Pdu], Awaitable[None]]] = {
            **dict.fromkeys(BINDS, self._bind),
            smpp.SUBMIT: self._submit,
            smpp.UNBIND: self._unbind,
            smpp.ENQUIRE_LINK: self._acknowledge,
            smpp.DELIVER | smpp.RESPONSE: self._delivered,
            smpp.ENQUIRE_LINK | smpp.RESPONSE: self._nothing,
        }
        if answer := answers.get(asked.command):
            await answer(session, asked)
        else:
            await session.send(Pdu(smpp.GENERIC_NACK, asked.sequence, smpp.INVALID_COMMAND))

    async def _bind(self, session: Session, asked: Pdu) -> None:
        system_id, password = smpp.credentials(asked.body)
        if session.system_id:
            status = smpp.ALREADY_BOUND
        elif self.accounts.get(system_id) != password:
            status = smpp.INVALID_PASSWORD
        else:
            status = smpp.OK
            session.system_id = system_id
            session.may_send = asked.command != smpp.BIND_RECEIVER
            session.may_receive = asked.command != smpp.BIND_TRANSMITTER
        await session.send(Pdu(asked.command | smpp.RESPONSE, asked.sequence, status, b"sandbox\0"))
        if session.may_receive:
            await self._deliver_waiting(session)

    async def _submit(self, session: Session, asked: Pdu) -> None:
        message = ShortMessage.decoded(asked.body)
        await asyncio.sleep(self.faults.slow)
        if not session.may_send:
            status = smpp.NOT_BOUND
        elif self.faults.throttled:
            status = smpp.THROTTLED
        elif not message.recipient.lstrip("+").isdigit():
            status = smpp.INVALID_DESTINATION
        else:
            status = smpp.OK
        reference = str(next(self._references)) if status == smpp.OK else ""
        if reference:
            self._collect(reference, message)
        await session.send(
            Pdu(smpp.SUBMIT | smpp.RESPONSE, asked.sequence, status, reference.encode() + b"\0")
        )
        if reference and message.wants_receipt:
            receipt = self._receipt(reference, message)
            for _ in range(2 if self.faults.duplicate_receipt else 1):
                await self._hand_over(session.system_id, receipt)

    async def _unbind(self, session: Session, asked: Pdu) -> None:
        await self._acknowledge(session, asked)
        session.writer.close()
        raise ConnectionResetError

    async def _acknowledge(self, session: Session, asked: Pdu) -> None:
        await session.send(Pdu(asked.command | smpp.RESPONSE, asked.sequence))

    async def _delivered(self, session: Session, answer: Pdu) -> None:
        message = session.unanswered.pop(answer.sequence, None)
        if message and answer.status != smpp.OK:
            self.waiting[session.system_id].append(message)

    async def _nothing(self, session: Session, answer: Pdu) -> None:
        """An answer that needs none."""

    async def _hand_over(self, system_id: str, message: ShortMessage) -> None:
        self.waiting[system_id].append(message)
        for session in self.sessions:
            if session.system_id == system_id and session.may_receive:
                with contextlib.suppress(ConnectionError):  # its own task puts them back
                    await self._deliver_waiting(session)
                return

    async def _deliver_waiting(self, session: Session) -> None:
        waiting = self.waiting[session.system_id]
        while waiting:
            number = next(session.numbers)
            session.unanswered[number] = waiting.popleft()
            await session.send(Pdu(smpp.DELIVER, number, body=session.unanswered[number].encoded()))

    def _collect(self, reference: str, message: ShortMessage) -> None:
        """Keeps a whole message, or puts it together when its last part has come."""
        place, content = message.part()
        if place:
            long, total, number = place
            parts = self._parts[message.sender, message.recipient, long]
            parts[number] = content
            if len(parts) < total:
                return
            content = b"".join(parts[number] for number in sorted(parts))
            del self._parts[message.sender, message.recipient, long]
        text = smpp.text_of(content, message.data_coding)
        self._keep(reference, message.sender, message.recipient, text, from_city=True)

    def _keep(
        self, reference: str, sender: str, recipient: str, text: str, *, from_city: bool
    ) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        sms = Sms(reference, at, sender, recipient, text, from_city)
        draft = self.folder / f"{reference}.new"
        draft.write_text(json.dumps(asdict(sms), ensure_ascii=False))
        draft.replace(self.folder / f"{reference}.json")

    def _receipt(self, reference: str, message: ShortMessage) -> ShortMessage:
        """What SMPP 3.4 appendix B suggests, and all centres therefore write."""
        state, word, delivered = (
            (5, "UNDELIV", 0) if self.faults.undeliverable else (2, "DELIVRD", 1)
        )
        when = datetime.now(UTC).strftime("%y%m%d%H%M")
        text = (
            f"id:{reference} sub:001 dlvrd:00{delivered} submit date:{when} done date:{when} "
            f"stat:{word} err:000 text:"
        )
        return ShortMessage(
            message.recipient,
            message.sender,
            text.encode("ascii"),
            esm_class=smpp.IS_RECEIPT,
            extra=(
                (smpp.RECEIPTED_MESSAGE_ID, reference.encode() + b"\0"),
                (smpp.MESSAGE_STATE, bytes([state])),
            ),
        )


async def _read(reader: asyncio.StreamReader) -> Pdu:
    head = await reader.readexactly(16)
    length, command, status, sequence = struct.unpack(">IIII", head)
    if not 16 <= length <= LONGEST_PDU:
        raise smpp.MalformedError(f"A PDU of {length} bytes")
    return Pdu(command, sequence, status, await reader.readexactly(length - 16))
