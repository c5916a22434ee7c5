"""The browser in which journeys are told, on the page that shows mail and SMS."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.phone import Phone
from sandbox.sms import SmsCentre
from tests.sandboxes import LoopThread

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1366])
def test_a_citizen_answers_an_sms(
    page: Page, phone: Phone, sms_centre: SmsCentre, beside: LoopThread, width: int
) -> None:
    beside.run(sms_centre.reply("628123456789", "Kapan izin saya terbit? " * 6))
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"http://127.0.0.1:{phone.port}/")
    page.get_by_role("link", name="628123456789").click()
    page.get_by_label("Balas sebagai 628123456789").fill("Terima kasih")
    page.get_by_role("button", name="Kirim SMS").click()
    expect(page.get_by_text("Terima kasih")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [message.text for message in sms_centre.messages()][-1] == "Terima kasih"
