"""What many people do at once: rivals for one task, listeners, and eight o'clock in the morning."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import close_old_connections, transaction

from benchmarks import city, load, workloads
from benchmarks.load import Ask, Figures, WrongAnswer, connect, get, must, post
from satupintu.cases.actions import review
from satupintu.cases.models import Case, Task
from satupintu.journal.events import By

RIVALS, LISTENERS, EVENTS_A_SECOND, LISTEN_SECONDS = 20, 200, 10, 8
OFFICERS, WITHIN = 150, 10
PEOPLE = (300, 1150)
PEOPLE_SECONDS = 5
THINKING = (5, 15)  # seconds between two pages
SLOW, SLOW_LINE = 0.2, (0.2, 0.5)  # share of people, and the delay of their lines


def rivals(port: int) -> dict[str, Any]:
    """Twenty colleagues press the same button at the same moment; one may win."""
    clerks = city.holders("kasi")
    task = Task.objects.filter(status="open", role="kasi", kind="initial").order_by("-case_id")[9]
    request = workloads.forward(
        task.pk, str(task.case.number), task.case.version, task.office_id, clerks
    )

    async def rush() -> list[int]:
        lines = [await connect(port) for _ in range(RIVALS)]
        answers = await asyncio.gather(*(line.ask(request) for line in lines))
        return sorted(answer.status for answer in answers)

    statuses = asyncio.run(rush())
    opened = Task.objects.filter(case=task.case_id, status="open").count()
    return {"rivals": RIVALS, "winners": statuses.count(302), "open_after": opened}


def listening(port: int) -> dict[str, Any]:
    """Real steps are opened; from the moment before their commit to each listener of the office."""
    clerks = city.holders("kasi")
    places = list(clerks)
    tasks = list(
        Task.objects.filter(status="open", role="kasi", kind="initial")
        .order_by("case_id")
        .values_list("pk", "office_id")[: EVENTS_A_SECOND * LISTEN_SECONDS]
    )
    sent: dict[int, tuple[int, float]] = {}  # opened task -> office, moment before the commit
    heard: list[tuple[int, int, float]] = []
    newest: dict[int, int] = {}

    def act() -> None:
        for number, (pk, office) in enumerate(tasks):
            due = began + number / EVENTS_A_SECOND
            time.sleep(max(due - time.perf_counter(), 0))
            with transaction.atomic():
                case = review.forward(pk, version=3, by=By(clerks[office].account, "web"))
                opened = case.tasks.get(status="open").pk
                sent[opened] = office, time.perf_counter()
        close_old_connections()

    async def listen(number: int) -> None:
        office = places[number % len(places)]
        known = ""
        breaks = began + 2 if number % 10 == 0 else 0.0
        while time.perf_counter() < until:
            reader, writer = await asyncio.open_connection(load.HOST, port)
            more = f"Last-Event-ID: {known}\r\n" if known else ""
            writer.write(get("/live/tasks", cookie=clerks[office].cookie, more=more))
            while (left := (breaks or until) - time.perf_counter()) > 0:
                try:
                    line = await asyncio.wait_for(reader.readline(), left)
                except TimeoutError:
                    break
                if not line:
                    break
                if line.startswith(b"id: "):
                    known = line[4:].strip().decode()
                    newest[number] = int(known)
                    heard.append((number, int(known), time.perf_counter()))
            writer.close()
            if breaks:
                breaks = 0.0
                await asyncio.sleep(1)

    async def all_listen() -> None:
        await asyncio.gather(*(listen(number) for number in range(LISTENERS)))

    began = time.perf_counter() + 3
    until = began + LISTEN_SECONDS + 2
    thread = threading.Thread(target=act)
    thread.start()
    asyncio.run(all_listen())
    thread.join()
    last = {
        office: max(t for t, (where, _) in sent.items() if where == office)
        for office in {where for where, _ in sent.values()}
    }
    missed = sum(
        newest.get(number, 0) < last.get(places[number % len(places)], 0)
        for number in range(LISTENERS)
    )
    # Those whose line broke hear of what they missed later; that they hear of it is what counts.
    waits = sorted(
        (at - sent[task][1]) * 1000 for number, task, at in heard if task in sent and number % 10
    )
    if not waits:
        raise SystemExit(f"{len(sent)} steps were opened and nobody heard of one")
    return {
        "listeners": LISTENERS, "events": len(sent), "deliveries": len(waits),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p95_ms": round(waits[len(waits) * 95 // 100], 1),
        "p99_ms": round(waits[len(waits) * 99 // 100], 1), "missed": missed,
    }  # fmt: skip


def morning(port: int) -> dict[str, Any]:
    """150 officers sign in within ten seconds, with password and second factor; then the people."""
    officers = city.with_password(OFFICERS)
    figures = Figures(OFFICERS)

    async def sign_in(number: int, email: str, secret: str) -> None:
        await asyncio.sleep(number * WITHIN / len(officers))

        async def visit(ask: Ask) -> None:
            mark = {"csrfmiddlewaretoken": city.CSRF}
            address = f"10.9.{number // 250}.{number % 250}"
            first = f"csrftoken={city.CSRF}"
            data = {"login": email, "password": city.PASSWORD, **mark}
            answer = must(await ask(post("/akun/login/", data, cookie=first, address=address)), 302)
            jar = _cookies(answer.head)
            code = str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
            mark = {"csrfmiddlewaretoken": jar.get("csrftoken", city.CSRF), "code": code}
            cookie = "; ".join(f"{k}={v}" for k, v in {"csrftoken": city.CSRF, **jar}.items())
            path = "/akun/2fa/authenticate/"
            must(await ask(post(path, mark, cookie=cookie, address=address)), 302)

        await load.client(port, visit, figures, time.perf_counter() + 0.001)

    async def all_sign_in() -> None:
        await asyncio.gather(
            *(sign_in(number, *officer) for number, officer in enumerate(officers))
        )

    began = time.perf_counter()
    asyncio.run(all_sign_in())
    figures.seconds = time.perf_counter() - began
    return {"sign_in": figures.told(), "people": [_people(port, count) for count in PEOPLE]}


def _people(port: int, count: int) -> dict[str, Any]:
    """Everybody reads a page, thinks, and reads the next; nine of ten strangers, one an officer."""
    clerks = list(city.holders("kasi").values())
    numbers = city.turned(city.sample(Case, "number", 2000, number__isnull=False))
    places, chance = workloads.addresses(), random.Random(1)  # noqa: S311
    figures = Figures(count)

    async def visit(ask: Ask) -> None:
        what, slow = chance.random(), chance.random() < SLOW
        if slow:
            await asyncio.sleep(chance.uniform(*SLOW_LINE))
        began = time.perf_counter()
        if what < 0.1:
            must(await ask(get("/tugas/", cookie=chance.choice(clerks).cookie)), 200)
        elif what < 0.4:
            number = next(numbers)
            path = f"/lacak/?nomor={number}"
            must(await ask(get(path, address=next(places))), 200, str(number))
        else:
            must(await ask(get(chance.choice(workloads.LEAF_PAGES))), 200, "</html>")
        figures.times.append(time.perf_counter() - began)

    async def person(number: int, until: float) -> None:
        await asyncio.sleep(chance.uniform(0, THINKING[1]))
        spare = Figures(1)  # its times include the slow lines
        await load.client(port, visit, spare, until, lambda: chance.uniform(*THINKING))
        figures.errors += spare.errors
        figures.first_error = figures.first_error or spare.first_error
        figures.bytes, figures.requests = (
            figures.bytes + spare.bytes,
            (figures.requests + spare.requests),
        )

    async def everybody() -> None:
        until = time.perf_counter() + THINKING[1] + PEOPLE_SECONDS
        await asyncio.gather(*(person(number, until) for number in range(count)))

    began = time.perf_counter()
    asyncio.run(everybody())
    figures.seconds = time.perf_counter() - began
    return {"people": count, **figures.told()}


def _cookies(head: bytes) -> dict[str, str]:
    jar = {}
    for line in head.decode("latin-1").split("\r\n"):
        if line.startswith("set-cookie:"):
            name, _, value = line[11:].strip().partition("=")
            jar[name] = value.split(";", 1)[0]
    if not jar:
        raise WrongAnswer("no session was given")
    return jar
