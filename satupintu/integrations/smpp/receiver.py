"""Takes in what people write to the city's number at its SMS centre (SMPP 3.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from smpplib import consts, exceptions
from smpplib.client import Client

IDLE_SECONDS = 30  # then we ask whether the line still stands
NOT_A_MESSAGE = 0x3C  # receipts and acknowledgements (SMPP 3.4, 5.2.12)
UCS2 = 0x08
log = structlog.get_logger(__name__)


def receive(take_in: Callable[[str, str], object], *, until: Callable[[], bool]) -> None:
    """One connection, until it breaks or `until` says so; each message is answered for only after
    `take_in(sender, words)` returned, so the centre hands it over again if we die in between.

    Raises OSError or smpplib's errors when there is no line.
    """

    def received(pdu: Any) -> int:
        if not pdu.esm_class & NOT_A_MESSAGE and (words := _words(pdu)):
            take_in(pdu.source_addr.decode("ascii", "replace"), words)
        return int(consts.SMPP_ESME_ROK)

    client = Client(
        settings.SMPP["host"],
        settings.SMPP["port"],
        timeout=IDLE_SECONDS,
        allow_unknown_opt_params=True,
    )
    client.set_message_received_handler(received)
    try:
        client.connect()
        client.bind_receiver(
            system_id=settings.SMPP["system_id"], password=settings.SMPP["password"]
        )
        log.info("sms_receiver_bound", host=settings.SMPP["host"])
        while not until():
            client.read_once()
    finally:
        client.disconnect()


def _words(pdu: Any) -> str:
    """The text; of a long message only the first part, where the keyword stands."""
    content = bytes(pdu.short_message or getattr(pdu, "message_payload", None) or b"")
    if pdu.esm_class & consts.SMPP_GSMFEAT_UDHI and content:
        header, content = content[1 : content[0] + 1], content[content[0] + 1 :]
        if header and header[-1] != 1:
            return ""
    return content.decode("utf-16-be" if pdu.data_coding == UCS2 else "latin-1", "replace")


BROKEN = (OSError, exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError)
