"""What is saved without a signal: it waits on the phone, goes once, and is nobody else's."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Route, expect

from satupintu.cases.actions import inspections
from satupintu.cases.models import Minutes, Visit, VisitPhoto
from satupintu.files import queries as files
from satupintu.journal.models import Entry
from tests.cases import desk, filling
from tests.journeys.in_browser.inspection import AXE, TAGS, axe
from tests.site.test_uploads_in_a_browser import photo
from tests.world import World

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload
    from pytest_django.live_server_helper import LiveServer

FINDINGS = {
    f"fits-{item}": "yes" for item in ("titik", "sempadan", "keselamatan", "pandang", "ukuran")
}
MINUTES = {"conclusion": "fits", "text": "Sesuai gambar.", "statement": ""}
SAID = {"Accept": "application/json"}
HELD = """() => new Promise((done) => {
  const asked = indexedDB.open("outbox");
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done(0);
  asked.onsuccess = () => {
    const names = [...asked.result.objectStoreNames];
    const counts = names.map((name) => asked.result.transaction(name).objectStore(name).count());
    let left = counts.length;
    counts.forEach((one) => { one.onsuccess = () => {
      left -= 1;
      if (left) return;
      asked.result.close();
      done(counts.reduce((sum, it) => sum + it.result, 0));
    }; });
  };
})"""
EMPTY = f"() => ({HELD})().then((count) => count === 0)"
expect.set_options(timeout=30_000)


def everything_wrong(page: Page) -> list[str]:
    page.evaluate(axe())
    found: list[str] = page.evaluate(AXE, TAGS)
    return found


@pytest.fixture
def visit(world: World) -> Visit:
    """Planned for both members of the team; nobody has been there."""
    task = desk.reach(desk.sent(world, "REKLAME-TETAP", scenario=1), "tinjau")
    team = [world.officer(f"tim-teknis-{number}", "putr").pk for number in (1, 2)]
    return inspections.plan_visit(
        task.pk,
        planned_at=timezone.now(),
        place="Di sana",
        note="",
        members=team,
        by=world.by("tim-teknis-1", "putr"),
    )


def url_of(visit: Visit, act: str = "lapangan") -> str:
    return f"/berkas/{visit.case.number}/kunjungan/{act}/"


@pytest.mark.django_db
def test_what_a_phone_sends_again_changes_nothing_and_is_answered_as_before(
    world: World, visit: Visit
) -> None:
    first, second = world.desk("tim-teknis-1", "putr"), world.desk("tim-teknis-2", "putr")
    checked, written, taken = ({"key": str(uuid4())} for _ in range(3))

    def send(act: str, **typed: Any) -> dict[str, Any]:
        answer = first.post(url_of(visit, act), typed, headers=SAID)
        assert answer.status_code == 200, answer.content.decode()
        told: dict[str, Any] = answer.json()
        return told

    before = Entry.objects.count()
    again: list[Callable[[], dict[str, Any]]] = [
        lambda: send("hasil", **FINDINGS, **checked),
        lambda: send("berita-acara", **MINUTES, **written, revision="0"),
        lambda: send("foto", photo=filling.jpg(), caption="Depan", **taken),
    ]
    for act in again * 2:
        assert act()["url"] == url_of(visit)
    assert Entry.objects.count() == before + 4, "findings, minutes, a file and its photo"
    assert Minutes.objects.get().revision == 1
    assert visit.photos.count() == 1

    for member in (first, second):
        member.post(url_of(visit, "setujui"), {"revision": "1"})
    assert Minutes.objects.get().final_at, "a late repeat asks nobody to approve again"
    for act in again:
        assert act()["url"] == url_of(visit)
    refused = first.post(url_of(visit, "hasil"), FINDINGS | {"key": str(uuid4())}, headers=SAID)
    assert refused.status_code == 409
    assert "sudah disetujui semua anggota" in refused.json()["message"]


@pytest.mark.django_db
def test_minutes_that_come_late_do_not_overwrite_what_a_colleague_wrote(
    world: World, visit: Visit
) -> None:
    first, second = world.desk("tim-teknis-1", "putr"), world.desk("tim-teknis-2", "putr")
    first.post(url_of(visit, "hasil"), FINDINGS)
    second.post(url_of(visit, "berita-acara"), MINUTES | {"revision": "0"})
    late = MINUTES | {"text": "Ditulis tadi pagi.", "revision": "0"}
    told = first.post(url_of(visit, "berita-acara"), late, headers=SAID)
    assert (told.status_code, "baca yang tersimpan" in told.json()["message"]) == (422, True)
    page = first.post(url_of(visit, "berita-acara"), late).content.decode()
    assert "Ditulis tadi pagi." in page
    assert "Sesuai gambar." in page
    assert Minutes.objects.get().text == "Sesuai gambar."


@pytest.mark.django_db
def test_a_checklist_that_comes_late_does_not_overwrite_what_a_colleague_saved(
    world: World, visit: Visit
) -> None:
    first, second = world.desk("tim-teknis-1", "putr"), world.desk("tim-teknis-2", "putr")

    def seen(client: Client) -> str:
        found = re.search(
            r'name="revision" value="(\w{32})"', client.get(url_of(visit)).content.decode()
        )
        assert found
        return found[1]

    empty = seen(first)
    second.post(url_of(visit, "hasil"), FINDINGS | {"revision": seen(second)})
    same = first.post(url_of(visit, "hasil"), FINDINGS | {"revision": empty}, headers=SAID)
    assert same.status_code == 200, "who found the same overwrites nothing"
    late = FINDINGS | {"fits-titik": "no", "note-titik": "Bergeser 2 meter."}
    told = first.post(
        url_of(visit, "hasil"), late | {"revision": empty, "key": str(uuid4())}, headers=SAID
    )
    assert (told.status_code, "Rekan Anda sudah menyimpan" in told.json()["message"]) == (422, True)
    visit.refresh_from_db()
    assert visit.findings["titik"]["fits"] is True
    page = first.post(url_of(visit, "hasil"), late | {"revision": empty}).content.decode()
    assert "Bergeser 2 meter." in page
    assert "Daftar periksa yang tersimpan sekarang" in page
    done = first.post(url_of(visit, "hasil"), late | {"revision": seen(first)}, headers=SAID)
    visit.refresh_from_db()
    assert visit.findings["titik"] == {"fits": False, "note": "Bergeser 2 meter."}
    assert done.json()["revision"] == visit.edition


@pytest.mark.django_db
def test_a_photo_keeps_when_it_was_taken_but_never_a_day_to_come(
    world: World, visit: Visit
) -> None:
    client = world.desk("tim-teknis-1", "putr")
    for told in ("2026-01-02T03:04:05.000Z", "2999-01-01T00:00:00Z", "kemarin", ""):
        typed = {"photo": filling.jpg(), "key": str(uuid4()), "taken_at": told}
        client.post(url_of(visit, "foto"), typed)
    first, ahead, *others = VisitPhoto.objects.order_by("id")
    assert first.taken_at
    assert first.taken_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert ahead.taken_at
    assert ahead.taken_at <= timezone.now()
    assert [one.taken_at for one in others] == [None, None]


@pytest.mark.django_db
def test_a_page_can_ask_whose_session_this_is(world: World, client: Client) -> None:
    told = client.get("/sesi/kini/")
    assert told.json()["account"] is None
    assert "no-store" in told["Cache-Control"]
    officer = Client(enforce_csrf_checks=True)
    officer.force_login(world.officer("kabid"))
    now = officer.get("/sesi/kini/").json()
    assert now["account"] == world.officer("kabid").pk
    assert officer.post("/sesi/tetap/").status_code == 403
    stays = officer.post("/sesi/tetap/", headers={"X-CSRFToken": now["token"]})
    assert stays.status_code == 200


class Phone:
    """The phone of the field team, with or without a signal."""

    def __init__(self, page: Page, world: World, visit: Visit, site: str) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        self.page, self.world, self.visit, self.site = page, world, visit, site
        self.rows = page.locator("[data-outbox-list] li")
        self.sent = page.locator("[data-outbox-list] li[data-state=sent]", has_text="Terkirim")
        self.come("tim-teknis-1")

    def come(self, post: str) -> None:
        cookie = self.world.desk(post, "putr").cookies["satupintu"].value
        self.page.context.add_cookies([{"name": "satupintu", "value": cookie, "url": self.site}])
        self.page.goto(self.site + url_of(self.visit))

    def away(self) -> None:
        self.page.context.set_offline(True)
        expect(self.page.locator("#offline")).to_contain_text("aman di ponsel ini")

    def back(self) -> None:
        self.page.context.set_offline(False)

    def back_without_session(self) -> None:
        """The signal is there again; the session ended meanwhile."""
        self.page.context.clear_cookies(name="satupintu")
        self.back()

    def take(self, name: str, content: bytes | None = None) -> None:
        file: FilePayload = {
            "name": f"{name}.jpg",
            "mimeType": "image/jpeg",
            "buffer": content or filling.jpg().read(),
        }
        self.page.locator("[name=photo]").set_input_files(file)
        self.page.locator("[name=caption]").fill(name)

    def save(self, what: str = "Simpan foto") -> None:
        self.page.get_by_role("button", name=what).click()

    def keep(self, name: str) -> None:
        self.take(name)
        self.save()
        expect(self.rows.filter(has_text=name)).to_contain_text("Menunggu sinyal")


@pytest.fixture
def phone(page: Page, world: World, visit: Visit, live_server: LiveServer) -> Phone:
    return Phone(page, world, visit, live_server.url)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_each_photo_waits_for_a_signal_on_its_own_and_arrives_once(
    phone: Phone, visit: Visit
) -> None:
    phone.away()
    for name in ("depan", "samping", "belakang"):
        phone.keep(name)
    expect(phone.rows).to_have_count(3)
    expect(phone.sent).to_have_count(0)
    assert not everything_wrong(phone.page)
    assert not VisitPhoto.objects.exists()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360

    sent: list[str] = []

    def carry(route: Route) -> None:
        """The first is refused on the way; of the second the answer gets lost, once."""
        sent.append(route.request.method)
        if len(sent) == 1:
            route.fulfill(status=500, body="")
        elif len(sent) == 2:
            route.fetch()
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone.page.route(re.compile("/kunjungan/foto/$"), carry)
    phone.back()
    expect(phone.rows.nth(0)).to_contain_text("Gagal: Ada gangguan di sistem kami")
    expect(phone.rows.nth(1)).to_contain_text("Menunggu sinyal")
    expect(phone.rows.nth(2)).to_contain_text("Terkirim")
    assert VisitPhoto.objects.count() == 2
    phone.rows.nth(0).get_by_role("button", name="Coba lagi").click()
    expect(phone.sent).to_have_count(3)
    assert sorted(visit.photos.values_list("caption", flat=True)) == [
        "belakang",
        "depan",
        "samping",
    ]
    assert visit.photos.exclude(taken_at=None).count() == 3
    assert phone.page.evaluate(HELD) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_whole_visit_without_a_signal(phone: Phone, visit: Visit) -> None:
    page = phone.page
    phone.away()
    page.locator("[name=text]").fill("Papan setinggi 4 meter.")
    page.locator("[name=conclusion][value=fits]").check()
    for name in FINDINGS:
        page.locator(f"[name={name}][value=yes]").check()
    page.locator("[name=fits-pandang][value=no]").check()
    phone.save("Simpan hasil")
    phone.save("Simpan berita acara")
    expect(phone.rows).to_have_count(2)
    phone.back()
    expect(phone.rows.nth(0)).to_contain_text("Gagal: Tulis catatan untuk")
    expect(phone.rows.nth(1)).to_contain_text("Gagal: Isi hasil pemeriksaan")
    page.reload()
    expect(page.locator("[name=fits-pandang][value=no]"), "put back to be mended").to_be_checked()
    expect(page.locator("[data-outbox-list] li[data-state=failed]")).to_have_count(2)
    page.locator("[name=note-pandang]").fill("Menutup rambu.")
    with page.expect_navigation():
        phone.save("Simpan hasil")
    expect(page.locator("main")).to_contain_text("Hasil pemeriksaan tersimpan")
    expect(phone.sent).to_have_count(1)
    assert visit.minutes.text == "Papan setinggi 4 meter."
    assert page.evaluate(HELD) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_late_checklist_stands_beside_the_colleagues_and_goes_when_it_is_saved_again(
    phone: Phone, visit: Visit, world: World
) -> None:
    page = phone.page
    phone.away()
    for name in FINDINGS:
        page.locator(f"[name={name}][value=yes]").check()
    phone.save("Simpan hasil")
    expect(phone.rows).to_have_count(1)
    other = FINDINGS | {"fits-titik": "no", "note-titik": "Bergeser 2 meter."}
    world.desk("tim-teknis-2", "putr").post(url_of(visit, "hasil"), other)
    phone.back()
    expect(phone.rows).to_contain_text("Gagal: Rekan Anda sudah menyimpan")
    page.reload()
    expect(page.locator("[name=fits-titik][value=yes]"), "what was found here").to_be_checked()
    page.get_by_text("Daftar periksa yang tersimpan sekarang").click()
    expect(page.locator("#id_findings details")).to_contain_text("Bergeser 2 meter.")
    visit.refresh_from_db()
    assert visit.findings["titik"]["fits"] is False
    with page.expect_navigation():
        phone.save("Simpan hasil")
    visit.refresh_from_db()
    assert visit.findings["titik"]["fits"] is True
    assert page.evaluate(HELD) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("original", [False, True], ids=["reduced", "original"])
def test_a_large_photo_of_a_visit_is_reduced_unless_the_original_is_wanted(
    phone: Phone, original: bool
) -> None:
    content = photo()
    phone.take("besar", content)
    page = phone.page
    page.locator("[name=lat]").fill("-5,1132")
    page.locator("[name=lon]").fill("105.3067")
    if original:
        page.get_by_label("Kirim ukuran asli").check()
    with page.expect_navigation():
        phone.save()
    kept = VisitPhoto.objects.get()
    assert (str(kept.latitude), str(kept.longitude)) == ("-5.113200", "105.306700")
    assert kept.taken_at
    if original:
        assert files.read(kept.file) == content
    else:
        assert Image.open(io.BytesIO(files.read(kept.file))).size == (2560, 1707)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_entries_wait_for_their_own_account_and_a_sign_out_deletes_them(phone: Phone) -> None:
    page = phone.page
    phone.away()
    phone.keep("depan")
    phone.back_without_session()
    expect(page.locator("[data-outbox-away]")).to_be_visible()
    expect(phone.rows).to_contain_text("Menunggu sinyal")

    phone.come("tim-teknis-2")
    expect(page.locator("h1")).to_be_visible()
    expect(phone.rows).to_have_count(0)
    assert not VisitPhoto.objects.exists()
    assert page.evaluate(HELD) == 1

    phone.page.route(re.compile("/kunjungan/foto/$"), lambda route: route.abort())
    phone.come("tim-teknis-1")
    expect(phone.rows).to_contain_text("depan")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{phone.site}/akun/logout/")
    page.locator("main").get_by_role("button", name="Keluar").click()
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    assert page.evaluate(HELD) == 1, "whoever thinks again loses nothing"
    page.locator("main").get_by_role("button", name="Keluar").click()
    page.wait_for_url(f"{phone.site}/")
    assert all("belum terkirim" in one for one in asked)
    assert len(asked) == 2
    assert page.evaluate(HELD) == 0
    assert not VisitPhoto.objects.exists()


@pytest.mark.django_db
def test_an_autosave_does_not_go_over_what_another_device_wrote(world: World) -> None:
    siti, elsewhere = world.applicant("siti"), world.applicant("siti")
    case = filling.begin(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    url = f"/permohonan/draf/{case.pk}/bagian/profesi/"

    def save(client: Client, words: str, edition: str) -> Any:
        headers = {"X-Autosave": "1", "X-Edition": edition}
        return client.post(url, {"no_str": words}, headers=headers)

    found = re.search(r'data-edition="(\w+)"', siti.get(url).content.decode())
    assert found
    first = found[1]
    assert save(siti, "1", first).status_code == 200
    assert save(siti, "12", first).status_code == 200, "the answer to the first one got lost"
    assert save(elsewhere, "12", first).status_code == 200, "the same words are no change"
    assert save(elsewhere, "99", first).status_code == 200
    late = save(siti, "123", first)
    assert late.status_code == 409
    case.refresh_from_db()
    assert case.typed["profesi"]["no_str"] == "99"
    assert save(siti, "123", late["X-Edition"]).status_code == 200


class Draft:
    """A page of an application on Siti's phone, whose line may be cut for what it saves."""

    def __init__(self, page: Page, world: World, site: str) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        self.page, self.site, self.siti = page, site, world.applicant("siti")
        self.case = filling.begin(self.siti, "SIP-PERAWAT", world.applicants["siti"].pk)
        self.url = f"/permohonan/draf/{self.case.pk}/bagian/profesi/"
        self.field, self.told = page.locator("[name=no_str]"), page.locator("[data-saved]")
        cookie = self.siti.cookies["satupintu"].value
        page.context.add_cookies([{"name": "satupintu", "value": cookie, "url": site}])
        page.goto(site + self.url)

    def cut(self) -> None:
        self.page.route(
            re.compile("/bagian/profesi/$"),
            lambda route: (
                route.abort() if "x-autosave" in route.request.headers else route.continue_()
            ),
        )

    def mend(self) -> None:
        self.page.unroute(re.compile("/bagian/profesi/$"))

    def type(self, words: str) -> None:
        self.field.fill(words)
        expect(self.told).to_have_text("Tersimpan di ponsel ini, belum terkirim.")

    def stored(self) -> str:
        self.case.refresh_from_db()
        return str(self.case.typed.get("profesi", {}).get("no_str", ""))


@pytest.fixture
def draft(page: Page, world: World, live_server: LiveServer) -> Draft:
    return Draft(page, world, live_server.url)


@pytest.mark.requirement("PRB-3-b")
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_draft_typed_without_a_signal_survives_a_reload_and_goes_by_itself(draft: Draft) -> None:
    page = draft.page
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("Isian Anda aman di ponsel ini")
    draft.type("14 01")
    draft.cut()
    page.context.set_offline(False)
    page.reload()
    expect(draft.field).to_have_value("14 01")
    expect(draft.told).to_have_text("Tersimpan di ponsel ini, belum terkirim.")
    assert draft.stored() == ""
    draft.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(draft.told).to_contain_text("Draf tersimpan pukul")
    assert draft.stored() == "14 01"
    page.wait_for_function(EMPTY)

    draft.cut()
    draft.type("14 02")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{draft.site}/akun/logout/")
    page.locator("main").get_by_role("button", name="Keluar").click()
    page.wait_for_url(f"{draft.site}/")
    assert page.evaluate(HELD) == 0
    assert draft.stored() == "14 01"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_answers_to_questions_that_the_server_does_not_show_yet_come_back_too(
    draft: Draft,
) -> None:
    page = draft.page
    life = {"str_seumur_hidup": "true"}
    draft.siti.post(draft.url, life, headers={"X-Autosave": "1"})
    page.reload()
    expect(page.locator("[name=str_berlaku_day]")).to_have_count(0)
    draft.cut()
    page.locator("[name=str_seumur_hidup]").uncheck()
    for part, words in (("day", "31"), ("month", "12"), ("year", "2030")):
        page.locator(f"[name=str_berlaku_{part}]").fill(words)
    draft.type("14 01")
    page.reload()
    expect(draft.field).to_have_value("14 01")
    draft.mend()
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[name=str_berlaku_year]")).to_have_value("2030")
    assert draft.stored() == "14 01"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mine", [True, False], ids=["mine", "theirs"])
def test_what_waits_on_the_phone_asks_before_it_goes_over_another_device(
    draft: Draft, world: World, mine: bool
) -> None:
    page = draft.page
    draft.cut()
    draft.type("di ponsel")
    other = world.applicant("siti")
    other.post(draft.url, {"no_str": "di laptop"}, headers={"X-Autosave": "1"})
    draft.mend()
    page.reload()
    question = page.locator("[data-conflict]")
    expect(question).to_contain_text("sudah diubah di perangkat lain")
    expect(question).to_contain_text("di laptop")
    expect(draft.field).to_have_value("di ponsel")
    assert draft.stored() == "di laptop"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not everything_wrong(page)
    if mine:
        question.get_by_role("button", name="Pakai isian di perangkat ini").click()
        expect(draft.told).to_contain_text("Draf tersimpan pukul")
        assert draft.stored() == "di ponsel"
    else:
        with page.expect_navigation():
            question.get_by_role("button", name="Pakai yang dari perangkat lain").click()
        expect(draft.field).to_have_value("di laptop")
    page.wait_for_function(EMPTY)
