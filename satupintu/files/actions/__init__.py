"""Everything that can happen to stored files."""

from satupintu.files.actions.keeping import (
    CHUNK,
    TooManyOrphans,
    clear_orphans,
    remove,
    scrub,
    store,
    store_bytes,
)
from satupintu.files.actions.keys import rotate_keys
from satupintu.files.actions.refusals import (
    Active,
    Broken,
    Empty,
    Encrypted,
    Infected,
    NoAnswer,
    NoRoom,
    NotKept,
    NotScanned,
    TooComplex,
    TooLarge,
    WrongType,
)

__all__ = [
    "CHUNK",
    "Active",
    "Broken",
    "Empty",
    "Encrypted",
    "Infected",
    "NoAnswer",
    "NoRoom",
    "NotKept",
    "NotScanned",
    "TooComplex",
    "TooLarge",
    "TooManyOrphans",
    "WrongType",
    "clear_orphans",
    "remove",
    "rotate_keys",
    "scrub",
    "store",
    "store_bytes",
]
