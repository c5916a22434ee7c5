"""SMPP 3.4 on the wire: the PDUs that a city and its SMS centre exchange, and the alphabets."""

from __future__ import annotations

import struct
from dataclasses import dataclass

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT, DELIVER, UNBIND, ENQUIRE_LINK = 0x04, 0x05, 0x06, 0x15
RESPONSE = 0x80000000
GENERIC_NACK = RESPONSE

OK, INVALID_COMMAND, NOT_BOUND, ALREADY_BOUND = 0x00, 0x03, 0x04, 0x05
SYSTEM_ERROR, INVALID_DESTINATION, INVALID_PASSWORD = 0x08, 0x0B, 0x0E
THROTTLED = 0x58

DEFAULT_ALPHABET, LATIN_1, UCS2 = 0x00, 0x03, 0x08
HAS_HEADER, IS_RECEIPT = 0x40, 0x04
MESSAGE_PAYLOAD, RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x0424, 0x001E, 0x0427

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_TO_GSM = {character: bytes([code]) for code, character in enumerate(_BASIC)} | {
    character: bytes([0x1B, code]) for code, character in _EXTENSION.items()
}


class MalformedError(Exception):
    """The other side sent something that is not SMPP."""


@dataclass(frozen=True)
class Pdu:
    command: int
    sequence: int
    status: int = OK
    body: bytes = b""

    def encoded(self) -> bytes:
        length = 16 + len(self.body)
        return struct.pack(">IIII", length, self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True)
class ShortMessage:
    """The body of submit_sm and deliver_sm, which are laid out alike."""

    sender: str
    recipient: str
    content: bytes
    data_coding: int = DEFAULT_ALPHABET
    esm_class: int = 0
    wants_receipt: bool = False
    extra: tuple[tuple[int, bytes], ...] = ()

    def encoded(self) -> bytes:
        # service type, then type and plan of the number (1, 1 = international, E.164)
        head = b"\0\1\1" + _c_string(self.sender) + b"\1\1" + _c_string(self.recipient)
        # protocol, priority, schedule, validity, receipt, replace, alphabet, predefined message
        flags = bytes([self.esm_class, 0, 0, 0, 0, int(self.wants_receipt), 0, self.data_coding, 0])
        options = b"".join(struct.pack(">HH", tag, len(v)) + v for tag, v in self.extra)
        return head + flags + bytes([len(self.content)]) + self.content + options

    @classmethod
    def decoded(cls, body: bytes) -> ShortMessage:
        try:
            _, rest = _take_c_string(body)
            sender, rest = _take_c_string(rest[2:])
            recipient, rest = _take_c_string(rest[2:])
            esm_class, rest = rest[0], rest[3:]
            _, rest = _take_c_string(rest)  # schedule
            _, rest = _take_c_string(rest)  # validity
            receipt, data_coding, length, rest = rest[0], rest[2], rest[4], rest[5:]
            content, rest = rest[:length], rest[length:]
            extra = []
            while rest:
                tag, size = struct.unpack_from(">HH", rest)
                extra.append((tag, rest[4 : 4 + size]))
                rest = rest[4 + size :]
        except (IndexError, ValueError, struct.error) as error:
            raise MalformedError(str(error)) from error
        content = dict(extra).get(MESSAGE_PAYLOAD, content)
        wants = receipt & 0x03 == 1
        return cls(sender, recipient, content, data_coding, esm_class, wants, tuple(extra))

    def part(self) -> tuple[tuple[int, int, int] | None, bytes]:
        """(reference, total, place) of a part of a long message, and the text's bytes."""
        if not self.esm_class & HAS_HEADER or not self.content:
            return None, self.content
        size = self.content[0] + 1
        header, text = self.content[1:size], self.content[size:]
        while len(header) > 2:
            kind, length = header[0], header[1]
            value, header = header[2 : 2 + length], header[2 + length :]
            if kind == 0x00 and len(value) == 3:
                return (value[0], value[1], value[2]), text
            if kind == 0x08 and len(value) == 4:
                return (value[0] << 8 | value[1], value[2], value[3]), text
        return None, text


def credentials(body: bytes) -> tuple[str, str]:
    """System id and password of a bind request."""
    system_id, rest = _take_c_string(body)
    return system_id, _take_c_string(rest)[0]


def text_of(content: bytes, data_coding: int) -> str:
    if data_coding == UCS2:
        return content.decode("utf-16-be", errors="replace")
    if data_coding == LATIN_1:
        return content.decode("latin-1")
    characters, escaped = [], False
    for code in content:
        if code == 0x1B and not escaped:
            escaped = True
            continue
        plain = _BASIC[code] if code < len(_BASIC) else "\N{REPLACEMENT CHARACTER}"
        characters.append(_EXTENSION.get(code, plain) if escaped else plain)
        escaped = False
    return "".join(characters)


def parts_of(text: str, reference: int) -> list[tuple[bytes, int, int]]:
    """A text as (content, alphabet, esm class) of each short message that carries it."""
    try:
        units, coding, whole, piece = [_TO_GSM[c] for c in text], DEFAULT_ALPHABET, 160, 153
    except KeyError:
        units, coding, whole, piece = [c.encode("utf-16-be") for c in text], UCS2, 140, 134
    if sum(map(len, units)) <= whole:
        return [(b"".join(units), coding, 0)]
    pieces = [b""]
    for unit in units:  # a character is never cut in two
        if len(pieces[-1]) + len(unit) > piece:
            pieces.append(b"")
        pieces[-1] += unit
    header = bytes([5, 0, 3, reference % 256, len(pieces)])
    return [
        (header + bytes([place]) + content, coding, HAS_HEADER)
        for place, content in enumerate(pieces, 1)
    ]


def _c_string(text: str) -> bytes:
    return text.encode("ascii", errors="replace") + b"\0"


def _take_c_string(data: bytes) -> tuple[str, bytes]:
    text, rest = data.split(b"\0", 1)
    return text.decode("ascii", errors="replace"), rest
