"""The site as an app: what a phone may keep, what it shows without a signal, what it forgets."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.cases import filling
from tests.world import World

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

HELD = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      const answer = await (await caches.open(name)).match(request);
      found.push([new URL(request.url).pathname, answer.headers.get("content-type"),
        await answer.text()]);
    }
  }
  return found;
}"""
expect.set_options(timeout=30_000)


def test_the_manifest_and_its_icons_are_the_citys_own(metro: None, client: Client) -> None:
    told = json.loads(client.get("/manifest.webmanifest").content)
    assert told["name"] == "Layanan Satu Pintu Kota Metro"
    assert len(told["short_name"]) <= 12
    assert (told["start_url"], told["display"], told["lang"]) == ("/?src=pwa", "standalone", "id")
    sizes = set()
    for icon in told["icons"]:
        picture = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        sizes.add((icon["sizes"], icon["purpose"]))
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for shortcut in told["shortcuts"]:
        assert client.get(shortcut["url"]).status_code in (200, 302)


def test_only_pages_that_are_the_same_for_all_may_be_kept(world: World, client: Client) -> None:
    for url in ("/", "/layanan/", "/layanan/SIP-PERAWAT/", "/luring/", "/direktori/"):
        assert client.get(url)["X-May-Keep"] == "yes", url
    for url in ("/lacak/", "/layanan/?q=izin", "/akun/login/", "/jurnal/", "/api/v1/services"):
        assert "X-May-Keep" not in client.get(url), url
    siti = world.applicant("siti")
    for url in ("/", "/layanan/", "/permohonan/"):
        assert "X-May-Keep" not in siti.get(url), url
    assert siti.post("/akun/logout/")["Clear-Site-Data"] == '"storage"'


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def settled(page: Page) -> None:
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_without_a_signal_public_pages_are_copies_and_open_pages_stay(
    world: World, phone: Page, live_server: LiveServer
) -> None:
    site = live_server.url
    phone.goto(f"{site}/")
    settled(phone)
    phone.goto(f"{site}/layanan/SIP-PERAWAT/")
    phone.goto(f"{site}/lacak/")
    phone.context.set_offline(True)
    expect(phone.locator("#offline")).to_contain_text("Tidak ada internet")
    expect(phone.locator("#status")).to_contain_text("Tidak ada internet")
    for url in ("/?src=pwa", "/layanan/SIP-PERAWAT/"):
        phone.goto(site + url)
        expect(phone.locator("#copy")).to_contain_text("Salinan pukul")
        expect(phone.locator("#offline")).to_contain_text("Tidak ada internet")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.goto(f"{site}/lacak/")
    expect(phone.locator("h1")).to_have_text("Tidak ada internet")
    phone.context.set_offline(False)
    phone.goto(f"{site}/")
    expect(phone.locator("#copy")).to_be_hidden()
    expect(phone.locator("#offline")).to_be_empty()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_personal_is_kept_by_the_browser(
    world: World, phone: Page, live_server: LiveServer
) -> None:
    site, siti = live_server.url, world.applicant("siti")
    case = filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    phone.goto(f"{site}/")
    settled(phone)
    cookie = {"name": "satupintu", "value": siti.cookies["satupintu"].value, "url": site}
    phone.context.add_cookies([cookie])  # type: ignore[list-item]
    draft = f"/permohonan/draf/{case.pk}/"
    own = ("/", "/permohonan/", draft, f"{draft}berkas/", "/data-diri/")
    for url in own:
        phone.goto(site + url)
    phone.goto(site + draft)
    phone.context.set_offline(True)
    expect(phone.locator("#offline")).to_contain_text("Tidak ada internet")
    expect(phone.locator("h1")).to_be_visible()
    phone.goto(f"{site}/permohonan/")
    expect(phone.locator("h1")).to_have_text("Tidak ada internet")
    phone.context.set_offline(False)

    def held() -> list[Any]:
        found: list[Any] = phone.evaluate(HELD)
        return found

    account = world.applicants["siti"].account
    assert account
    name = account.name
    pages = [one for one in held() if "html" in (one[1] or "")]
    assert {path for path, _, _ in pages} == {"/", "/luring/", "/en/luring/"}
    assert not [path for path, kind, text in held() if name in text or "pdf" in (kind or "")]
    phone.goto(f"{site}/akun/logout/")
    phone.locator("main").get_by_role("button", name="Keluar").click()
    phone.wait_for_url(f"{site}/")
    assert not [path for path, _, text in held() if name in text]
