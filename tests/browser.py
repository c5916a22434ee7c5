"""A real browser for tests: Debian's Chromium, driven by Playwright, one clean window a test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# What the console says because these windows let no service worker in.
KEPT_OUT = "Service Worker registration blocked by Playwright"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with its module: while it is open, no other test of this process may run a loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        # Playwright keeps an event loop in the thread of the tests, which Django takes for a sign
        # that its models are used from asynchronous code.
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
            yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of 1366 × 768; `page.set_viewport_size` makes it a telephone."""
    context = chromium.new_context(
        locale="id-ID", viewport={"width": 1366, "height": 768}, service_workers="block"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
