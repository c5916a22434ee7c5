"""The same verbs as `tests.browsing.Browser`, carried out by Chromium on a live server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Locator, Page

from tests.browser import KEPT_OUT
from tests.browsing import Browser
from tests.people.door import totp
from tests.world import PASSWORD, secret_of

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}
ARRIVED = "() => !window.pressed && document.readyState === 'complete'"
STATUS = "() => performance.getEntriesByType('navigation')[0].responseStatus"
AT_REST = "() => !document.querySelector('[aria-busy=true], .htmx-request')"


class Screen(Browser):
    """One person's browser; `window` is its page in Chromium."""

    def __init__(
        self, chromium: Chromium, site: str, account: Any = None, *, scripts: bool, size: Any
    ) -> None:
        self.context = chromium.new_context(
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport=size,
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            java_script_enabled=scripts,
            service_workers="block",  # tests/site/test_app.py lets it work
        )
        self.context.set_default_timeout(15_000)
        self.window: Page = self.context.new_page()
        self.account, self.site, self.scripts = account, site, scripts
        self.url = "/"
        self.faults: list[str] = []
        self.window.on("console", self._heard)
        self.window.on("pageerror", lambda error: self.faults.append(f"{self.url}: {error}"))

    def sign_in(self, seat: str = "") -> Screen:
        """By password, and for officers (`seat` is office/post) with the code of their app."""
        self.open("/akun/login/")
        self.press("Masuk", login=self.account.email, password=PASSWORD)
        if seat:
            self.press("Masuk", code=totp(secret=secret_of(seat)))
        assert "/akun/login/" not in self.url, self.text
        return self

    def open(self, url: str, *, status: int = 200) -> Screen:
        self.url = url  # for what the console says meanwhile
        answer = self.window.goto(self.site + url)
        assert answer is not None
        return self._came(answer.status, status)

    def follow(self, words: str, *, status: int = 200) -> Screen:
        link = self._shown(self._all("main a", words) or self._all("a", words), words)
        with self.window.expect_navigation(wait_until="load") as arrived:
            link.click()
        return self._came(arrived.value.status, status)

    def press(self, button: str, *, status: int = 200, within: str = "", **typed: Any) -> Screen:
        found = self._all(f"{within or 'main'} button:not([aria-hidden=true])", button)
        pressed = self._shown(found, button)
        for name, value in typed.items():
            self.type(name, value, form=pressed.locator("xpath=ancestor::form"))
        return self.send(pressed, status)

    def send(self, pressed: Locator, status: int | None = None) -> Screen:
        """The next page follows; with scripts the answer may come into this one."""
        swaps = pressed.locator("xpath=ancestor-or-self::*[@hx-post or @hx-boost='true']")
        if not (self.scripts and swaps.count()):
            with self.window.expect_navigation(wait_until="load") as arrived:
                pressed.click()
            return self._came(arrived.value.status, status)
        self.window.evaluate("() => { window.pressed = true; }")
        with self.window.expect_response(lambda one: one.request.method == "POST") as answer:
            pressed.click()
        headers, boosted = answer.value.headers, answer.value.request.headers.get("hx-boosted")
        if "hx-redirect" in headers:
            self.window.wait_for_function(ARRIVED)
            return self._came(self.window.evaluate(STATUS), status)
        self.window.wait_for_function(AT_REST)
        return self._came(answer.value.status, status if boosted else None)

    def download(self, words: str) -> bytes:
        link = self._shown(self._all("main a", words), words)
        with self.window.expect_download() as file:
            link.click()
        return Path(file.value.path()).read_bytes()

    def type(self, name: str, value: Any, *, form: Locator | None = None) -> None:
        """As the kind of the field asks: keys, ticks, choices, files."""
        place = form or self.window.locator("main")
        field = place.locator(f'[name="{name}"]')
        kind = field.first.evaluate("it => it.type")
        if kind in {"checkbox", "radio"}:
            for one in value if isinstance(value, list) else [value]:
                place.locator(f'[name="{name}"][value="{one}"]').check()
        elif kind == "file":
            field.set_input_files(
                {"name": value.name, "mimeType": value.content_type, "buffer": value.read()}
            )
        elif kind == "select-one":
            self._choose(field, str(value))
        else:
            field.fill(str(value))
        if self.scripts:
            self.window.wait_for_function(AT_REST)

    def fill(self, values: Mapping[str, Any]) -> None:
        """A page of questions in their order; some come only after another's answer."""
        for name, value in values.items():
            if "-" in name and not self._has(name):
                row = self.window.locator(f"#id_{name.split('-')[0]}-field")
                self.press("Tambah baris", within=f"#{row.get_attribute('id')}")
            if self._has(name):
                self.type(name, value)

    def upload(self, code: str, file: SimpleUploadedFile) -> None:
        self.press("Unggah", within=f"#upload-{code}", file=file)
        self.window.locator(f"#upload-{code}").get_by_text("Terunggah").wait_for()

    def offers(self, button: str) -> bool:
        return bool(self._all("button", button))

    def field(self, name: str) -> Any:
        return self.window.locator(f'[name="{name}"]').first.input_value()

    @property
    def html(self) -> str:
        return self.window.content()

    @property
    def page(self) -> Any:
        from lxml import html as markup

        return markup.fromstring(self.html)

    @property
    def text(self) -> str:
        """What a person reads, and what waits behind a summary."""
        return " ".join(str(self.window.locator("body").evaluate("it => it.textContent")).split())

    def _has(self, name: str) -> bool:
        return bool(self.window.locator(f'main [name="{name}"]').count())

    def _all(self, selector: str, words: str) -> list[Locator]:
        return self.window.locator(selector).filter(has_text=words).all()

    def _shown(self, found: list[Locator], words: str) -> Locator:
        """What is seen comes before what a summary hides; that one is opened first."""
        assert found, f"no {words!r} on {self.url}: {self.text[:2000]}"
        for one in found:
            if one.is_visible():
                return one
        found[0].locator("xpath=ancestor::details[not(@open)]/summary").first.click()
        return found[0]

    def _choose(self, field: Locator, value: str) -> None:
        """Long lists of kelurahan show, with scripts, only those of the chosen kecamatan."""
        first = self.window.locator(f"[id='{field.get_attribute('id')}-group']")
        if first.count():
            for group in first.locator("option").all()[1:]:
                first.select_option(group.inner_text())
                if field.locator(f"option[value='{value}']").count():
                    break
        field.select_option(value)

    def _came(self, came: int | None, status: int | None) -> Screen:
        self.url = self.window.url.removeprefix(self.site).split("#")[0]
        assert status in (None, came), (self.url, came, self.text[:2000])
        return self

    def _heard(self, message: ConsoleMessage) -> None:
        """A refused form is an error for Chromium, not for us."""
        if message.text == KEPT_OUT:
            return
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.faults.append(f"{self.url}: {message.text}")
