"""What every page owes everybody (ux.md 8): axe, width, headings, title, language, formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from tests.journeys.in_browser.screen import Screen

State = str | Callable[[Screen], object]
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
    " Jan Feb Mar Apr Jun Jul Agu Sep Okt Nov Des",
    "en": "January February March April May June July August September October November December"
    " Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec",
}
FACTS = """smallest => ({
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')]
      .filter(it => it.getBoundingClientRect().right > document.documentElement.clientWidth)
      .map(it => it.outerHTML.slice(0, 160)).slice(-3)
    : [],
  cut: [...document.querySelectorAll('body *')]
    .filter(it => it.checkVisibility() && !it.closest('.u-hidden, .c-side'))
    .map(it => [it, it.getBoundingClientRect()])
    .filter(([, box]) => box.left < -2 && box.right > 0)
    .map(([it]) => it.outerHTML.slice(0, 160)).slice(0, 1),
  headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
    .filter(it => it.checkVisibility()).map(it => +it.tagName[1]),
  lang: document.documentElement.lang,
  title: document.title,
  raw: document.documentElement.outerHTML.match(/.{0,80}({{|{%).{0,80}/g) || [],
  ids: [...document.querySelectorAll('[id]')].map(it => it.id),
  text: document.body.innerText,
  small: [...document.querySelectorAll(
      'button, summary, select, textarea, .c-button, input:not([type=hidden]), '
      + '.c-viewer__bar a, .c-flow > a')]
    .filter(it => it.checkVisibility() && !it.closest('.u-hidden, [aria-hidden=true]'))
    .map(it => [it, (/checkbox|radio/.test(it.type) && it.labels[0] || it).getBoundingClientRect()])
    .filter(([it, box]) => box.width > 1 && (box.width < smallest || box.height < smallest))
    .map(([it, box]) => `${it.outerHTML.slice(0, 110)} ${box.width | 0}x${box.height | 0}`),
  foreign: [...document.body.querySelectorAll('*')]
    .filter(it => it.checkVisibility() && !it.closest('[lang=id], script, style, option, dd, td'))
    .flatMap(it => [...it.childNodes].filter(one => one.nodeType === 3)
      .map(one => one.data.trim())
      .concat([it.ariaLabel || '', it.placeholder || '', it.alt || ''])),
})"""
# Words of Indonesian sentences, in no name of an office and in no title of a law.
INDONESIAN = re.compile(
    r"\b(yang|belum|tidak|Anda|sudah|Simpan|Batal|Kembali|hari kerja|Tambah|Hapus|Unggah|Kirim"
    r"|Lihat|Pilih|Lanjutkan|Masuk|Keluar|Isi|paling|harus)\b"
)
# What people can not act on (ux.md 8.11).
BAD_WORDS = re.compile(r"tidak valid|\binvalid\b|Oops|Traceback|tidak boleh kosong", re.IGNORECASE)
AXE = """tags => axe.run(document, {
  runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
}).then(found => found.violations.map(
  it => `${it.id}: ${it.nodes.map(node => node.html).join(' | ')}`
))"""


@cache
def axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()


def problems(screen: Screen, language: str, titles: dict[str, str]) -> Iterable[str]:
    """What is wrong with the page on the screen."""
    window = screen.window
    window.evaluate(axe())
    yield from (f"axe {found}"[:600] for found in window.evaluate(AXE, TAGS))
    facts = narrow(screen)
    yield from (f"too wide at 320 px: {one}" for one in facts["wide"])
    yield from (f"cut off on the left: {one}" for one in facts["cut"])
    levels = facts["headings"]
    if levels.count(1) != 1 or any(b > a + 1 for a, b in pairwise(levels)):
        yield f"headings {levels}"
    yield from (f"template shows: {one}" for one in facts["raw"])
    if facts["lang"] != language:
        yield f"lang {facts['lang']}"
    if len(facts["ids"]) != len(set(facts["ids"])):
        yield f"ids twice: {sorted({one for one in facts['ids'] if facts['ids'].count(one) > 1})}"
    path = re.sub(r"^/en/", "/", screen.url.split("?")[0])
    path = re.sub(r"^/v/[\w-]+", "/verifikasi", path)  # a document's address shows the same answer
    bare = facts["title"]
    is_refused = bare.startswith(("Kesalahan: ", "Error: "))
    if not is_refused and titles.setdefault(bare, path) != path:
        yield f"title {bare!r} also at {titles[bare]}"
    if not re.search(r" — (Layanan|Services of) Kota \w+$", bare):
        yield f"title {bare!r}"
    yield from formats(facts["text"], language)
    yield from (f"small: {one}" for one in facts["small"])
    yield from (f"words {found[0]!r}" for found in BAD_WORDS.finditer(facts["text"]))


def finer_problems(screen: Screen, language: str, titles: dict[str, str]) -> Iterable[str]:
    """Besides: Indonesian in English."""
    yield from problems(screen, language, titles)
    if language == "en":
        foreign = narrow(screen)["foreign"]
        yield from (f"Indonesian: {one}" for one in foreign if INDONESIAN.search(one))


def narrow(screen: Screen) -> dict[str, Any]:
    """What the page is like at 320 px."""
    window, size = screen.window, screen.window.viewport_size
    assert size is not None
    window.set_viewport_size({"width": 320, "height": 640})
    facts: dict[str, Any] = window.evaluate(FACTS, smallest_target(screen))
    window.set_viewport_size(size)
    return facts


def smallest_target(screen: Screen) -> int:
    """In pixels: for a finger on pages of the public, for a mouse at a desk (ux.md 8.4)."""
    return 24 if screen.window.locator("body.s-officer").count() else 44


def formats(text: str, language: str) -> Iterable[str]:
    """Dates, times with their zone, and amounts (ux.md 8.20, 8.21)."""
    months = "|".join(MONTHS[language].split())
    for found in re.findall(r"\b\d{1,2} (?!Tahun)[A-Z][a-z]+ 20\d\d\b", text):
        if not re.fullmatch(rf"\d{{1,2}} ({months}) 20\d\d", found):
            yield f"date {found}"
    yield from (f"date {found}" for found in re.findall(r"\b\d{1,2}[/-]\d{1,2}[/-]20\d\d\b", text))
    clock = r"(?<![\d.])(?:[01]\d|2[0-3])[.:][0-5]\d(?![\d.])"
    mark = "." if language == "id" else ":"
    for found in re.finditer(clock, text):
        before, rest = text[found.start() - 1], text[found.end() : found.end() + 12]
        span = before == "–" or rest[:1] == "–"  # opening hours; their zone is beside them
        if mark not in found[0] or not (span or re.match(r"\sWIB", rest)):
            yield f"time {text[found.start() - 20 : found.end() + 12]!r}"
    for found in re.finditer(r"Rp.{1,14}", text):
        if not re.match(r"Rp\u00a0\d{1,3}(\.\d{3})*(,\d{2})?(?![\d.]*\d)", found[0]):
            yield f"amount {found[0]!r}"


def sent(path: str, form: str = "main form[method=post]", **typed: object) -> State:
    """The page after its form was sent like this; with nothing typed, its errors."""

    def act(screen: Screen) -> None:
        screen.open(path)
        place = screen.window.locator(form).first
        for name, value in typed.items():
            screen.type(name, value, form=place)
        button = place.locator("button:not([aria-hidden=true]):not([type=button])")
        screen.send(next(one for one in button.all() if one.is_visible()))

    return act


def inspect(
    screen: Screen,
    language: str,
    states: dict[str, State],
    check: Callable[[Screen, str, dict[str, str]], Iterable[str]] = problems,
) -> list[str]:
    found, titles = [], dict[str, str]()
    prefix = "/en" if language == "en" else ""
    for name, state in states.items():
        if callable(state):
            real, screen.site = screen.site, screen.site + prefix
            state(screen)
            screen.site = real
        else:
            answer = screen.window.goto(screen.site + prefix + state)
            assert answer is not None
            assert answer.status < 500, name
            screen.url = prefix + state
        found += [f"{language} {name}: {one}" for one in check(screen, language, titles)]
    return found
