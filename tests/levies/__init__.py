from __future__ import annotations

from typing import Any

NO_REACTIONS: dict[type, list[Any]] = {}
