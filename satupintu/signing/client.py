"""One question to the signer process over its socket."""

from __future__ import annotations

import socket
from typing import Any

from django.conf import settings

from satupintu.lib import frames

CONNECT_SECONDS = 5
ANSWER_SECONDS = 120


class Unreachable(Exception):
    """The signer process does not run, or ended while answering."""


def listens() -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(settings.SIGNER_SOCKET)
        except OSError:
            return False
    return True


def ask(header: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(settings.SIGNER_SOCKET)
            link.settimeout(ANSWER_SECONDS)
            frames.send(link, header, body)
            return frames.receive(link)
        except OSError:
            raise Unreachable from None
