"""Time-based one-time codes (RFC 6238), as an authenticator app on a telephone shows them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

STEP = 30


def code(secret: str, moment: float) -> str:
    """Six digits for a base32 secret."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack_from(">I", digest, start)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
