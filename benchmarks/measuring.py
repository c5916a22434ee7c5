"""One size measured: seed, serve, ask, write down."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import city, crowds, load, report, sealing, seeding, servers, workloads
from satupintu.cases.models import Case
from satupintu.catalogue import actions as catalogue
from satupintu.journal.events import By

RESULTS = Path(__file__).parent / "results"


def measure(size: int, wanted: list[str], *, seconds: float) -> None:
    began = time.perf_counter()
    call_command("migrate", "--no-input", "--verbosity", "0")
    if not Case.objects.exists():
        catalogue.load_pack(Path("packs/probolinggo"), by=By(None, "command"))
        seeding.seed(size)
    call_command("collectstatic", "--no-input", "--verbosity", "0")
    found: dict[str, Any] = {
        "size": size, "cases": Case.objects.count(), "database": city.table_size(),
        "seeded_s": round(time.perf_counter() - began), "python": platform.python_version(),
        "cpus": os.cpu_count(), "load_before": os.getloadavg()[0], "workloads": {},
    }  # fmt: skip
    say(f"{found['cases']:,} cases, {found['database']}, seeded in {found['seeded_s']} s")
    chosen = [one for one in workloads.all_of_them() if not wanted or one.name in wanted]

    def asked(name: str) -> bool:
        return not wanted or name in wanted

    connection.close()
    with servers.bare() as port:
        found["bare"] = [
            load.run(port, clients, seconds / 2, workloads.page("/")).told()
            for clients in workloads.CLIENTS
        ]
    say(f"bare page {found['bare']}")
    url = os.environ["DATABASE_URL"]
    found["commits"] = {
        str(clients): round(servers.durable_commits(url, clients)) for clients in (1, 8)
    }
    say(f"durable commits {found['commits']}")
    with servers.web() as port:
        for one in chosen:
            load.run(port, 8, 1, one.visit)  # warm
            rows = [load.run(port, clients, seconds, one.visit).told() for clients in one.clients]
            told = {"title": one.title, "queries": queries(one), "rows": rows}
            found["workloads"][one.name] = told
            say(f"{one.name} queries {told['queries']}")
            for row in rows:
                say(f"   {row}")
        if asked("rivals"):
            found["rivals"] = crowds.rivals(port)
            say(f"rivals {found['rivals']}")
        if asked("morning"):
            found["morning"] = crowds.morning(port)
            say(f"morning {found['morning']}")
    if asked("live"):
        with servers.live() as port:
            found["live"] = crowds.listening(port)
        say(f"live {found['live']}")
    if asked("journal"):
        found["journal"] = sealing.measure()
        say(f"journal {found['journal']}")
    found["took_s"] = round(time.perf_counter() - began)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{size}.json").write_text(json.dumps(found, indent=1) + "\n")
    report.write()


def queries(one: workloads.Workload) -> int:
    """The most that any of its pages asks of the database, once the process is warm."""
    most = 0
    for path, cookie in one.pages:
        for _ in range(2):
            browser = Client(SERVER_NAME="localhost", headers={"cookie": cookie})
            with CaptureQueriesContext(connection) as seen:
                browser.get(path)
        most = max(most, len(seen))
    return most


def say(text: str) -> None:
    print(text, flush=True)
