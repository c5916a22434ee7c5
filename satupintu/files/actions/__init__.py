"""Everything that can happen to stored files."""

from satupintu.files.actions._arriving import CHUNK
from satupintu.files.actions.keeping import (
    TooManyOrphans,
    clear_orphans,
    erase,
    remove,
    store,
    store_bytes,
)
from satupintu.files.actions.keys import rotate_keys
from satupintu.files.actions.mending import erase_returned, repair, scrub
from satupintu.files.actions.pieces import (
    NoSuchUpload,
    WrongPlace,
    add_piece,
    begin_upload,
    find_upload,
    finish_upload,
)
from satupintu.files.actions.refusals import (
    Active,
    Broken,
    Empty,
    Encrypted,
    Enough,
    Infected,
    NoAnswer,
    NoRoom,
    NotKept,
    NotScanned,
    TooComplex,
    TooLarge,
    WrongType,
)
from satupintu.files.sealing import PIECE

__all__ = [
    "CHUNK",
    "PIECE",
    "Active",
    "Broken",
    "Empty",
    "Encrypted",
    "Enough",
    "Infected",
    "NoAnswer",
    "NoRoom",
    "NoSuchUpload",
    "NotKept",
    "NotScanned",
    "TooComplex",
    "TooLarge",
    "TooManyOrphans",
    "WrongPlace",
    "WrongType",
    "add_piece",
    "begin_upload",
    "clear_orphans",
    "erase",
    "erase_returned",
    "find_upload",
    "finish_upload",
    "remove",
    "repair",
    "rotate_keys",
    "scrub",
    "store",
    "store_bytes",
]
