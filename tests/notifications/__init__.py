"""Only messages react here: what is queued is delivered by the real worker."""

from __future__ import annotations

from typing import Any

from satupintu.notifications import tasks
from satupintu.notifications.events import DeliveryQueued

REACTIONS: dict[type, list[Any]] = {DeliveryQueued: [tasks.deliver]}
