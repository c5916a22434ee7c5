"""When this happens, these jobs run. The event-side twin of urls.py."""

from __future__ import annotations

from typing import Any

REACTIONS: dict[type, list[Any]] = {}
