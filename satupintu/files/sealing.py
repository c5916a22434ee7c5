"""Files at rest: AES-256-GCM in pieces, each file with a key of its own that the ring wraps.

On disk a file is a row of pieces: 12 bytes of nonce, up to 256 KB encrypted, 16 bytes of tag.
Each piece is bound to its place and to whether it is the last, so none can be moved, left out
or taken from another file.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import WriteableBuffer

PIECE = 256 * 1024
NONCE, TAG = 12, 16
SEALED_PIECE = NONCE + PIECE + TAG


class Damaged(Exception):
    """The bytes on disk are missing or are not those that were stored."""


class UnknownKey(Exception):
    """A file was sealed under a key that is not on the ring of this installation."""


@dataclass(frozen=True)
class Lock:
    """The key of one file, wrapped by the key of the ring that `key_name` names."""

    key_name: str
    wrapped: bytes
    key: bytes = field(repr=False)

    @property
    def is_open(self) -> bool:
        """A file from before files were sealed has no key."""
        return not self.key_name


def ring() -> Mapping[str, bytes]:
    """The keys of settings.FILE_KEYS by name, the one in use first; a sandbox makes its own."""
    path = Path(settings.FILE_KEYS or settings.DATA_DIR / "file-keys")
    if not settings.FILE_KEYS and settings.SANDBOX and not path.exists():
        _make(path)
    try:
        rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
        keys = {name: base64.b64decode(key, validate=True) for name, key in rows}
    except OSError as error:
        raise ImproperlyConfigured(
            f"The keys of stored files, {path}, can not be read: {error.strerror}. Make them once "
            f'with: (umask 077; echo "1 $(openssl rand -base64 32)" > {path})'
        ) from error
    except (ValueError, binascii.Error) as error:
        raise ImproperlyConfigured(f"{path}: each line is a name and a key in base64.") from error
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ImproperlyConfigured(f"{path} must hold keys of 32 bytes in base64, one a line.")
    return keys


def new_lock(of: str) -> Lock:
    """A fresh key for the file of this name, under the key in use."""
    return wrap(AESGCM.generate_key(256), of)


def wrap(key: bytes, of: str) -> Lock:
    name, outer = next(iter(ring().items()))
    nonce = os.urandom(NONCE)
    return Lock(name, nonce + AESGCM(outer).encrypt(nonce, key, of.encode()), key)


def unwrap(key_name: str, wrapped: bytes | memoryview | None, of: str) -> Lock:
    """Raises UnknownKey, Damaged."""
    if not key_name or wrapped is None:
        return Lock("", b"", b"")
    wrapped = bytes(wrapped)
    outer = ring().get(key_name)
    if outer is None:
        raise UnknownKey(f"key {key_name!r} is not on the ring of this installation")
    try:
        key = AESGCM(outer).decrypt(wrapped[:NONCE], wrapped[NONCE:], of.encode())
    except InvalidTag as error:
        raise Damaged(f"{of}: its key does not open under key {key_name!r}") from error
    return Lock(key_name, wrapped, key)


def sealed(content: bytes, lock: Lock, *, at: int, last: bool) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(lock.key).encrypt(nonce, content, _place(at, last))


def pieces_of(size: int) -> int:
    return max(1, -(-size // PIECE))


class Writer:
    """Seals what is written to it; `close` seals the last piece."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        self._file, self._lock, self._waiting, self._at = file, lock, bytearray(), 0

    def write(self, content: bytes) -> None:
        self._waiting += content
        # One byte at least stays behind: only the end tells which piece is the last.
        while len(self._waiting) > PIECE:
            self._seal(last=False)

    def close(self) -> None:
        self._seal(last=True)

    def _seal(self, *, last: bool) -> None:
        piece = bytes(self._waiting[:PIECE])
        del self._waiting[:PIECE]
        self._file.write(sealed(piece, self._lock, at=self._at, last=last))
        self._at += 1


class _Reader(io.RawIOBase):
    """The plain content of a sealed file, from any place on; holds one piece at a time."""

    def __init__(self, file: BinaryIO, lock: Lock, size: int) -> None:
        self._file, self._lock, self._size = file, lock, size
        self._position, self._at, self._plain = 0, -1, memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._position >= self._size:
            return 0
        at, before = divmod(self._position, PIECE)
        if at != self._at:
            self._file.seek(at * SEALED_PIECE)
            self._plain = memoryview(self._opened(self._file.read(SEALED_PIECE), at))
            self._at = at
        room, found = memoryview(buffer), self._plain[before:]
        count = min(len(room), len(found))
        room[:count] = found[:count]
        self._position += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _opened(self, piece: bytes, at: int) -> bytes:
        last = at == pieces_of(self._size) - 1
        try:
            return AESGCM(self._lock.key).decrypt(piece[:NONCE], piece[NONCE:], _place(at, last))
        except (InvalidTag, ValueError) as error:
            raise Damaged(f"piece {at} does not open with the key of its file") from error


def reader(file: BinaryIO, lock: Lock, size: int) -> io.BufferedReader:
    """The plain content, piece by piece. Raises OSError and Damaged while it is read."""
    if lock.is_open:
        return cast("io.BufferedReader", file)
    return io.BufferedReader(_Reader(file, lock, size), PIECE)


def _place(at: int, last: bool) -> bytes:
    return f"{at}:{'last' if last else 'more'}".encode()


def _make(path: Path) -> None:
    """Of several processes that start at once, the first one's key counts."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"1 {base64.b64encode(os.urandom(32)).decode()}\n")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
