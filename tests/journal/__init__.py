"""A journal with a few rows, and a superuser who tampers with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from satupintu.journal import actions
from satupintu.journal.events import By, Event
from satupintu.journal.models import Entry

BUDI = By(account_id=5, door="web", post_id=7, office_id=3, request_id="req-1")


@dataclass(frozen=True, kw_only=True)
class Noted(Event):
    number: str


@dataclass(frozen=True, kw_only=True)
class Paid(Event):
    number: str


@app.task(name="tests.journal.first")
def first(**arguments: Any) -> None: ...


@app.task(name="tests.journal.second")
def second(**arguments: Any) -> None: ...


REACTIONS: dict[type[Event], list[Any]] = {Paid: [first, second]}


@transaction.atomic
def note(count: int, prefix: str = "n") -> list[Entry]:
    return [
        actions.record(Noted(subject=f"case:{i}", number=f"{prefix}-{i}"), by=BUDI)
        for i in range(count)
    ]


@transaction.atomic
def as_superuser(statement: str, *values: Any) -> None:
    """What only someone with all rights on the server can do: the triggers sleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
