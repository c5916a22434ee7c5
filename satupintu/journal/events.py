"""What an event is, who caused it, and the one event that belongs to no other package."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, named in the past tense, holding only ids and no personal data."""

    subject: str

    @classmethod
    def name(cls) -> str:
        package = cls.__module__.split(".")
        return f"{package[1] if len(package) > 1 else package[0]}.{cls.__name__}"

    def data(self) -> dict[str, Any]:
        """The fields as plain JSON values, subject included."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


@dataclass(frozen=True)
class By:
    """Who acts, in which post, and through which door.

    Doors: web, link, counter, api, worker, command.
    """

    account_id: int | None
    door: str
    post_id: int | None = None
    office_id: int | None = None
    request_id: str = ""

    @property
    def person(self) -> int:
        """The account, where only a person can act."""
        if self.account_id is None:
            raise PermissionError("The system itself can not do what needs a person.")
        return self.account_id


SYSTEM = By(None, "worker")


@dataclass(frozen=True, kw_only=True)
class ProtectedDataRead(Event):
    """Someone looked at protected data: which part, of which subject."""

    what: str


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(item) for item in items]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    # A float has no single written form, so its hash could differ between two readers.
    raise TypeError(f"An event can not hold a {type(value).__name__}: use int, str or Decimal.")
