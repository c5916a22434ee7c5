"""Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint), Ed25519."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ED25519 = b"\x01"


class Head(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def origin(log: str) -> str:
    return f"{settings.JOURNAL_ORIGIN}/{log}"


def private_key() -> Ed25519PrivateKey:
    """The key of settings.JOURNAL_KEY; a sandbox makes its own at first use."""
    path = Path(settings.JOURNAL_KEY or settings.DATA_DIR / "journal.pem")
    if not settings.JOURNAL_KEY and settings.SANDBOX and not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"The journal's key {path} is missing. Make it once with: "
            f"(umask 077; openssl genpkey -algorithm ed25519 -out {path})"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"The journal's key {path} must be an Ed25519 key.")
    return key


def verifier_key(log: str) -> str:
    """The public key as auditors and witnesses write it: name+id+key."""
    raw = _raw(private_key().public_key())
    name = origin(log)
    return f"{name}+{_key_id(name, raw).hex()}+{b64encode(ED25519 + raw).decode()}"


def sign(log: str, size: int, root: bytes) -> str:
    key, name = private_key(), origin(log)
    text = f"{name}\n{size}\n{b64encode(root).decode()}\n"
    signature = _key_id(name, _raw(key.public_key())) + key.sign(text.encode())
    return f"{text}\n— {name} {b64encode(signature).decode()}\n"


def read(note: str) -> Head:
    name, size, root = note.split("\n")[:3]
    return Head(name, int(size), b64decode(root))


def is_signed(note: str, key: Ed25519PublicKey) -> bool:
    """Whether the log's own key signed this note, under the name on its first line."""
    text, found, signatures = note.partition("\n\n")
    text += "\n"
    name = text.split("\n", 1)[0]
    for line in signatures.splitlines():
        if found and line.startswith(f"— {name} "):
            signature = b64decode(line.rsplit(" ", 1)[1])
            if signature[:4] == _key_id(name, _raw(key)):
                try:
                    key.verify(signature[4:], text.encode())
                except InvalidSignature:
                    return False
                return True
    return False


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(name: str, raw: bytes) -> bytes:
    return sha256(f"{name}\n".encode() + ED25519 + raw).digest()[:4]


def _make(path: Path) -> None:
    """Linked into place when whole, so that two processes that start together share one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
