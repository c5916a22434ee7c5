"""Without a mouse, without sight of the whole page, and in the other language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from satupintu.cases.models import Case
from tests.cases import filling
from tests.cases.filling import jpg, pdf
from tests.journeys.conftest import City
from tests.journeys.in_browser.conftest import Town
from tests.journeys.in_browser.screen import Screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("town", [True], indirect=True, ids=["with-scripts"]),
]
LETTER, NURSE = "SKP-PENELITIAN", "SIP-PERAWAT"
# What has the focus; whether its ring is drawn, and whether something lies over it.
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), look = getComputedStyle(it);
  const x = box.x + Math.min(box.width, innerWidth) / 2, y = box.y + Math.min(box.height, 40) / 2;
  const top = document.elementFromPoint(x, y);
  return {
    page: it === document.body,
    words: (it.innerText || '').replace(/\\s+/g, ' ').trim(),
    name: it.name || '', html: it.outerHTML.slice(0, 150),
    ring: parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== 'none'
      || look.boxShadow !== 'none' || !!it.closest('.c-choice'),
    covered: !top || !(it.contains(top) || top.contains(it) || it.labels?.[0]?.contains(top)),
    place: [...document.querySelectorAll('*')].indexOf(it),
  };
}"""


def tab(window: Page) -> dict[str, Any]:
    window.keyboard.press("Tab")
    found: dict[str, Any] = window.evaluate(FOCUS)
    assert found["page"] or (found["ring"] and not found["covered"]), found
    return found


def reach(window: Page, words: str = "", *, name: str = "") -> None:
    """Tab on until this has the focus."""
    for _ in range(160):
        found = tab(window)
        is_pressed = found["html"].startswith(("<a", "<button"))
        if words in found["words"] and is_pressed if words else found["name"] == name:
            return
    raise AssertionError(f"Tab never reaches {words or name!r}")


def enter(screen: Screen, words: str) -> None:
    reach(screen.window, words)
    with screen.window.expect_navigation():
        screen.window.keyboard.press("Enter")


def test_intake_and_decision_without_a_mouse(town: Town) -> None:
    wanted = filling.scenario(LETTER)
    clerk = town.officer("loket-1").open("/loket/")
    # Choosers are caught from here on: switched on by each wait, it comes later than a key.
    clerk.window.on("filechooser", lambda _: None)
    keys = clerk.window.keyboard
    # The page gives its field the focus when it is first drawn, which may be after it was loaded.
    clerk.window.wait_for_function("document.activeElement.name === 'nik'")
    keys.type("1872014107960002")
    keys.press("Enter")
    clerk.window.locator("main").get_by_text("S*** R").wait_for()
    enter(clerk, "S*** R")
    enter(clerk, "Surat Keterangan Penelitian")
    reach(clerk.window, name="request_type")
    keys.press("Space")
    enter(clerk, "Mulai mengisi")
    case = Case.objects.latest("pk")
    for section in case.definition["sections"]:
        if section["code"] not in ("pemohon", "penelitian", "pelaksanaan"):
            continue
        clerk.open(f"/permohonan/draf/{case.pk}/bagian/{section['code']}/")
        for name, value in filling.typed(section, wanted["answers"]).items():
            if name == "_seen" or re.search(r"-[1-9]\d*-", name):
                continue
            answer_by_keys(clerk, name, str(value))
        enter(clerk, "Simpan dan lanjutkan")
    clerk.open(f"/permohonan/draf/{case.pk}/berkas/")
    for code in wanted["files"]:
        file = jpg() if code == "foto" else pdf(f"{code}.pdf")
        payload: FilePayload = {
            "name": str(file.name),
            "mimeType": str(file.content_type),
            "buffer": file.read(),
        }
        clerk.window.locator(f"#id_{code}").focus()
        with clerk.window.expect_file_chooser() as chooser:
            keys.press("Space")
        chooser.value.set_files(payload)
        clerk.window.locator(f"#id_{code}").focus()
        reach(clerk.window, "Unggah")
        keys.press("Enter")
        clerk.window.locator(f"#upload-{code}").get_by_text("Terunggah").wait_for()
        settled(clerk.window)
    enter(clerk, "periksa jawaban")
    reach(clerk.window, name="truth")
    keys.press("Space")
    enter(clerk, "Kirim permohonan")
    case.refresh_from_db()
    assert case.number
    assert case.number in clerk.text

    verifier = town.officer("verifikator-1").open("/tugas/")
    enter(verifier, case.number)
    enter(verifier, "Periksa berkas")
    for _ in wanted["files"]:
        enter(verifier, "Sesuai")
    enter(verifier, "Buka keputusan") if verifier.window.get_by_text(
        "Buka keputusan"
    ).count() else 0
    verifier.open(f"/berkas/{case.number}/")
    enter(verifier, "Lanjutkan")
    case.refresh_from_db()
    assert case.tasks.get(status="open").step == "rekomendasi"


def answer_by_keys(screen: Screen, name: str, value: str) -> None:
    """Tab to the field from where one is, or from the top of the page again."""
    window = screen.window
    if not window.locator(f'main [name="{name}"]').count():
        return
    field = window.locator(f'main [name="{name}"]').first
    kind = field.evaluate("it => it.type")
    window.evaluate("() => document.activeElement.blur()")
    window.locator("main").focus()
    reach(window, name=name)
    if kind == "radio":
        window.keyboard.press("Space")
        while window.evaluate("() => document.activeElement.value") != value:
            window.keyboard.press("ArrowDown")
    elif kind == "select-one":
        words = field.locator(f"option[value='{value}']")
        if not words.count():  # first its kecamatan
            window.keyboard.press("Shift+Tab")
            window.keyboard.type("Metro Pusat")
            window.keyboard.press("Tab")
        window.keyboard.type(field.locator(f"option[value='{value}']").inner_text())
    else:
        window.keyboard.press("ControlOrMeta+a")
        window.keyboard.type(value)
    settled(window)


def settled(window: Page) -> None:
    """No request is under way, and what came with the last one has its place."""
    window.wait_for_function(
        "() => !document.querySelector('[aria-busy=true], .htmx-request, .htmx-settling')"
    )


def test_the_order_of_tab_is_the_order_of_the_page(town: Town) -> None:
    siti = town.applicant()
    case = filling.complete(town.world.applicant("siti"), LETTER, town.world.applicants["siti"].pk)
    officer = town.officer("verifikator-1")
    for screen, path in (
        (siti, f"/layanan/{NURSE}/"),
        (siti, f"/permohonan/draf/{case.pk}/berkas/"),
        (officer, "/tugas/"),
        (officer, "/berkas/"),
    ):
        screen.open(path)
        assert "Langsung ke isi" in tab(screen.window)["words"]
        screen.window.keyboard.press("Enter")
        assert screen.window.evaluate("() => document.activeElement.id") == "main"
        screen.open(path)
        places: list[Any] = []
        while not (found := tab(screen.window))["page"] and len(places) < 120:
            places.append(found["place"])
        assert places == sorted(places), path
        assert len(places) > 5, path


def test_what_is_wrong_is_heard_and_found(town: Town) -> None:
    siti = town.applicant()
    case = filling.begin(town.world.applicant("siti"), NURSE, town.world.applicants["siti"].pk)
    path = f"/permohonan/draf/{case.pk}/bagian/pemohon/"
    siti.open(path).press("Simpan dan lanjutkan", status=422, nama="", nik="18720")
    window = siti.window
    assert window.title().startswith("Kesalahan: ")
    assert window.evaluate("() => document.activeElement.id") == "error-summary"
    assert siti.field("nik") == "18720"
    links = window.locator("#error-summary a").all()
    for link in links:
        said = link.inner_text()
        target = str(link.get_attribute("href")).removeprefix("#")
        link.click()
        assert window.evaluate("() => document.activeElement.id") == target
        assert said in window.locator(f"#{target}-error").inner_text()
    assert len(links) == 2

    # The other language keeps the page and what was typed.
    siti.type("nama", "Siti R")
    with window.expect_navigation():
        window.get_by_role("link", name="English").first.click()
    assert window.url.endswith("/en" + path)
    assert siti.field("nama") == "Siti R"


def test_each_answer_is_changed_from_the_check_page(town: Town) -> None:
    siti = town.applicant()
    case = filling.complete(town.world.applicant("siti"), LETTER, town.world.applicants["siti"].pk)
    check = f"/permohonan/draf/{case.pk}/periksa/"
    siti.open(check)
    changes = siti.window.get_by_role("link", name=re.compile("^Ubah")).all()
    names = [" ".join(one.inner_text().split()) for one in changes]
    assert len(names) > 10
    assert len(names) == len(set(names))
    siti.follow("Ubah Judul penelitian")
    assert siti.field("judul")
    siti.press("Simpan dan lanjutkan", judul="Judul yang baru")
    assert siti.url == check
    assert "Judul yang baru" in siti.text


def test_an_internal_note_stays_inside(town: Town, city: City) -> None:
    marker, siti = "RAHASIA-KANTOR-8841", town.applicant()
    case = city.send(LETTER)
    officer = town.officer("verifikator-1").open(f"/berkas/{case.number}/messages/")
    officer.press("Simpan catatan", within="section:has(#id_note_body)", body=marker)
    officer.press("Kirim pesan", body="Kami periksa minggu ini.")
    city.work()
    assert marker in officer.open(f"/berkas/{case.number}/messages/").text
    for page in ("", "pesan/", "isian/", "terkirim/", "dokumen/", "tarik/"):
        assert marker not in siti.open(f"/permohonan/{case.pk}/{page}").html, page
    assert marker not in siti.open("/pesan/").html
    assert marker not in town.stranger().open(f"/lacak/?nomor={case.number}").html
    assert not [mail for mail in town.mails("siti@warga.example") if marker in str(mail)]
