"""Compact signed claims for QR codes: Ed25519 over compact JSON, checkable without a network."""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class PublicKey:
    """What a stranger needs to read claims: publish it."""

    id: str
    pem: str
    in_use: bool


def claim(payload: Mapping[str, Any]) -> str:
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_text(content)}.{_text(_private().sign(content))}"


def read_claim(text: str) -> dict[str, Any] | None:
    """The payload, or None when none of our keys signed it."""
    try:
        content, signature = map(_bytes, text.split("."))
    except (ValueError, binascii.Error):
        return None
    for key in _publics():
        with contextlib.suppress(InvalidSignature):
            key.verify(signature, content)
            payload: dict[str, Any] = json.loads(content)
            return payload
    return None


def public_keys() -> tuple[PublicKey, ...]:
    """The key in use first, then those of earlier years: `<name>-*.pub.pem` beside the key file."""
    return tuple(
        PublicKey(_key_id(key), _pem(key).decode(), in_use=place == 0)
        for place, key in enumerate(_publics())
    )


def _publics() -> list[Ed25519PublicKey]:
    path = _path()
    keys = [_private().public_key()]
    for earlier in sorted(path.parent.glob(f"{path.stem}-*.pub.pem")):
        key = serialization.load_pem_public_key(earlier.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            keys.append(key)
    return keys


def _private() -> Ed25519PrivateKey:
    return _loaded(_path())


@functools.cache
def _loaded(path: Path) -> Ed25519PrivateKey:
    if not path.exists() and settings.SANDBOX:
        _create(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} does not hold an Ed25519 key.")
    return key


def _path() -> Path:
    if settings.DOCUMENT_KEY:
        return Path(settings.DOCUMENT_KEY)
    if not settings.SANDBOX:
        raise ImproperlyConfigured(
            "DOCUMENT_KEY is not set. Make one with `openssl genpkey -algorithm ed25519` "
            "and give the path of the file."
        )
    folder: Path = settings.DATA_DIR
    return folder / "document-key.pem"


def _create(path: Path) -> None:
    """Several processes may start at once: the first one's key stays."""
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
        file.write(
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _key_id(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(data) != text:
        raise ValueError("not the one way to write these bytes")
    return data
