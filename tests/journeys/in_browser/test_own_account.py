"""The owner of an account changes the ways into it, in a real browser with a real passkey."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.in_browser.screen import PHONE, Screen
from tests.journeys.in_browser.test_pages_of_accounts import House, house
from tests.people.door import code
from tests.world import PASSWORD

__all__ = ["house"]

pytestmark = pytest.mark.browser


def hold_a_device(window: Page) -> None:
    """A phone with a fingerprint, as Chromium plays it."""
    devtools = window.context.new_cdp_session(window)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def proven(house: House) -> Screen:
    screen = house.screen(house.world.applicants["siti"].account, PHONE)
    screen.open("/akun/reauthenticate/")
    return screen.press("Lanjutkan", password=PASSWORD)


def test_a_passkey_is_added_signs_in_is_renamed_and_removed(house: House) -> None:
    siti = proven(house)
    hold_a_device(siti.window)
    siti.open("/akun/2fa/").follow("Tambah kunci sandi").press("Tambah", name="Ponsel Siti")
    assert "Kode cadangan" in siti.text
    siti.open("/akun/logout/").press("Keluar")
    siti.open("/akun/login/").press("Masuk dengan kunci sandi")
    assert siti.open("/akun/2fa/").follow("Kelola kunci sandi").text.count("Ponsel Siti") >= 1
    siti.follow("Ganti nama").follow("Pakai kunci sandi").press("Pakai kunci sandi")
    siti.press("Simpan", name="Ponsel lama").follow("Lepas").press("Lepas")
    assert "Belum ada kunci sandi" in siti.text


def test_a_passkey_that_no_device_gives_is_told(house: House) -> None:
    stranger = house.screen(None, PHONE)
    hold_a_device(stranger.window)
    stranger.open("/akun/login/")
    stranger.window.get_by_role("button", name="Masuk dengan kunci sandi").click()
    told = stranger.window.locator("#alert")
    told.get_by_text("Kunci sandi tidak jadi dipakai").wait_for()
    assert stranger.window.url.endswith("/akun/login/")


@pytest.mark.parametrize(
    ("page", "field", "new", "as_kept"),
    [
        ("/akun/email/", "email", "siti.baru@contoh.id", "siti.baru@contoh.id"),
        ("/akun/phone/change/", "phone", "0812 3456 7895", "+6281234567895"),
    ],
)
def test_a_contact_is_changed_on_its_page_with_the_code_that_came(
    house: House, page: str, field: str, new: str, as_kept: str
) -> None:
    siti = proven(house)
    siti.open(page).type(field, new)
    siti.press("Kirim kode")
    siti.press("Lanjutkan", code=code(as_kept))
    assert getattr(type(siti.account).objects.get(pk=siti.account.pk), field) == as_kept
