"""Pages by key: the cursor says behind which row the next one begins, to us alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core import signing
from django.http import Http404
from ninja.params.functions import Query

Row = TypeVar("Row")

LIMIT: Any = Query(25, ge=1, le=100, description="Rows of a page.")
CURSOR: Any = Query(
    "",
    max_length=300,
    pattern=r"^[A-Za-z0-9_:=-]*$",
    description="`next` of the page before; empty for the first page.",
)


def place(cursor: str, what: str) -> Any:
    """The key of the last row of the page before; None at the start. Raises Http404."""
    if not cursor:
        return None
    try:
        return signing.loads(cursor, salt=f"api.{what}")
    except signing.BadSignature:
        raise Http404 from None


def cut(
    rows: Sequence[Row], limit: int, what: str, key: Callable[[Row], Any]
) -> tuple[Sequence[Row], str]:
    """The rows of this page, and the cursor of the next; of `rows` one more was asked for."""
    if len(rows) <= limit:
        return rows, ""
    return rows[:limit], cursor_at(key(rows[limit - 1]), what)


def cursor_at(key: Any, what: str) -> str:
    return signing.dumps(key, salt=f"api.{what}")
