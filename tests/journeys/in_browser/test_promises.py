"""What pages weigh, and what two clicks, Back and a closed window do."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page

from satupintu.cases.models import Case
from tests.browser import KEPT_OUT
from tests.cases import filling
from tests.journeys.in_browser.screen import PHONE
from tests.world import World

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LETTER, NURSE = "SKP-PENELITIAN", "SIP-PERAWAT"
KB = 1024
SHIFTS = """() => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) moved += one.value;
  }).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(moved)));
})"""

# Text of twice the size with the spacing of WCAG 1.4.12, and what no longer fits then.
LARGE_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: 200% !important; }
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
CUT_OFF = """() => {
  const root = document.documentElement;
  const cut = [...document.querySelectorAll('body *')].filter(it => {
    const look = getComputedStyle(it);
    return it.checkVisibility() && !it.matches('input, select, textarea, svg, svg *')
      && !it.closest('.u-hidden') && /hidden|clip/.test(look.overflowX + look.overflowY)
      && it.clientWidth > 1
      && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
  }).map(it => it.outerHTML.slice(0, 150));
  return root.scrollWidth > root.clientWidth ? [...cut, `page ${root.scrollWidth}`] : cut;
}"""


def enter(page: Page, world: World, live_server: LiveServer) -> Any:
    """Siti's browser without scripts' help, and the same session in the open window."""
    client = world.applicant("siti")
    cookie = client.cookies["satupintu"].value
    page.context.add_cookies([{"name": "satupintu", "value": cookie, "url": live_server.url}])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return client


def loaded(page: Page, address: str) -> dict[str, int]:
    """What came for this address, each with its compressed size."""
    answers: list[Any] = []
    page.on("response", lambda one: answers.append(one))
    page.goto(address, wait_until="networkidle")
    return {one.url: len(gzip.compress(one.body(), 6)) for one in answers if one.status == 200}


@pytest.mark.requirement("PLB-8-1-f")
@pytest.mark.parametrize("path", ["/", f"/layanan/{NURSE}/", "/lacak/"])
def test_a_first_visit_is_light(
    world: World, page: Page, live_server: LiveServer, path: str
) -> None:
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    came = loaded(page, live_server.url + path)
    assert all(url.startswith((live_server.url, "data:")) for url in came), "a third-party host"
    assert len(came) <= 8, came
    assert sum(came.values()) <= 100 * KB, came
    assert sum(size for url, size in came.items() if url.endswith(".js")) <= 25 * KB, came
    assert sum(size for url, size in came.items() if url.endswith(".css")) <= 14 * KB, came
    assert came[live_server.url + path] <= 14 * KB
    assert not [url for url in came if re.search(r"\.(woff2?|ttf|otf)$", url)]
    assert page.evaluate(SHIFTS) <= 0.05
    assert set(said) <= {KEPT_OUT}


def test_a_check_of_a_document_is_lighter_still(
    world: World, page: Page, live_server: LiveServer
) -> None:
    for path in ("/verifikasi/", "/v/tidakadatokensepertiini/"):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert len(gzip.compress(answer.body(), 6)) <= 15 * KB


def test_two_clicks_send_one_application_and_back_sends_none(
    world: World, page: Page, live_server: LiveServer
) -> None:
    siti = enter(page, world, live_server)
    case = filling.complete(siti, LETTER, world.applicants["siti"].pk)
    page.goto(f"{live_server.url}/permohonan/draf/{case.pk}/periksa/")
    page.locator("main [name=truth]").check()
    page.get_by_role("button", name="Kirim permohonan").dblclick()
    page.wait_for_url("**/terkirim/")
    case.refresh_from_db()
    sent = Case.objects.exclude(number=None)
    assert [one.pk for one in sent] == [case.pk]

    confirmation = page.url
    told = page.locator("main").inner_text()
    assert str(case.number) in told
    assert re.search(r"(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d{1,2} \w+ 20\d\d", told)
    assert "Tanda terima" in told
    assert "dpmptsp@metro.example" in told
    page.go_back()
    assert sent.count() == 1
    assert not page.get_by_role("button", name="Kirim permohonan").count()
    page.goto(confirmation)
    assert str(case.number) in page.locator("main").inner_text()


def test_a_closed_window_loses_no_draft(world: World, page: Page, live_server: LiveServer) -> None:
    siti = enter(page, world, live_server)
    case = filling.begin(siti, NURSE, world.applicants["siti"].pk)
    page.goto(f"{live_server.url}/permohonan/draf/{case.pk}/bagian/pemohon/")
    page.close()

    again = page.context.new_page()
    again.goto(f"{live_server.url}/permohonan/")
    assert again.locator(f"main a[href*='/permohonan/draf/{case.pk}/']").count()
    again.goto(f"{live_server.url}/permohonan/mulai/{NURSE}/")
    assert again.locator(f"main a[href*='/permohonan/draf/{case.pk}/']").count()
    assert re.search(r"\d{1,2}\.\d\d WIB", again.locator("main").inner_text())
    assert Case.objects.count() == 1


def test_large_and_loose_text_is_not_cut_off(
    world: World, page: Page, live_server: LiveServer
) -> None:
    siti = enter(page, world, live_server)
    case = filling.complete(siti, LETTER, world.applicants["siti"].pk)
    sent = filling.send(siti, NURSE, world.applicants["siti"].pk)
    page.set_viewport_size({"width": 1280, "height": 1024})
    found = {}
    for path in (
        "/",
        f"/layanan/{NURSE}/",
        f"/permohonan/draf/{case.pk}/bagian/pemohon/",
        f"/permohonan/draf/{case.pk}/berkas/",
        f"/permohonan/draf/{case.pk}/periksa/",
        f"/permohonan/{sent.pk}/",
    ):
        page.goto(live_server.url + path)
        page.evaluate(LARGE_TEXT)
        found[path] = page.evaluate(CUT_OFF)
    assert not any(found.values()), found
