"""The settings of the tests, on a database whose steps are counted."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["ENGINE"] = "tests.faults.postgres"
