"""Forms of questions with scripts: the answer comes into the page, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Request, Route, expect

from satupintu.cases.models import Case
from satupintu.people.models import DataRequest
from tests.cases import filling
from tests.journeys.in_browser.screen import PHONE
from tests.world import PASSWORD, World

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NURSE = "SIP-PERAWAT"
# What survives an answer that is swapped in, and no reload.
MARK = "() => { window.stayed = document.getElementById('heard'); }"
STAYED = "() => window.stayed === document.getElementById('heard') && window.stayed.isConnected"
ON_SUMMARY = "() => document.activeElement.id === 'error-summary'"


@pytest.fixture
def draft(world: World, page: Page, live_server: LiveServer) -> Case:
    """Siti's draft, its first page of questions open in the window."""
    client = world.applicant("siti")
    cookie = client.cookies["satupintu"].value
    page.context.add_cookies([{"name": "satupintu", "value": cookie, "url": live_server.url}])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    case = filling.begin(client, NURSE, world.applicants["siti"].pk)
    page.goto(f"{live_server.url}/permohonan/draf/{case.pk}/bagian/profesi/")
    page.evaluate(MARK)
    return case


def save(page: Page) -> None:
    page.locator(
        "main form button:not([aria-hidden])", has_text="Simpan dan lanjutkan"
    ).first.click()


def sign_in(page: Page, account: Any, password: str = PASSWORD) -> None:
    page.locator("main [name=login]").fill(str(account.email))
    page.locator("main [name=password]").fill(password)
    page.keyboard.press("Enter")


def stays(page: Page) -> bool:
    return bool(page.evaluate(STAYED))


def test_what_is_wrong_is_told_without_a_reload_and_what_is_right_leads_on(
    draft: Case, page: Page
) -> None:
    here = page.url
    page.locator("[name=gelar]").fill("Ners")
    for _ in range(2):  # an answer that was swapped in is a form like the first
        save(page)
        page.wait_for_function(ON_SUMMARY)
        assert stays(page)
        assert page.url == here
        assert page.title().startswith("Kesalahan: ")
        expect(page.locator("#heard[role=alert]")).to_have_text("Ada yang perlu diperbaiki")
        assert not page.locator("#error-summary [role=alert]").count(), "said twice"
        assert page.locator("[name=gelar]").input_value() == "Ners"
        expect(page.locator("#id_no_str-error")).to_contain_text("STR")
    page.locator("#error-summary a[href='#id_no_str']").click()
    assert page.evaluate("() => document.activeElement.name") == "no_str"

    page.keyboard.type("STR-1")
    expect(page.locator("[data-saved]")).to_contain_text("Draf tersimpan pukul")
    draft.refresh_from_db()
    assert draft.typed["profesi"]["no_str"] == "STR-1"

    page.locator("[name=str_seumur_hidup]").check()
    expect(page.locator("[name=str_berlaku]")).to_have_count(0)
    page.locator("[name=sip_ke]").select_option("1")
    save(page)
    page.wait_for_url("**/bagian/praktik/")
    assert not page.evaluate("() => window.stayed"), "the next page is a page of its own"
    assert page.title().startswith("Tempat praktik")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "c-skip"
    page.go_back()
    expect(page.locator("[name=no_str]")).to_have_value("STR-1")


def test_a_fault_or_a_lost_line_leaves_the_form_as_it_is(draft: Case, page: Page) -> None:
    alert, sent = page.locator("#alert"), page.locator("[name=no_str]")
    trouble: list[str] = []

    def answer(route: Route, request: Request) -> None:
        kind = trouble[0] if trouble and request.headers.get("hx-boosted") else ""
        if kind == "cut":
            route.abort()
        elif kind:
            page_of_it = f"<main><h1>{kind}</h1><p>Coba lagi nanti.</p></main>"
            route.fulfill(status=int(kind), content_type="text/html", body=page_of_it)
        else:
            route.continue_()

    page.route("**/bagian/profesi/", answer)
    sent.fill("STR-2")
    for kind in ("500", "403", "429", "409", "cut"):
        trouble[:] = [kind]
        save(page)
        expect(alert).to_contain_text("Tidak ada internet" if kind == "cut" else kind)
        expect(alert).to_contain_text("Isian Anda masih di sini")
        expect(alert).to_be_in_viewport()
        assert stays(page)
        assert sent.input_value() == "STR-2"
    trouble.clear()
    expect(page.locator("[data-saved]")).to_contain_text("Draf tersimpan pukul")
    save(page)
    page.wait_for_function(ON_SUMMARY)
    expect(alert).to_be_empty()
    assert sent.input_value() == "STR-2"


def test_a_wrong_password_is_told_in_place_and_the_right_one_opens_the_page_asked_for(
    world: World, page: Page, live_server: LiveServer
) -> None:
    siti: Any = world.applicants["siti"].account
    page.goto(f"{live_server.url}/permohonan/")
    page.evaluate(MARK)
    sign_in(page, siti, "keliru")
    page.wait_for_function(ON_SUMMARY)
    assert stays(page)
    assert page.locator("main [name=login]").input_value()
    page.locator("main [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/permohonan/")
    assert not page.evaluate("() => window.stayed")


def test_a_form_that_comes_after_its_session_is_sent_after_signing_in(
    world: World, page: Page, live_server: LiveServer
) -> None:
    siti: Any = world.applicants["siti"].account
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/data-pribadi/perbaikan/")
    sign_in(page, siti)
    page.locator("main [name=words]").fill("Alamat saya seharusnya Jalan Mawar 7")
    Session.objects.all().delete()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("isian Anda kami simpan")
    sign_in(page, siti)
    expect(page.locator("h1")).to_have_text("Isian Anda masih ada")
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.locator("main")).to_contain_text("Permintaan Anda kami terima")
    assert DataRequest.objects.get().words == "Alamat saya seharusnya Jalan Mawar 7"
