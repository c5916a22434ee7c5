"""Does a Lurah's list, or an RT's answer, become slower when the city is a hundred times larger?

`make bench-letters` fills two databases by COPY, takes turns between them, and prints the figures.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import django

BOUND = 1.3
ROUNDS, EACH = 12, 12


@dataclass
class City:
    name: str
    size: Any
    lurah: int = 0
    head: int = 0
    browser: Any = None
    times: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
    django.setup()
    from pathlib import Path

    from allauth.mfa.models import Authenticator
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks.filling import Size, fill
    from satupintu.catalogue import actions as catalogue
    from satupintu.journal.events import By
    from satupintu.offices import queries as offices
    from satupintu.people.models import Account

    scale = float(os.environ.get("SCALE", "1"))
    cities = [
        City("small", Size(int(10_000 * scale), 29, int(5_000 * scale))),
        City("large", Size(int(1_000_000 * scale), 2_000, int(500_000 * scale))),
    ]

    def use(name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name
        offices.forget_calendars()

    home = connection.settings_dict["NAME"]
    for city in cities:
        began = time.perf_counter()
        use(home)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {city.name}")
        use(city.name)
        call_command("migrate", "--no-input", "--verbosity", "0")
        catalogue.load_pack(Path("packs/probolinggo"), by=By(None, "command"))
        city.lurah, city.head = fill(city.size)
        Authenticator.objects.create(user_id=city.lurah, type="totp", data={})
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        city.browser = Client(SERVER_NAME="localhost", raise_request_exception=True)
        city.browser.force_login(Account.objects.get(pk=city.lurah))
        print(
            f"{city.name}: {city.size}, filled in {time.perf_counter() - began:.0f} s", flush=True
        )

    for turn in range(ROUNDS + 1):
        for city in cities:
            use(city.name)
            for what, act in acts(city).items():
                for _ in range(EACH if turn else 2):
                    spent = timed(act)
                    if turn:
                        city.times.setdefault(what, []).append(spent)
                if turn == 0:
                    city.queries[what] = counted(act)
    return report(*cities)


def acts(city: City) -> dict[str, Callable[[], object]]:
    from satupintu.cases.actions import review
    from satupintu.cases.models import Task
    from satupintu.journal.events import By

    waiting = iter(
        Task.objects.filter(done_by=None, kind="endorse", status="open", role="rt")
        .filter(office__posts__holdings__account=city.head)
        .values_list("pk", flat=True)[: EACH + 4]
    )
    waiting = iter(list(waiting))

    def page(tab: str) -> Callable[[], object]:
        def opened() -> None:
            answer = city.browser.get(f"/tugas/?tab={tab}")
            assert answer.status_code == 200, (answer.status_code, answer.get("Location"))

        return opened

    def answer() -> None:
        review.forward(next(waiting), version=0, by=By(city.head, "web"))

    return {
        "Lurah: waiting for me": page("open"),
        "Lurah: done": page("done"),
        "Lurah: all": page("all"),
        "RT: agree": answer,
    }


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def counted(act: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def report(small: City, large: City) -> int:
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} CPUs, {ROUNDS * EACH} of each\n")
    print("| What | queries | small p50 / p95 ms | large p50 / p95 ms | ratio of p50 |")
    print("|---|---|---|---|---|")
    worst = 0.0
    for what, times in small.times.items():
        few, many = spread(times), spread(large.times[what])
        ratio = many[0] / few[0]
        worst = max(worst, ratio)
        asked = f"{small.queries[what]} / {large.queries[what]}"
        print(
            f"| {what} | {asked} | {few[0]:.1f} / {few[1]:.1f} "
            f"| {many[0]:.1f} / {many[1]:.1f} | {ratio:.2f} |"
        )
    print(f"\nworst ratio {worst:.2f}, bound {BOUND}")
    return int(worst > BOUND)


def spread(times: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=20)
    return statistics.median(times), cuts[18]


if __name__ == "__main__":
    sys.exit(main())
