"""The city of the stories with every person at a real screen, with scripts and without."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Browser as Chromium

from tests.journeys.conftest import City
from tests.journeys.in_browser.screen import DESK, PHONE, Screen
from tests.world import Certificates, World

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer


class Town(City):
    """Applicants and strangers hold phones, officers sit at desks; all sign in at the door."""

    site: str
    chromium: Chromium
    scripts: bool
    screens: dict[str, Screen]

    def applicant(self, code: str = "siti") -> Screen:
        if code not in self.screens:
            account = self.world.applicants[code].account
            self.screens[code] = self.screen(account, PHONE).sign_in()
        return self.screens[code]

    def officer(self, post: str, office: str = "dpmptsp", size: Any = DESK) -> Screen:
        seat = f"{office}/{post}"
        if seat not in self.screens:
            account = self.world.officer(post, office)
            self.screens[seat] = self.screen(account, size).sign_in(seat)
        return self.screens[seat]

    def stranger(self) -> Screen:
        return self.screens.setdefault("", self.screen(None, PHONE))

    def screen(self, account: Any, size: Any) -> Screen:
        return Screen(self.chromium, self.site, account, scripts=self.scripts, size=size)


@pytest.fixture
def run_jobs(run_jobs: Callable[[], None]) -> Callable[[], None]:
    """Playwright keeps an event loop in this thread, so the worker gets another one."""

    def work() -> None:
        try:
            run_jobs()
        finally:
            connection.close()

    def run() -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    return run


@pytest.fixture(params=[False, True], ids=["without-scripts", "with-scripts"])
def town(
    request: pytest.FixtureRequest,
    world: World,
    signing: None,
    outside: Any,
    run_jobs: Callable[[], None],
    certificates: Certificates,
    live_server: LiveServer,
    chromium: Chromium,
) -> Iterator[Town]:
    cache.clear()  # a code of an authenticator opens once
    made = Town(world, outside, run_jobs, certificates)
    made.site, made.chromium, made.scripts = live_server.url, chromium, request.param
    made.screens = {}
    yield made
    for screen in made.screens.values():
        screen.context.close()
    assert [fault for screen in made.screens.values() for fault in screen.faults] == []
