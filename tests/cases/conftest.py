"""Metro's pack and one person in every post; the pages of applicants and of the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world import World, metro, world

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

__all__ = ["World", "metro", "world"]


@pytest.fixture
def pages(settings: SettingsWrapper, world: World) -> World:
    settings.ROOT_URLCONF = "tests.cases.urls"
    return world
