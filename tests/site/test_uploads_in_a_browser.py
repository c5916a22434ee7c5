"""Uploads in a real browser: the line breaks, the page is loaded again, the photo is too large."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, Route, expect

from sandbox.clamd import Clamd, Mood
from satupintu.cases.models import Attachment, Case
from satupintu.files import queries
from satupintu.files.models import StoredFile, Upload
from satupintu.files.sealing import PIECE
from tests.cases import filling
from tests.cases.test_upload_words import WRONG
from tests.cases.test_uploads_in_pieces import long_pdf
from tests.world import World

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LISTEN = """() => {
  window.heard = [];
  new MutationObserver(() => window.heard.push(document.getElementById("status").textContent))
    .observe(document.getElementById("status"), { childList: true });
}"""
HELD = """() => new Promise((done) => {
  const asked = indexedDB.open("uploads");
  asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
  asked.onsuccess = () => {
    const all = asked.result.transaction("files").objectStore("files").count();
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  };
})"""


# Two cores may be busy with other things; what is promised is that it happens, not how soon.
expect.set_options(timeout=30_000)


class Line:
    """The telephone line between the browser and the city: counts pieces, and may be cut."""

    def __init__(self, page: Page) -> None:
        self.pieces: list[int] = []
        self.cut_after: int | None = None
        page.route(re.compile(r"/berkas/[^/]+/kirim/"), self._carry)

    def _carry(self, route: Route) -> None:
        if self.cut_after is not None and len(self.pieces) >= self.cut_after:
            route.abort("internetdisconnected")
            return
        if route.request.method == "PATCH":
            self.pieces.append(int(route.request.headers["upload-offset"]))
        route.continue_()


@pytest.fixture
def siti(world: World, page: Page, live_server: LiveServer) -> Client:
    client: Client = world.applicant("siti")
    page.context.add_cookies(
        [{"name": "satupintu", "value": client.cookies["satupintu"].value, "url": live_server.url}]
    )
    return client


@pytest.fixture
def case(siti: Client, world: World) -> Case:
    return filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)


@pytest.fixture
def files(page: Page, case: Case, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/permohonan/draf/{case.pk}/berkas/")
    return page


def choose(page: Page, content: bytes, name: str = "ijazah.pdf", row: str = "ijazah") -> Any:
    kind = "image/jpeg" if name.endswith("jpg") else "application/pdf"
    file: FilePayload = {"name": name, "mimeType": kind, "buffer": content}
    place = page.locator(f"#upload-{row}")
    place.locator("input[type=file]").set_input_files(file)
    return place


def upload(page: Page, content: bytes, name: str = "ijazah.pdf", row: str = "ijazah") -> Any:
    place = choose(page, content, name, row)
    place.get_by_role("button", name="Unggah").click()
    return place


def test_a_cut_line_and_a_reload_lose_nothing_that_arrived(files: Page, case: Case) -> None:
    line, content = Line(files), long_pdf(5 * PIECE)
    line.cut_after = 3
    row = upload(files, content)
    expect(row).to_contain_text("Unggahan berhenti di")
    expect(row.get_by_role("button", name="Coba lagi")).to_be_visible()
    assert line.pieces == [0, PIECE, 2 * PIECE]
    part = re.search(r"berhenti di (\d+)%", row.inner_text())
    assert part
    assert int(part[1]) >= 35

    files.reload()
    row = files.locator("#upload-ijazah")
    expect(row).to_contain_text("Unggahan berhenti di")
    line.cut_after = None
    files.evaluate("dispatchEvent(new Event('online'))")
    expect(row).to_contain_text("Terunggah")

    assert line.pieces == [number * PIECE for number in range(6)], "each piece went once"
    attachment = Attachment.objects.get(case=case)
    assert queries.read(attachment.file) == content
    assert files.evaluate(HELD) == 0


def test_try_again_goes_on_by_hand(files: Page, case: Case) -> None:
    line = Line(files)
    line.cut_after = 1
    row = upload(files, long_pdf())
    expect(row).to_contain_text("ketuk Coba lagi")
    line.cut_after = None
    row.get_by_role("button", name="Coba lagi").click()
    expect(row).to_contain_text("Terunggah")
    assert line.pieces == [0, PIECE, 2 * PIECE]


def test_progress_is_told_at_most_four_times(files: Page) -> None:
    files.evaluate(LISTEN)
    row = upload(files, long_pdf(5 * PIECE))
    expect(row).to_contain_text("Terunggah")
    files.wait_for_function("heard.includes('Terunggah')")
    assert files.evaluate("heard") == [
        "Mengunggah 0%",
        "Mengunggah 50%",
        "Memeriksa berkas",
        "Terunggah",
    ]


def test_each_wrong_file_is_told_at_its_row_and_others_are_untouched(
    clamd: Clamd, files: Page
) -> None:
    upload(files, filling.pdf().read(), "ktp.pdf", "ktp")
    expect(files.locator("#upload-ktp")).to_contain_text("Terunggah")
    for name, content, words in WRONG.values():
        row = choose(files, content, name)
        if words != "Ukuran paling besar 5 MB":
            row.get_by_role("button", name="Unggah").click()
        expect(row).to_contain_text(words)
        expect(files.locator("#upload-ktp")).to_contain_text("Terunggah")
    assert StoredFile.objects.count() == 1
    assert not Upload.objects.filter(file=None).exists()


def test_a_silent_scanner_keeps_the_pieces_for_another_try(clamd: Clamd, files: Page) -> None:
    line = Line(files)
    clamd.mood = Mood.DOWN
    row = upload(files, long_pdf())
    expect(row).to_contain_text("Pemindai virus kami sedang tidak menjawab")
    clamd.mood = Mood.NORMAL
    row.get_by_role("button", name="Coba lagi").click()
    expect(row).to_contain_text("Terunggah")
    assert line.pieces == [0, PIECE, 2 * PIECE], "nothing was sent again"


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((2700, 1800), 60).convert("RGB").save(out, "JPEG", quality=80)
    assert out.tell() > 2 * 1024**2
    return out.getvalue()


@pytest.mark.parametrize("original", [False, True], ids=["reduced", "original"])
def test_a_large_photo_is_made_smaller_unless_the_original_is_wanted(
    files: Page, case: Case, original: bool
) -> None:
    content = photo()
    row = choose(files, content, "Ijazah Siti.jpg")
    choice = row.get_by_label("Kirim ukuran asli")
    expect(choice).to_be_visible()
    if original:
        choice.check()
    row.get_by_role("button", name="Unggah").click()
    expect(row).to_contain_text("Terunggah")
    kept = Attachment.objects.get(case=case).file
    assert kept.name == "Ijazah Siti.jpg"
    if original:
        assert queries.read(kept) == content
    else:
        assert kept.size < len(content)
        assert Image.open(io.BytesIO(queries.read(kept))).size == (2560, 1707)


def test_signing_out_leaves_no_file_on_a_shared_phone(files: Page, live_server: Any) -> None:
    line = Line(files)
    line.cut_after = 1
    row = upload(files, long_pdf())
    expect(row).to_contain_text("Unggahan berhenti di")
    assert files.evaluate(HELD) == 1
    files.goto(f"{live_server.url}/akun/logout/")
    files.locator("main").get_by_role("button", name="Keluar").click()
    files.wait_for_url(f"{live_server.url}/")
    assert files.evaluate(HELD) == 0
