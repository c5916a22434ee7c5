"""What can happen to messages."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class NoticeGiven(Event):
    """A message lies in the inbox of its recipient."""

    notice_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class DeliveryQueued(Event):
    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class DeliverySent(Event):
    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Event):
    """The message could not be sent and nobody tries any more: a task for a person."""

    delivery_id: int
    problem: str


@dataclass(frozen=True, kw_only=True)
class TextReceived(Event):
    """Somebody wrote an SMS to the office."""

    text_id: int


@dataclass(frozen=True, kw_only=True)
class TextsForgotten(Event):
    """SMS of a month ago and their answers were removed."""

    count: int


@dataclass(frozen=True, kw_only=True)
class TextsStopped(Event):
    """The sender of this SMS wants no notices by SMS any more."""

    text_id: int


@dataclass(frozen=True, kw_only=True)
class TextsStarted(Event):
    """The sender of this SMS wants them again."""

    text_id: int


@dataclass(frozen=True, kw_only=True)
class NoticeRead(Event):
    notice_id: int


@dataclass(frozen=True, kw_only=True)
class NoticesErased(Event):
    """The words of all messages about one thing are gone, by the retention schedule."""

    count: int
