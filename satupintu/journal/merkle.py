"""Merkle trees as RFC 6962 defines them, kept in the tiles of C2SP tlog-tiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH = 32
WIDTH = 256
TILE = WIDTH * HASH

# The hashes of a tile, one after the other; at least as many as the tree of the asked size has.
Tiles = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbours of equal weight; the last of them may weigh less."""
    if not hashes:
        return sha256(b"").digest()
    row = list(hashes)
    while len(row) > 1:
        pairs = iter(row)
        above = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=False)
        ]
        # An odd one moves up as it is: this is RFC 6962's split at the largest power of two.
        row = [*above, row[-1]] if len(row) % 2 else above
    return row[0]


def split(hashes: bytes) -> list[bytes]:
    return [hashes[start : start + HASH] for start in range(0, len(hashes), HASH)]


def extend(size: int, leaves: Sequence[bytes], tiles: Tiles) -> dict[tuple[int, int], bytes]:
    """Every (level, index) tile that changes when a tree of `size` gets these leaf hashes."""
    changed = {}
    level = 0
    while leaves:
        index, used = divmod(size, WIDTH)
        row = (tiles(level, index)[: used * HASH] if used else b"") + b"".join(leaves)
        leaves = []
        for start in range(0, len(row), TILE):
            tile = row[start : start + TILE]
            changed[level, index + start // TILE] = tile
            if len(tile) == TILE:
                leaves.append(fold(split(tile)))
        size //= WIDTH
        level += 1
    return changed


def root(size: int, tiles: Tiles) -> bytes:
    return _range(0, size, tiles)


def inclusion(sequence: int, size: int, tiles: Tiles) -> list[bytes]:
    """RFC 9162 2.1.3.1: the path from leaf `sequence` to the root of the first `size` leaves."""
    if not 0 <= sequence < size:
        raise ValueError(f"Leaf {sequence} is not among the first {size}.")
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _largest_power_below(high - low)
        if sequence < middle:
            path.append(_range(middle, high, tiles))
            high = middle
        else:
            path.append(_range(low, middle, tiles))
            low = middle
    return path[::-1]


def root_by_inclusion(leaf: bytes, sequence: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """RFC 9162 2.1.3.2: the root this path leads to, None when it can not be a path."""
    if not 0 <= sequence < size:
        return None
    first, last, found = sequence, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            found = node_hash(step, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, step)
        first, last = first >> 1, last >> 1
    return found if last == 0 else None


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """The address of a tile by C2SP tlog-tiles, such as tile/0/x001/067 or tile/1/000.p/8."""
    text = f"{index % 1000:03}"
    while index := index // 1000:
        text = f"x{index % 1000:03}/{text}"
    return f"tile/{level}/{text}" + (f".p/{width}" if width < WIDTH else "")


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _range(low: int, high: int, tiles: Tiles) -> bytes:
    """The root over leaves low..high; `low` always begins a whole subtree at least that large."""
    parts = []
    while low < high:
        height = (high - low).bit_length() - 1
        parts.append(_node(height, low >> height, tiles))
        low += 1 << height
    if not parts:
        return fold([])
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def _node(height: int, index: int, tiles: Tiles) -> bytes:
    """The root of the whole subtree of 2**height leaves, from the tile that holds its hashes."""
    level, within = divmod(height, 8)
    tile, place = divmod(index << within, WIDTH)
    start = place * HASH
    return fold(split(tiles(level, tile)[start : start + (HASH << within)]))
