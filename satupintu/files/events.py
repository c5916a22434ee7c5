"""What can happen to stored files."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class FileStored(Event):
    file_id: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileRemoved(Event):
    file_id: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileErased(Event):
    """Key and bytes were destroyed; its row stays, for those that name it."""

    file_id: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileDamaged(Event):
    """The bytes on disk are no longer the bytes that were stored."""

    file_id: int
    problem: str


@dataclass(frozen=True, kw_only=True)
class FileRepaired(Event):
    """A copy that matches the recorded hash was put in the place of damaged bytes."""

    file_id: int


@dataclass(frozen=True, kw_only=True)
class ReturnedFilesErased(Event):
    """Bytes of erased files came back with a backup and were removed again."""

    count: int


@dataclass(frozen=True, kw_only=True)
class OrphansCleared(Event):
    """Files on disk that no row knows of were removed."""

    count: int


@dataclass(frozen=True, kw_only=True)
class FileKeysRotated(Event):
    """The keys of files were wrapped by the key of the ring that is in use now."""

    key: str
    count: int
