"""What signing and checking answer, apart from the heavy library that finds it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class SignedPdf:
    pdf: bytes
    level: str  # "B-B", "B-T" or "B-LTA"


@dataclass(frozen=True)
class SignatureReport:
    """Intact and trusted: the document is as its signer left it. Problems are told to people."""

    intact: bool = False
    trusted: bool = False
    signer_name: str = ""
    signed_at: dt.datetime | None = None
    timestamp_at: dt.datetime | None = None
    level: str = ""  # "", "B-B", "B-T", "B-LT" or "B-LTA"
    covers_whole_file: bool = False
    problems: tuple[str, ...] = ()
