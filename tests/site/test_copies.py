"""A page that was prepared opens again without a signal: only its owner's, and not for long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from satupintu.cases.models import Visit
from tests.cases import filling
from tests.site.test_app import settled
from tests.site.test_outbox import FINDINGS, everything_wrong, url_of
from tests.site.test_outbox import visit as visit
from tests.world import World

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "async () => (await caches.keys()).filter((name) => name.startsWith('own-'))"
AGE = """async () => {
  for (const name of (await caches.keys()).filter((one) => one.startsWith('own-'))) {
    const store = await caches.open(name);
    for (const request of await store.keys()) {
      const copy = await store.match(request), headers = new Headers(copy.headers);
      if (!headers.has('X-Keep-Until')) continue;
      headers.set('X-Keep-Until', Date.now() - 1);
      await store.put(request, new Response(await copy.text(), { headers }));
    }
  }
}"""
expect.set_options(timeout=30_000)


class Phone:
    """One phone that lets the worker in; whoever holds it comes by a cookie."""

    def __init__(self, chromium: Browser, world: World, site: str) -> None:
        self.context = chromium.new_context(
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport={"width": 360, "height": 740},
        )
        self.context.set_default_timeout(30_000)
        self.world, self.site = world, site
        self.page = self.context.new_page()
        self.page.goto(f"{site}/")
        settled(self.page)

    def of(self, cookie: str) -> None:
        self.context.add_cookies([{"name": "satupintu", "value": cookie, "url": self.site}])

    def officer(self, post: str) -> None:
        self.of(self.world.desk(post, "putr").cookies["satupintu"].value)

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def prepare(self, path: str) -> None:
        self.open(path)
        self.page.get_by_role("button", name="Siapkan tanpa sinyal").click()
        expect(self.page.get_by_role("button", name="Hapus salinan")).to_be_focused()

    def anew_without_a_signal(self, path: str) -> Page:
        """The tab is closed, and another one opened where nothing arrives."""
        self.page.close()
        self.context.set_offline(True)
        self.page = self.context.new_page()
        self.open(path)
        return self.page

    def back(self) -> None:
        self.context.set_offline(False)

    def copies(self) -> list[str]:
        found: list[str] = self.page.evaluate(OWN)
        return found


@pytest.fixture
def phone(chromium: Browser, world: World, live_server: LiveServer) -> Iterator[Phone]:
    made = Phone(chromium, world, live_server.url)
    yield made
    made.context.close()


def waiting_of(page: Page) -> Locator:
    return page.locator("[data-outbox-list] li[data-state=waiting]")


def test_a_prepared_visit_opens_again_without_a_signal_with_all_that_waits(
    phone: Phone, visit: Visit
) -> None:
    phone.officer("tim-teknis-1")
    phone.prepare(url_of(visit))
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    page = phone.anew_without_a_signal(url_of(visit))
    expect(page.locator("#copy")).to_contain_text(re.compile(r"Salinan dari \d\d\.\d\d, tanpa"))
    expect(page.locator("#copy")).to_contain_text("belum terkirim")
    for name in FINDINGS:
        page.locator(f"[name={name}][value=yes]").check()
    page.get_by_role("button", name="Simpan hasil").click()
    expect(waiting_of(page)).to_have_count(1)
    page.locator("[name=photo]").set_input_files(
        {"name": "depan.jpg", "mimeType": "image/jpeg", "buffer": filling.jpg().read()}
    )
    page.get_by_role("button", name="Simpan foto").click()
    expect(waiting_of(page)).to_have_count(2)

    page = phone.anew_without_a_signal(url_of(visit))
    expect(waiting_of(page)).to_have_count(2)
    expect(page.locator("[name=fits-titik][value=yes]")).to_be_checked()
    expect(page.locator("#offline")).not_to_contain_text("jangan tutup", ignore_case=True)
    assert not everything_wrong(page)
    phone.back()
    expect(page.locator("[data-outbox-list] li[data-state=sent]")).to_have_count(2)
    visit.refresh_from_db()
    assert (len(visit.findings), visit.photos.count()) == (len(FINDINGS), 1)
    page.wait_for_function(
        "async (path) => (await (await caches.match(path)).text()).includes('depan.jpg')",
        arg=url_of(visit),
    )

    page = phone.anew_without_a_signal(url_of(visit))
    expect(page.locator("[name=fits-titik][value=yes]"), "what was sent is in it").to_be_checked()
    expect(waiting_of(page)).to_have_count(0)


def test_a_page_nobody_asked_for_is_not_kept_and_a_prepared_one_can_be_deleted(
    phone: Phone, visit: Visit
) -> None:
    phone.officer("tim-teknis-1")
    phone.open(url_of(visit))
    expect(phone.page.get_by_role("button", name="Siapkan tanpa sinyal")).to_be_visible()
    assert phone.copies() == []
    phone.prepare(url_of(visit))
    phone.anew_without_a_signal("/tugas/").locator("[data-prepared] a").click()
    expect(phone.page.locator("h1")).to_have_text("Kunjungan lapangan")
    phone.page.get_by_role("button", name="Hapus salinan").click()
    expect(phone.page.get_by_role("button", name="Siapkan tanpa sinyal")).to_be_focused()
    phone.anew_without_a_signal(url_of(visit))
    expect(phone.page.locator("h1")).to_have_text("Tidak ada internet")


def test_a_copy_is_gone_after_signing_out_for_another_account_and_when_its_time_is_over(
    phone: Phone, visit: Visit
) -> None:
    phone.officer("tim-teknis-1")
    phone.prepare(url_of(visit))
    phone.open("/akun/logout/")
    phone.page.locator("main").get_by_role("button", name="Keluar").click()
    phone.page.wait_for_url(f"{phone.site}/")
    assert phone.copies() == []

    settled(phone.page)
    phone.officer("tim-teknis-1")
    phone.prepare(url_of(visit))
    phone.officer("tim-teknis-2")
    phone.open("/tugas/")
    phone.page.wait_for_function(f"({OWN})().then((names) => !names.length)")
    page = phone.anew_without_a_signal(url_of(visit))
    expect(page.locator("h1")).to_have_text("Tidak ada internet")

    phone.back()
    phone.officer("tim-teknis-1")
    phone.prepare(url_of(visit))
    phone.page.evaluate(AGE)
    page = phone.anew_without_a_signal(url_of(visit))
    expect(page.locator("h1")).to_have_text("Tidak ada internet")
    expect(page.locator("[data-prepared]")).to_be_hidden()


def test_a_prepared_page_of_a_draft_opens_again_without_a_signal(
    phone: Phone, world: World
) -> None:
    siti = world.applicant("siti")
    case = filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    section = f"/permohonan/draf/{case.pk}/bagian/profesi/"
    phone.of(siti.cookies["satupintu"].value)
    phone.prepare(section)
    field, told = "[name=no_str]", "[data-saved]"
    phone.page.locator(field).fill("14 01")
    expect(phone.page.locator(told)).to_contain_text("Draf tersimpan pukul")
    phone.page.wait_for_function(
        "async (path) => (await (await caches.match(path)).text()).includes('14 01')", arg=section
    )
    page = phone.anew_without_a_signal(section)
    expect(page.locator("#copy")).to_contain_text("tanpa sinyal")
    expect(page.locator(field), "what was saved since is in it").to_have_value("14 01")
    page.locator(field).fill("14 02")
    expect(page.locator(told)).to_have_text("Tersimpan di ponsel ini, belum terkirim.")
    page = phone.anew_without_a_signal(section)
    expect(page.locator(field)).to_have_value("14 02")
    expect(page.locator(told)).to_have_text("Tersimpan di ponsel ini, belum terkirim.")
    assert not everything_wrong(page)
    phone.back()
    expect(page.locator(told)).to_contain_text("Draf tersimpan pukul")
    case.refresh_from_db()
    assert case.typed["profesi"]["no_str"] == "14 02"
    page.locator(field).fill("14 03")
    page.get_by_role("button", name="Simpan dan lanjutkan nanti").click()
    page.wait_for_url(f"{phone.site}/permohonan/draf/{case.pk}/")
    page.wait_for_function(
        "async (path) => (await (await caches.match(path)).text()).includes('14 03')", arg=section
    )
