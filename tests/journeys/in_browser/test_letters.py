"""A resident with an old phone and no scripts asks for a letter, follows it and collects it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser as Chromium

from satupintu.cases import queries
from satupintu.cases.models import Case
from tests.cases import filling
from tests.cases.filling import pdf
from tests.journeys.in_browser.inspection import problems
from tests.journeys.in_browser.screen import Screen
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.test_letters_guest import PHONE, REST, WHO, texted

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

__all__ = ["letters", "neighbourhood"]

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}


@pytest.fixture
def screen(chromium: Chromium, live_server: LiveServer) -> Iterator[Callable[[bool], Screen]]:
    opened: list[Screen] = []

    def open_screen(scripts: bool) -> Screen:
        opened.append(Screen(chromium, live_server.url, scripts=scripts, size=SMALL))
        return opened[-1]

    yield open_screen
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.faults] == []


@pytest.mark.requirement("PRB-11-1-c", "PRB-3-b", "PLB-8-1-f", "BJM-6-2-a")
def test_a_letter_without_account_and_without_scripts_on_a_small_screen(
    letters: Letters, screen: Callable[[bool], Screen]
) -> None:
    guest = screen(False)
    guest.open("/").follow("Pilih keperluannya").follow("Berobat dengan biaya ringan")
    guest.follow("Ajukan tanpa akun")
    guest.press("Kirim kode", **WHO, hp=PHONE)
    guest.press("Lanjutkan", code=texted(letters))
    case = Case.objects.get()
    wanted = filling.scenario("SKTM")
    for section in case.definition["sections"]:
        guest.follow(section["title"]["id"])
        values = filling.typed(section, {**wanted["answers"], **REST, **case.answers})
        del values["_seen"]
        guest.fill(values)
        guest.press("Simpan dan lanjutkan")
        guest.open(f"/permohonan/draf/{case.pk}/")
    guest.open(f"/permohonan/draf/{case.pk}/berkas/")
    for code in wanted["files"]:
        guest.upload(code, pdf(f"{code}.pdf"))
    guest.follow("periksa jawaban").press("Kirim permohonan", truth="true")
    case.refresh_from_db()
    number = str(case.number)
    assert queries.follow_code(case) in guest.text
    letters.work()
    letters.endorse(number, "rt-ketapang-001-001", "rw-ketapang-001")
    letters.finish(number)

    back = screen(False)
    back.open("/lacak/").press("Lacak", nomor=number)
    assert "Wulan" not in back.text
    back.follow("Buka dengan kode").press("Buka permohonan", kode=queries.follow_code(case))
    back.open(f"/permohonan/{case.pk}/dokumen/")
    assert back.download("Surat Keterangan Tidak Mampu").startswith(b"%PDF-")


def test_the_pages_of_residents_without_account_are_good_pages(
    letters: Letters, screen: Callable[[bool], Screen]
) -> None:
    case = letters.send("SKTM")
    guest, titles, found = screen(True), dict[str, str](), list[str]()

    def look(name: str) -> None:
        found.extend(f"{name}: {one}" for one in problems(guest, "id", titles))

    for name, page in {
        "purposes": "/keperluan/",
        "service": "/layanan/SKTM/",
        "who": "/tanpa-akun/SKTM/",
        "tracked": f"/lacak/?nomor={case.number}",
        "follow": "/lacak/buka/",
    }.items():
        guest.open(page)
        look(name)
    guest.press("Buka permohonan", nomor=str(case.number), kode="12345678", status=422)
    look("follow, wrong")
    guest.press("Kirim kode", nomor=str(case.number))
    look("follow, sent")
    guest.open("/tanpa-akun/SKTM/").press("Kirim kode", **WHO | {"nik": "1"}, status=422)
    look("who, wrong")
    guest.press("Kirim kode", **WHO | {"tgl_lahir_day": "15"}, hp=PHONE, status=422)
    look("who, doubtful")
    guest.open("/tanpa-akun/SKTM/").press("Kirim kode", **WHO, hp=PHONE)
    look("code")
    guest.press("Lanjutkan", code="12", status=422)
    look("code, wrong")
    code = texted(letters)
    guest.press("Lanjutkan", code=code)
    look("draft")
    assert not found, "\n".join(one.replace("Kota Metro", "") for one in found)
    assert not re.search(WHO["nik"], guest.url)
