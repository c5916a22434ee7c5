"""A restart loses nothing: what was begun is answered, what comes meanwhile is answered too."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.serving import PATIENCE, surroundings, web
from tests.world import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
# It reads the city's name, and so waits for the table that the test locks.
PAGE, TABLE = "/verifikasi/", "offices_city"


def until(condition: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < patience, what
        time.sleep(0.05)


class Lock:
    """Keeps a table to itself until it is let go, so that whoever asks is under way."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __enter__(self) -> Lock:
        self.link = psycopg.connect(surroundings()["DATABASE_URL"])
        self.link.execute(f"LOCK TABLE {self.table}")
        return self

    def __exit__(self, *problem: object) -> None:
        self.release()

    def waited_for(self) -> bool:
        with psycopg.connect(surroundings()["DATABASE_URL"]) as link:
            found = link.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            return found.fetchone() is not None

    def release(self) -> None:
        self.link.close()


def test_a_request_under_way_is_answered_before_the_process_ends(tmp_path: Path) -> None:
    with web(tmp_path, workers=1) as served, ThreadPoolExecutor(1) as pool, Lock(TABLE) as lock:
        answer = pool.submit(served.ask, PAGE)
        until(lock.waited_for, "the request never began")
        served.signal(signal.SIGTERM)
        until(lambda: "Shutting down" in served.log.read_text(), served.log.read_text())
        lock.release()
        assert answer.result(timeout=PATIENCE)[0] == 200
        assert served.process.wait(timeout=PATIENCE) == 0


def test_new_workers_take_over_under_steady_requests_and_none_is_lost(tmp_path: Path) -> None:
    with web(tmp_path, workers=1) as served, ThreadPoolExecutor(4) as pool:
        stop = threading.Event()

        def steadily() -> list[int]:
            found = []
            while not stop.is_set():
                found.append(served.ask("/verifikasi/")[0])
            return found

        visitors = [pool.submit(steadily) for _ in range(4)]
        served.signal(signal.SIGHUP)
        until(lambda: served.log.read_text().count("Stopped old worker") == 1, "no restart")
        stop.set()
        answers = [status for visitor in visitors for status in visitor.result(timeout=PATIENCE)]
    assert set(answers) == {200}


def test_a_worker_finishes_its_job_before_it_ends(tmp_path: Path) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = app.configure_task("people.forget_sessions", queueing_lock=None).defer(timestamp=0)
    log = tmp_path / "worker.log"
    with log.open("wb") as out, Lock("django_session") as lock:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "1",
             "--shutdown-graceful-timeout", "30"],
            cwd=ROOT, env=surroundings(), stdout=out, stderr=out,
        )  # fmt: skip
        try:
            until(lock.waited_for, log.read_text())
            worker.send_signal(signal.SIGTERM)
            assert worker.poll() is None
            lock.release()
            worker.wait(timeout=PATIENCE)
        finally:
            worker.kill()
            worker.wait()
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded", log.read_text()
