"""Turns DATABASE_URL into Django's database settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def from_url(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?option=value; empty: libpq's own defaults."""
    parts = urlsplit(url or "postgresql:///satupintu")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "satupintu.site.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "satupintu",
            # A connection plans the same statement three times and then knows it: planning the
            # join of a case takes longer than answering it.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **query,
        },
    }
