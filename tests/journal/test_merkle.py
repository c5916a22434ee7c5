"""The hashing of RFC 6962, its proofs, and the tiles they are read from."""

from __future__ import annotations

import random

import pytest
from pymerkle import InmemoryTree

from satupintu.journal import merkle
from satupintu.journal.merkle import leaf_hash, node_hash

# The test tree of RFC 6962's reference implementation: its leaves, and the root after each.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LEAVES += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Tree:
    """Tiles in memory, extended in steps of any size."""

    def __init__(self) -> None:
        self.size = 0
        self.tiles: dict[tuple[int, int], bytes] = {}

    def add(self, *data: bytes) -> None:
        self.tiles |= merkle.extend(self.size, [leaf_hash(d) for d in data], self.read)
        self.size += len(data)

    def read(self, level: int, index: int) -> bytes:
        return self.tiles[level, index]


def test_the_vectors_of_rfc_6962() -> None:
    tree = Tree()
    assert merkle.root(0, tree.read).hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")
    for leaf, expected in zip(LEAVES, ROOTS, strict=True):
        tree.add(bytes.fromhex(leaf))
        assert merkle.root(tree.size, tree.read).hex() == expected


def test_the_proofs_that_rfc_6962_gives_as_examples() -> None:
    tree = Tree()
    data = [f"d{i}".encode() for i in range(7)]
    tree.add(*data)
    a, b, c, d, e, f, j = (leaf_hash(one) for one in data)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, last = node_hash(g, h), node_hash(i, j)
    assert merkle.inclusion(0, 7, tree.read) == [b, h, last]
    assert merkle.inclusion(3, 7, tree.read) == [c, g, last]
    assert merkle.inclusion(4, 7, tree.read) == [f, j, k]
    assert merkle.inclusion(6, 7, tree.read) == [i, k]


@pytest.mark.parametrize("seed", range(3))
def test_roots_and_proofs_are_those_of_another_implementation(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    tree, other = Tree(), InmemoryTree(algorithm="sha256")
    while tree.size < 1200:
        batch = [dice.randbytes(dice.randrange(40)) for _ in range(dice.choice([1, 3, 90, 300]))]
        tree.add(*batch)
        for data in batch:
            other.append_entry(data)
        root = merkle.root(tree.size, tree.read)
        assert root == other.get_root(tree.size)
        sequence = dice.randrange(tree.size)
        path = merkle.inclusion(sequence, tree.size, tree.read)
        theirs = other.prove_inclusion(sequence + 1, tree.size).serialize()["path"]
        assert [step.hex() for step in path] == theirs[1:]
        leaf = bytes.fromhex(theirs[0])
        assert merkle.root_by_inclusion(leaf, sequence, tree.size, path) == root
        assert merkle.root_by_inclusion(leaf, sequence, tree.size, path[:-1]) != root or not path


def test_every_size_up_to_a_full_tile_and_beyond() -> None:
    tree, other = Tree(), InmemoryTree(algorithm="sha256")
    for number in range(270):
        tree.add(bytes([number % 256]))
        other.append_entry(bytes([number % 256]))
        assert merkle.root(tree.size, tree.read) == other.get_root(tree.size)
    for size in range(1, 271):
        assert merkle.root(size, tree.read) == other.get_root(size)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ((0, 1234067, 256), "tile/0/x001/x234/067"),
        ((1, 0, 8), "tile/1/000.p/8"),
        ((2, 999, 256), "tile/2/999"),
    ],
)
def test_tile_addresses_of_c2sp(address: tuple[int, int, int], path: str) -> None:
    assert merkle.tile_path(*address) == path


def test_proofs_that_can_not_exist_are_refused() -> None:
    tree = Tree()
    tree.add(b"a", b"b")
    with pytest.raises(ValueError, match="not among"):
        merkle.inclusion(2, 2, tree.read)
