"""Messages between our processes on one machine: a JSON header and a body of bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

MAX_HEADER = 4 * 1024 * 1024
MAX_BODY = 128 * 1024 * 1024


class Closed(ConnectionError):
    """The other side closed the connection, or sent something that is not a message."""


def send(link: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    head = json.dumps(header).encode()
    link.sendall(struct.pack("!II", len(head), len(body)) + head)
    if body:
        link.sendall(body)


def receive(link: socket.socket) -> tuple[dict[str, Any], bytes]:
    """The next message; raises Closed, or TimeoutError as the socket's own time limit says."""
    head_size, body_size = struct.unpack("!II", _exactly(link, 8))
    if head_size > MAX_HEADER or body_size > MAX_BODY:
        raise Closed("message too large")
    try:
        header = json.loads(_exactly(link, head_size))
    except ValueError as error:
        raise Closed("header is not JSON") from error
    if not isinstance(header, dict):
        raise Closed("header is not an object")
    return header, _exactly(link, body_size)


def _exactly(link: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = link.recv(min(size - len(data), 1 << 20))
        if not piece:
            raise Closed("connection closed")
        data += piece
    return bytes(data)
