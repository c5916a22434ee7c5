"""Metro's pack, one person in every post, and a browser."""

from __future__ import annotations

from tests.browser import chromium, page
from tests.world import metro, world

__all__ = ["chromium", "metro", "page", "world"]
