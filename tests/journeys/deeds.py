"""What officers do again and again, each time on the pages they really use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browsing import Browser
from tests.world import PASSPHRASE

if TYPE_CHECKING:
    from tests.journeys.conftest import City


def open_from_list(officer: Browser, number: str) -> Browser:
    """The officer finds the case in the work list and opens it."""
    officer.open("/tugas/")
    assert number in officer.text, officer.text[:2000]
    return officer.follow(number)


def accept_documents(officer: Browser, number: str) -> None:
    """Look at one file after the other and find each fitting."""
    officer.open(f"/berkas/{number}/").follow("Periksa berkas")
    for _ in range(20):
        if "Belum diperiksa" not in officer.text:
            return
        officer.press("Sesuai")
    raise AssertionError(officer.text[:2000])


def verify(city: City, number: str, post: str = "verifikator-1") -> None:
    officer = city.officer(post)
    open_from_list(officer, number)
    accept_documents(officer, number)
    officer.open(f"/berkas/{number}/").press("Lanjutkan")


def recommend(officer: Browser, number: str, **typed: Any) -> None:
    open_from_list(officer, number).follow("Tulis rekomendasi")
    words = {"verdict": "agree", "text": "Memenuhi persyaratan teknis."}
    officer.press("Simpan rekomendasi", **{**words, **typed})
    officer.press("Lanjutkan")


def draft(city: City, number: str) -> None:
    officer = city.officer("pengolah")
    open_from_list(officer, number).follow("Susun naskah")
    officer.press("Simpan dan lihat hasilnya")
    officer.press("Teruskan untuk diparaf")


def initial(city: City, number: str) -> None:
    officer = city.officer("kabid")
    open_from_list(officer, number).follow("Lihat naskah dan paraf")
    officer.press("Paraf dan teruskan")


def sign(city: City, *numbers: str, signer: Browser | None = None) -> Browser:
    """Tick what was read, give the passphrase once, and let the worker do the rest."""
    head = signer or city.officer("kepala")
    head.open("/tanda-tangan/")
    head.press("Tanda tangani yang dicentang", task=boxes(head, *numbers), passphrase=PASSPHRASE)
    city.work()
    return head.open(head.url)


def boxes(head: Browser, *numbers: str) -> list[str]:
    """The ticks beside these cases."""
    return [
        row.xpath(".//input[@name='task']")[0].get("value")
        for row in head.page.xpath("//tr[.//input[@name='task']]")
        if any(number in row.text_content() for number in numbers)
    ]


def decide(city: City, number: str) -> None:
    """From the drafter's desk to the signed document."""
    draft(city, number)
    initial(city, number)
    sign(city, number)
