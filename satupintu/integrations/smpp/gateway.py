"""Sends short messages through the city's SMS centre (SMPP 3.4)."""

from __future__ import annotations

import contextlib
import time
import zlib
from typing import Any

from django.conf import settings
from smpplib import consts, exceptions, gsm, smpp
from smpplib.client import Client

from satupintu.notifications.actions import NotDeliverable, PerhapsTaken, TryLater

SECONDS_PER_ANSWER = 10
SECONDS_IN_ALL = 60
# Errors of the message itself. All others are of the centre or of our account there, and may pass.
NEVER = {
    consts.SMPP_ESME_RINVMSGLEN,
    consts.SMPP_ESME_RINVDSTADR,
    consts.SMPP_ESME_RINVSRCADR,
    consts.SMPP_ESME_RINVDSTTON,
    consts.SMPP_ESME_RINVDSTNPI,
    consts.SMPP_ESME_RX_P_APPN,
    consts.SMPP_ESME_RX_R_APPN,
}


class Later(TryLater):
    """The SMS centre does not answer, is full, or does not let us in."""


class Unsure(PerhapsTaken):
    """The line broke after the message had gone out."""


class Never(NotDeliverable):
    """The SMS centre will never take this message."""


def send(to: str, text: str, *, key: str) -> str:
    """Hand the message over and wait until the centre has taken it; returns its reference.

    `key` goes along as user_message_reference, for centres that recognise a repeated message by
    it. Raises Later, Unsure or Never.
    """
    client = Client(
        settings.SMPP["host"],
        settings.SMPP["port"],
        timeout=SECONDS_PER_ANSWER,
        allow_unknown_opt_params=True,
    )
    end = time.monotonic() + SECONDS_IN_ALL
    parts, coding, esm_class = gsm.make_parts(text)
    # The field has 16 bits; a centre compares it together with the receiver's number.
    reference = zlib.crc32(key.encode()) % 65536
    is_bound = False
    try:
        client.connect()
        client.bind_transmitter(
            system_id=settings.SMPP["system_id"], password=settings.SMPP["password"]
        )
        is_bound = True
        references = [
            _submit(client, to, part, coding, esm_class, reference, end) for part in parts
        ]
    except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
        kind = Unsure if is_bound else Later
        raise kind(str(error) or type(error).__name__) from error
    finally:
        _leave(client)
    return references[0]


def _submit(
    client: Client, to: str, part: bytes, coding: int, esm_class: int, reference: int, end: float
) -> str:
    sent = client.send_message(
        source_addr_ton=consts.SMPP_TON_ALNUM,
        source_addr_npi=consts.SMPP_NPI_UNK,
        source_addr=settings.SMPP["sender"],
        dest_addr_ton=consts.SMPP_TON_INTL,
        dest_addr_npi=consts.SMPP_NPI_ISDN,
        destination_addr=to.removeprefix("+"),
        esm_class=esm_class,
        data_coding=coding,
        short_message=part,
        user_message_reference=reference,
    )
    answer = _answer_to(client, sent.sequence, end)
    if answer.status in NEVER:
        raise Never(consts.DESCRIPTIONS.get(answer.status, hex(answer.status)))
    if answer.is_error():
        raise Later(consts.DESCRIPTIONS.get(answer.status, hex(answer.status)))
    return (answer.message_id or b"").decode("ascii", "replace")


def _answer_to(client: Client, sequence: int, end: float) -> Any:
    """The centre's answer to this message; it may ask in between whether we are still there."""
    while time.monotonic() < end:
        pdu = client.read_pdu()
        if pdu.command == "enquire_link":
            answer = smpp.make_pdu("enquire_link_resp", client=client)
            answer.sequence = pdu.sequence
            client.send_pdu(answer)
        elif pdu.sequence == sequence:
            return pdu
    raise Unsure("no answer to the message")


def _leave(client: Client) -> None:
    """Say goodbye if the line still stands; whether that is heard changes nothing."""
    with contextlib.suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
        if client.state in consts.COMMAND_STATES["unbind"]:
            client.unbind()
    client.disconnect()
