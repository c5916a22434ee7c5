"""What is measured, workload by workload, with the bar it must meet."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks import city
from benchmarks.load import Ask, Exhausted, Visit, get, must, post, upload
from satupintu.cases.models import Case
from satupintu.permits.models import Permit

CLIENTS = (1, 8, 64)
DRAFTS = 250
LEAF_PAGES = ("/layanan/", "/layanan/SKTM/", "/layanan/SKU/", "/en/layanan/DOMISILI/")


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    visit: Visit
    # What one visit asks, for counting queries: (path, cookie) or nothing.
    pages: tuple[tuple[str, str], ...] = ()
    clients: tuple[int, ...] = CLIENTS


def addresses() -> Iterator[str]:
    """Strangers come from many places, and the throttle counts each of them."""
    for n in itertools.count():
        yield f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


def page(path: str, *words: str, more: str = "") -> Visit:
    asked = get(path, more=more)

    async def visit(ask: Ask) -> None:
        must(await ask(asked), 200, *words)

    return visit


def pages(found: list[tuple[str, str]], *words: str) -> Visit:
    turns = city.turned(found)

    async def visit(ask: Ask) -> None:
        path, cookie = next(turns)
        must(await ask(get(path, cookie=cookie)), 200, *words)

    return visit


def by_token(path: Callable[[Any], str], values: list[Any], word: Callable[[Any], str]) -> Visit:
    turns, places = city.turned(values), addresses()

    async def visit(ask: Ask) -> None:
        value = next(turns)
        must(await ask(get(path(value), address=next(places))), 200, word(value))

    return visit


def completing(tasks: Iterator[tuple[int, str, int, int]], clerks: dict[int, city.Clerk]) -> Visit:
    async def visit(ask: Ask) -> None:
        found = next(tasks, None)
        if found is None:
            raise Exhausted
        must(await ask(forward(*found, clerks)), 302)

    return visit


def forward(
    task: int, number: str, version: int, office: int, clerks: dict[int, city.Clerk]
) -> bytes:
    data = {"act": "forward", "version": str(version), "csrfmiddlewaretoken": city.CSRF}
    return post(f"/berkas/{number}/tugas/{task}/", data, cookie=clerks[office].cookie)


def submitting(drafts: Iterator[tuple[int, str]]) -> Visit:
    file, codes = city.pdf(), city.documents()
    mark = {"csrfmiddlewaretoken": city.CSRF}

    async def visit(ask: Ask) -> None:
        found = next(drafts, None)
        if found is None:
            raise Exhausted
        case, cookie = found
        for code in codes:
            path = f"/permohonan/draf/{case}/berkas/{code}/"
            must(await ask(upload(path, mark, file, cookie=cookie)), 302)
        data = {"truth": "true", **mark}
        must(await ask(post(f"/permohonan/draf/{case}/kirim/", data, cookie=cookie)), 302)

    return visit


def all_of_them() -> list[Workload]:
    heads = city.holders("kasi")
    tasks = iter(city.forwardable("kasi"))
    numbers = city.sample(Case, "number", 5000, number__isnull=False)
    open_cases = city.sample(Case, "pk", 400, version=3)
    shown = Case.objects.filter(pk__in=open_cases).values_list("number", "office")
    cases = [
        (f"/berkas/{number}/{tab}", heads[office].cookie)
        for number, office in shown
        for tab in ("", "documents/", "history/")
    ]
    many = Case.objects.filter(version=3).order_by("-id")[0]
    tokens = city.sample(Permit, "token", 5000)
    lists, deep = city.list_addresses(heads, "kasi"), city.deep_addresses(heads, "kasi")
    heavy = [
        (f"/berkas/{many.number}/{tab}", heads[many.office_id].cookie)
        for tab in ("", "documents/", "history/")
    ]
    return [
        Workload(
            "catalogue", "catalogue and service pages", pages([(one, "") for one in LEAF_PAGES]),
            pages=tuple((one, "") for one in LEAF_PAGES),
        ),
        Workload(
            "track", "public status by number",
            by_token(lambda one: f"/lacak/?nomor={one}", numbers, str),
            pages=((f"/lacak/?nomor={numbers[0]}", ""),),
        ),
        Workload(
            "verify", "verification by QR token",
            by_token(lambda one: f"/v/{one}/", tokens, lambda _: "400.9/"),
            pages=((f"/v/{tokens[0]}/", ""),),
        ),
        Workload(
            "list", "work list, first pages, 14 tabs and filters", pages(lists, "</html>"),
            pages=tuple(lists[:14]),
        ),
        Workload(
            "deep", "work list, the middle and the last page of all", pages(deep, "</html>"),
            pages=tuple(deep[:2]),
        ),
        Workload(
            "case", "one case: summary, documents, history", pages(cases, "</html>"),
            pages=tuple(cases[:3]),
        ),
        Workload(
            "many", "the case with 500 documents", pages(heavy, "</html>"),
            pages=tuple(heavy),
        ),
        Workload(
            "task", "complete a task", completing(tasks, heads),
        ),
        Workload(
            "submit", "submit with five files of 1 MB",
            submitting(iter(city.drafts(DRAFTS))),
            clients=(1, 4),
        ),
    ]  # fmt: skip
