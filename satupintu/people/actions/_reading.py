"""Reading what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.lib.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable


def read(field: str, reader: Callable[[str], str], text: str) -> str:
    """What a reader of lib.identity makes of a text; its refusal then names the field."""
    try:
        return reader(text)
    except Refused as refusal:
        raise Refused(refusal.message, field=field) from refusal
