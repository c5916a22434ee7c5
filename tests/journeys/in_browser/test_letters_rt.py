"""The pages of heads of RT and RW on a small old phone, and those of the kelurahan around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser as Chromium
from pytest_django.live_server_helper import LiveServer

from tests.cases import filling
from tests.journeys.in_browser.inspection import problems
from tests.journeys.in_browser.screen import DESK, Screen
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.test_letters_rt import PASSWORD, PIN, RT, days_pass, give_pin, links

__all__ = ["letters", "neighbourhood"]

pytestmark = pytest.mark.browser
OLD_PHONE = {"width": 320, "height": 480}
FINGER = 44  # pixels


class Screens:
    def __init__(self, chromium: Chromium, site: str) -> None:
        self.chromium, self.site = chromium, site
        self.made: list[Screen] = []

    def old_phone(self, *, scripts: bool = False) -> Screen:
        return self._made(None, OLD_PHONE, scripts=scripts)

    def desk(self, account: Any) -> Screen:
        """Signed in already: the door has its own tests."""
        client = Client()
        client.force_login(account)
        screen = self._made(account, DESK, scripts=True)
        cookie = client.cookies["satupintu"].value
        screen.context.add_cookies([{"name": "satupintu", "value": cookie, "url": self.site}])
        return screen

    def _made(self, account: Any, size: Any, *, scripts: bool) -> Screen:
        self.made.append(Screen(self.chromium, self.site, account, scripts=scripts, size=size))
        return self.made[-1]


@pytest.fixture
def screens(chromium: Chromium, live_server: LiveServer) -> Iterator[Screens]:
    made = Screens(chromium, live_server.url)
    yield made
    for screen in made.made:
        screen.context.close()
    assert [fault for screen in made.made for fault in screen.faults] == []


def fits(screen: Screen) -> None:
    """No sideways scroll, and every target is as big as a finger."""
    width, whole = screen.window.locator("html").evaluate("it => [it.clientWidth, it.scrollWidth]")
    assert whole <= width == OLD_PHONE["width"], screen.url
    for target in screen.window.locator("main button, main input:not([type=hidden])").all():
        if target.is_visible() and (box := target.bounding_box()):
            assert box["height"] >= FINGER, screen.url


@pytest.mark.requirement("PRB-11-1-g")
def test_on_a_small_phone_without_scripts_a_letter_is_answered_with_three_taps(
    letters: Letters, screens: Screens
) -> None:
    give_pin(letters, RT)
    case = letters.send()
    phone = screens.old_phone()

    phone.open(links(letters, RT)[0])
    fits(phone)
    phone.press("Buka surat", status=422, pin="111222")
    fits(phone)
    phone.press("Buka surat", pin=PIN)
    fits(phone)
    card = phone.window.locator("img.c-link__card")
    assert card.evaluate("it => it.naturalWidth") > 0
    phone.press("Setujui")
    fits(phone)
    assert "sudah Anda jawab" in phone.text
    assert case.tasks.get(step="rt").move == "forward"

    other = screens.old_phone()
    other.open(links(letters, RT)[0], status=404)
    fits(other)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_around_rt_are_for_everybody(
    letters: Letters, screens: Screens, language: str
) -> None:
    prefix = "/en" if language == "en" else ""
    give_pin(letters, RT)
    refused = letters.send()
    found: list[str] = []
    titles: dict[str, str] = {}

    def look(screen: Screen, path: str, status: int = 200) -> None:
        screen.open(prefix + path, status=status)
        found.extend(f"{path}: {one}" for one in problems(screen, language, titles))

    phone, words = screens.old_phone(scripts=True), {"id": "Buka surat", "en": "Open the letter"}
    link = links(letters, RT)[0]
    look(phone, link)
    phone.press(words[language], pin=PIN)
    found += problems(phone, language, {})
    phone.press({"id": "Bukan warga saya", "en": "Not one of my residents"}[language])
    found += problems(phone, language, {})
    look(screens.old_phone(scripts=True), "/j/tidak-ada-tautan-ini-x/", 404)

    siti = screens.desk(letters.world.applicants["siti"].account)
    look(siti, f"/permohonan/{refused.pk}/")
    look(siti, f"/permohonan/{refused.pk}/banding/")
    siti.press({"id": "Ajukan banding", "en": "Appeal"}[language], words="Saya warga RT 001.")
    lurah = screens.desk(letters.world.officer("lurah"))
    look(lurah, f"/berkas/{refused.number}/")

    waits = letters.send("DOMISILI", "siti", wilayah="35.74.01.1001.001.001")
    days_pass(6)
    letters.remind()
    operator = screens.desk(letters.world.officer("operator"))
    look(operator, "/tugas/")
    look(operator, f"/berkas/{waits.number}/")
    operator.press(
        {"id": "Disetujui di kertas", "en": "Agreed on paper"}[language],
        paper=filling.jpg("surat.jpg"),
    )
    look(operator, f"/berkas/{waits.number}/")

    head = letters.world.officer("ketua", RT)
    owner = screens.desk(head).open(f"{prefix}/akun/pin/")
    owner.press({"id": "Lanjutkan", "en": "Continue"}[language], password=PASSWORD)
    look(owner, "/akun/pin/")
    admin = screens.desk(letters.world.officer("administrator", "diskominfo"))
    look(admin, f"/pejabat/akun/{head.pk}/")
    admin.press({"id": "Buat PIN baru", "en": "Make a new PIN"}[language])
    found += problems(admin, language, {})
    assert found == []
