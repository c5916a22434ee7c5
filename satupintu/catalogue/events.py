"""What happens in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class ServicePublished(Event):
    """A new version of a service applies to applications that begin from now on."""

    service_id: int
    version_id: int
    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ServiceWithdrawn(Event):
    """A service is no longer offered; running cases go on."""

    service_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceOpened(Event):
    """From a day on a service, or all of them, can be begun again in the city or in a unit."""

    availability_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceClosed(Event):
    """From a day on it can not be begun there; running cases go on."""

    availability_id: int


@dataclass(frozen=True, kw_only=True)
class TextsChanged(Event):
    """Messages, pages or sectors of the pack were replaced."""

    kind: str
    digest: str
