#!/usr/bin/env python3
"""Checks an exported log of satupintu without satupintu: only this file, Python and `cryptography`.

    python verify.py FOLDER --key 'NAME+ID+KEY' [--since OLD_CHECKPOINT]

FOLDER comes from `manage.py export_journal`. It holds the leaves of the log (entries.jsonl: one
journal row a line, or entries.hex), the signed `checkpoint`, the hash tiles, and the checkpoints
that an outside authority has time-stamped. The key must reach you by another way than the folder,
from a letter or a printed notice, and so must OLD_CHECKPOINT: one that you kept from an earlier
day. With it you see that the log has only grown since then.

How it works: the hash of a leaf is SHA-256(0x00, line) and the hash of a node is
SHA-256(0x01, left, right) (RFC 6962). All lines together give one root hash. The operator has
signed that root; change, move or remove a single line and the root is another one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256  # hashes in a tile


class Bad(Exception):
    """The log is not what was signed."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(hashes: list[bytes]) -> bytes:
    """The root over these hashes: pair by pair, an odd one goes up as it is."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)] + odd
    return hashes[0]


class Log:
    """The hashes of a growing log, level by level, each level in groups of 256."""

    def __init__(self) -> None:
        self.size = 0
        self.levels: list[list[bytes]] = [[]]

    def append(self, hash: bytes) -> list[tuple[int, int, bytes]]:
        """Adds a leaf hash; gives the tiles (level, index, hashes) that it completes."""
        self.size += 1
        completed: list[tuple[int, int, bytes]] = []
        count, level = self.size, 0
        while True:
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(hash)
            if len(self.levels[level]) < WIDTH:
                return completed
            completed.append((level, count // WIDTH - 1, b"".join(self.levels[level])))
            hash = tree(self.levels[level])
            self.levels[level] = []
            count, level = count // WIDTH, level + 1

    def root(self) -> bytes:
        rest: list[bytes] = []
        for hashes in self.levels:
            if hashes or rest:
                rest = [tree(hashes + rest)]
        return rest[0] if rest else tree([])

    def unfinished(self) -> Iterator[tuple[int, int, bytes]]:
        """The last tile of each level."""
        count = self.size
        for level, hashes in enumerate(self.levels):
            if hashes:
                yield level, count // WIDTH, b"".join(hashes)
            count //= WIDTH


class Key:
    """A public key written as NAME+ID+KEY (C2SP signed-note), or a file that holds this text."""

    def __init__(self, text: str) -> None:
        path = Path(text)
        if "+" not in text and path.is_file():
            text = path.read_text().strip()
        try:
            self.name, key_id, key = text.split("+", 2)
            raw = base64.b64decode(key, validate=True)
            self.id = bytes.fromhex(key_id)
            self.key = Ed25519PublicKey.from_public_bytes(raw[1:])
        except ValueError as error:
            raise Bad("Kunci harus berbentuk NAMA+ID+KUNCI.") from error
        if raw[0] != 1 or hashlib.sha256(f"{self.name}\n".encode() + raw).digest()[:4] != self.id:
            raise Bad("Kunci salah tulis: ID-nya tidak cocok dengan nama dan kuncinya.")

    def open(self, note: str, what: str) -> tuple[int, bytes]:
        """The size and root that this checkpoint states, if the key has signed it."""
        try:
            body, signatures = note.split("\n\n")
            name, size, root = body.split("\n")[:3]
            for line in signatures.splitlines():
                mark, signer, signature = line.split(" ")
                raw = base64.b64decode(signature)
                if mark == "—" and signer == self.name == name and raw[:4] == self.id:
                    self.key.verify(raw[4:], f"{body}\n".encode())
                    return int(size), base64.b64decode(root)
        except ValueError as error:
            raise Bad(f"{what}: bukan segel yang dapat dibaca.") from error
        except InvalidSignature as error:
            raise Bad(f"{what}: tanda tangannya palsu.") from error
        raise Bad(f"{what}: tidak ditandatangani oleh {self.name}.")


def tile_path(level: int, index: int, width: int) -> str:
    text = f"{index % 1000:03}"
    while index := index // 1000:
        text = f"x{index % 1000:03}/{text}"
    return f"tile/{level}/{text}" + (f".p/{width}" if width < WIDTH else "")


def leaves(folder: Path) -> Iterator[bytes]:
    plain = folder / "entries.jsonl"
    with (plain if plain.exists() else folder / "entries.hex").open("rb") as file:
        for line in file:
            data = line.rstrip(b"\n")
            yield data if plain.exists() else bytes.fromhex(data.decode())


def check_tile(folder: Path, level: int, index: int, hashes: bytes) -> None:
    """Finds the first leaf whose hash is not the one in its tile."""
    path = folder / tile_path(level, index, len(hashes) // 32)
    if not path.exists():
        raise Bad(f"Ubin {path} tidak ada.")
    stored = path.read_bytes()
    if stored == hashes:
        return
    if level:
        raise Bad(f"Ubin {path} tidak sama dengan hitungan dari baris-baris.")
    for place in range(len(hashes) // 32):
        if stored[32 * place : 32 * place + 32] != hashes[32 * place : 32 * place + 32]:
            sequence = index * WIDTH + place
            raise Bad(
                f"Urutan {sequence} (baris {sequence + 1} dari berkas): isinya bukan yang disegel. "
                "Mulai dari sini ada baris yang diubah, dipindah, dihapus atau disisipkan."
            )


def check(folder: Path, key: Key, since: Path | None) -> list[str]:
    """Raises Bad at the first thing that is wrong; else says what was shown."""
    size, root = key.open((folder / "checkpoint").read_text(), "checkpoint")
    expected: dict[int, list[tuple[str, bytes]]] = {size: [("checkpoint", root)]}
    older = sorted((folder / "timestamps").glob("*.checkpoint"))
    for path in [*older, *([since] if since else [])]:
        old_size, old_root = key.open(path.read_text(), path.name)
        if old_size > size:
            raise Bad(f"{path.name}: dulu log punya {old_size} daun, sekarang hanya {size}.")
        expected.setdefault(old_size, []).append((path.name, old_root))

    log = Log()

    def compare() -> None:
        for name, stated in expected.get(log.size, []):
            if log.root() != stated:
                raise Bad(f"{name}: akar pohon atas {log.size} daun berbeda dari yang disegel.")

    compare()
    for data in leaves(folder):
        for level, index, hashes in log.append(leaf_hash(data)):
            check_tile(folder, level, index, hashes)
        if log.size in expected:
            if log.size == size:
                for level, index, hashes in log.unfinished():
                    check_tile(folder, level, index, hashes)
            compare()
    if log.size != size:
        raise Bad(f"Segel mencakup {size} daun, tetapi folder berisi {log.size}.")
    shown = [f"{size} daun cocok dengan segel {key.name}."]
    if older:
        shown.append(
            f"{len(older)} segel berstempel waktu juga cocok. Periksa stempelnya dengan openssl, "
            "lihat README."
        )
    if since:
        shown.append(f"Sejak {since.name} log hanya bertambah.")
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", required=True, help="NAME+ID+KEY, or a file that holds it")
    parser.add_argument("--since", type=Path, help="a checkpoint that you kept earlier")
    options = parser.parse_args()
    try:
        shown = check(options.folder, Key(options.key), options.since)
    except (Bad, OSError) as error:
        sys.stdout.write(f"TIDAK UTUH. {error}\n")
        return 1
    sys.stdout.write("\n".join(["UTUH.", *shown]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
