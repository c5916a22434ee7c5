"""What happens in the offices: their data is loaded, outages, official numbers."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class OfficesLoaded(Event):
    areas: int
    offices: int
    posts: int
    holidays: int


@dataclass(frozen=True, kw_only=True)
class OfficePut(Event):
    """A unit that the pack does not name was added or changed."""

    office_id: int


@dataclass(frozen=True, kw_only=True)
class PostPut(Event):
    post_id: int


@dataclass(frozen=True, kw_only=True)
class OutageDeclared(Event):
    """An empty list of offices means all of them."""

    outage_id: int
    office_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OutageEnded(Event):
    outage_id: int
    office_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NumberTaken(Event):
    number_id: int
    text: str


@dataclass(frozen=True, kw_only=True)
class NumbersReserved(Event):
    """Numbers in a row, set aside for forms that are filled in on paper."""

    first: str
    last: str
    count: int


@dataclass(frozen=True, kw_only=True)
class NumberVoided(Event):
    number_id: int
    text: str
