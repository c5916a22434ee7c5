"""Asks a time-stamp authority (RFC 3161) to put its time on a digest."""

from __future__ import annotations

import asyncio

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.timestamps import HTTPTimeStamper

PATIENCE = 10  # seconds


def timestamp(digest: bytes) -> bytes:
    """The token (DER) over a SHA-256 digest. Raises when there is no answer."""
    if not settings.TSA_URL:
        raise ImproperlyConfigured("TSA_URL is not set: who puts the time on the journal's seals?")
    stamper = HTTPTimeStamper(settings.TSA_URL, timeout=PATIENCE)
    token: bytes = asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()
    return token
