"""Metro's pack and one person in every post."""

from __future__ import annotations

from tests.world import metro, world

__all__ = ["metro", "world"]
