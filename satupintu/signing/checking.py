"""Asks the checker, a child with little memory and time: a hostile file ends it, not us."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import satupintu
from satupintu.lib.errors import Refused, both
from satupintu.signing.results import SignatureReport

SECONDS = 12
# Two at a time are enough for two cores; who waits longer than a check may take is told so.
_room = threading.BoundedSemaphore(2)


class NotChecked(Refused):
    """The signature of this file could not be checked now; that says nothing about the file."""


def check(pdf: bytes, roots: Sequence[bytes]) -> SignatureReport:
    """Who signed this file, and is it as they left it? Raises NotChecked."""
    if not _room.acquire(timeout=SECONDS):
        raise NotChecked(
            both(
                "Sedang banyak berkas yang diperiksa. Coba lagi sebentar lagi",
                "Many files are being checked. Try again in a moment",
            ),
            field="file",
        )
    try:
        return _ask(pdf, roots)
    finally:
        _room.release()


def _ask(pdf: bytes, roots: Sequence[bytes]) -> SignatureReport:
    header = json.dumps([base64.b64encode(root).decode() for root in roots])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "satupintu.signing.checker"],
            cwd=Path(satupintu.__file__).parents[1],
            env={"PATH": os.environ.get("PATH", "")},
            input=header.encode() + b"\n" + pdf,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_complex() from None
    if done.returncode != 0:
        raise _too_complex()
    found = json.loads(done.stdout)
    moments = {
        name: dt.datetime.fromisoformat(found[name]) if found[name] else None
        for name in ("signed_at", "timestamp_at")
    }
    return SignatureReport(**{**found, **moments, "problems": tuple(found["problems"])})


def _too_complex() -> NotChecked:
    return NotChecked(
        both(
            "Berkas ini terlalu rumit untuk diperiksa di sini. "
            "Pindai QR pada dokumen atau periksa dengan nomornya",
            "This file is too complex to be checked here. "
            "Scan the QR code on the document or check its number",
        ),
        field="file",
    )
