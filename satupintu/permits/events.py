"""What happens to an issued document."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class PermitDrawnUp(Event):
    """A number was given and the signer consented; the signature is being made."""

    permit_id: int
    kind: str
    digest: str  # SHA-256 of what the signer saw and agreed to


@dataclass(frozen=True, kw_only=True)
class PermitSigned(Event):
    permit_id: int
    kind: str
    source: str  # what it came from: "case:12", "decision:3"
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SigningFailed(Event):
    permit_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class PermitAbandoned(Event):
    permit_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionDrafted(Event):
    decision_id: int
    permit_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class DecisionDropped(Event):
    """A proposed letter was given up before it was signed."""

    decision_id: int
    permit_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class PermitSuspended(Event):
    permit_id: int
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class PermitResumed(Event):
    permit_id: int
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class PermitRevoked(Event):
    permit_id: int
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class PermitHandedOver(Event):
    permit_id: int
    handover_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class PermitShared(Event):
    """Its holder made a link that opens the file for so many days."""

    permit_id: int
    share_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class ShareWithdrawn(Event):
    permit_id: int
    share_id: int


@dataclass(frozen=True, kw_only=True)
class ShareUsed(Event):
    permit_id: int
    share_id: int


@dataclass(frozen=True, kw_only=True)
class CopyPrinted(Event):
    """An officer printed a marked copy."""

    permit_id: int


@dataclass(frozen=True, kw_only=True)
class PermitErased(Event):
    """What the document said of people is gone; its number, dates and state stay."""

    permit_id: int
