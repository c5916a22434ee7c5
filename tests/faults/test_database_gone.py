"""The database is killed while people read, or has no room left: nobody gets a bare error."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from launcher.postgres import throwaway_cluster
from launcher.surroundings import ROOT
from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from tests.faults.test_overload import Answer, ask, refused_politely
from tests.serving import surroundings, web
from tests.site.stage import SKP, client_of
from tests.site.stage import house as house
from tests.site.test_graceful import until
from tests.world import World, outside, world

__all__ = ["house", "outside", "world"]

# What PostgreSQL says when a file can not grow (53100), from where every act writes.
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END
$$;
CREATE TRIGGER no_room BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION no_room();
"""


def test_a_database_killed_under_load_and_started_again_is_an_outage_with_an_end(
    tmp_path: Path,
) -> None:
    asked = [("/status/", ""), ("/direktori/", ""), ("/layanan/", ""), ("/api/v1/services", "")]
    answers: list[Answer] = []
    enough = threading.Event()
    with throwaway_cluster(durable=False) as cluster:
        port, _ = cluster.start()
        told = {"DATABASE_URL": cluster.url(port)}
        for command in (("migrate", "-v0"), ("load_pack", "packs/metro")):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT, env=surroundings(**told), check=True, capture_output=True,
            )  # fmt: skip

        def status(wanted: int, since: int) -> bool:
            return len(answers) > since and answers[-1].status == wanted

        with (
            web(tmp_path, workers=1, threads=4, **told) as served,
            ThreadPoolExecutor(4) as pool,
        ):

            def keep_asking(path: str, cookie: str) -> None:
                while not enough.is_set():
                    answers.append(ask(served, path, cookie))

            people = [pool.submit(keep_asking, *one) for one in asked]
            try:
                until(lambda: len(answers) > 20 and status(200, 0), "nobody is served")
                cluster.kill()
                until(lambda: status(503, 0), "nobody is told of the outage")
                cluster.start(port)
                until(partial(status, 200, len(answers) + 20), "it does not come back")
            finally:
                enough.set()
            for one in people:
                one.result()
            found = refused_politely(answers)
            assert found[200]
            assert found[503]
            assert refused_politely([ask(served, *one) for one in asked]) == {200: len(asked)}


@pytest.fixture
def full(house: tuple[World, Any]) -> Iterator[World]:
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    yield house[0]
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS no_room CASCADE")


@pytest.mark.django_db(transaction=True)
def test_with_a_full_disk_of_the_database_nothing_is_half_done_and_later_it_works(
    full: World,
) -> None:
    siti = client_of(full, "siti")
    before = Entry.objects.count(), Case.objects.count()
    wanted = {"applicant": full.applicants["siti"].pk, "request_type": "baru"}

    refused = siti.post(f"/permohonan/mulai/{SKP}/", wanted)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "Coba lagi beberapa menit lagi" in refused.content.decode()
    assert (Entry.objects.count(), Case.objects.count()) == before
    assert Client().get("/layanan/").status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")
    assert siti.post(f"/permohonan/mulai/{SKP}/", wanted).status_code == 302
    assert Case.objects.count() == before[1] + 1
