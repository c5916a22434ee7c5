"""Whoever loses a right hears nothing more: open pages ask anew at once."""

from __future__ import annotations

from django.db import connection

CHANNEL = "satupintu_access"


def tell_open_pages() -> None:
    """With the commit; a notice that is taken back is never sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
