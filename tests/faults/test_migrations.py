"""The tables of the next release are made while this one serves: nobody is turned away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from satupintu.cases.actions import drafts
from satupintu.journal.events import By
from tests.faults.test_overload import ask, cookie_of
from tests.serving import surroundings, web
from tests.world import ROOT, World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = """
import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint,
)
from django.db import migrations, models

class Migration(migrations.Migration):
"""
# As tests/architecture/test_migrations.py asks of every release, on the table that all work on.
NEXT = {
    "9001_next_columns": """
    dependencies = [("cases", "{newest}")]
    operations = [
        migrations.AddField("case", "next_note", models.TextField(null=True)),
        migrations.AddField("case", "next_count", models.IntegerField(db_default=0)),
        migrations.CreateModel("Next", fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("case", models.ForeignKey("cases.case", django.db.models.deletion.CASCADE)),
        ]),
        AddConstraintNotValid("case", models.CheckConstraint(
            condition=models.Q(next_count__gte=0), name="case_next_count")),
    ]
""",
    "9002_next_validated": """
    dependencies = [("cases", "9001_next_columns")]
    operations = [ValidateConstraint("case", "case_next_count")]
""",
    "9003_next_index": """
    atomic = False
    dependencies = [("cases", "9002_next_validated")]
    operations = [AddIndexConcurrently(
        "case", models.Index(fields=["next_count", "id"], name="case_next_index"))]
""",
}
PAGES = ("/layanan/", "/lacak/", "/verifikasi/", "/tugas/")


@pytest.fixture
def migrate(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`manage.py migrate` of a release that is one ahead; afterwards its tables are gone."""
    package = tmp_path / "next_migrations"
    shutil.copytree(ROOT / "satupintu/cases/migrations", package)
    newest = max(path.stem for path in package.glob("0*.py"))
    for name, body in NEXT.items():
        (package / f"{name}.py").write_text(HEAD + body.replace("{newest}", newest))
    (tmp_path / "next_settings.py").write_text(
        'from satupintu.site.settings import *\nMIGRATION_MODULES = {"cases": "next_migrations"}\n'
    )
    told = surroundings(DJANGO_SETTINGS_MODULE="next_settings")
    told["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(ROOT)])
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    start = partial(subprocess.Popen, cwd=ROOT, env=told, stderr=subprocess.PIPE, text=True)
    with start(command) as process:
        yield process
        process.kill()
    with start([*command, "cases", newest]) as back:
        said = back.communicate()[1]
    assert back.returncode == 0, said


def columns() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'cases_case'::regclass "
            "AND attname LIKE 'next%' AND NOT attisdropped"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def busy(world: World) -> Iterator[psycopg.Connection]:
    """Somebody's long transaction, which holds the table of cases."""
    with psycopg.connect(surroundings()["DATABASE_URL"]) as link:
        link.execute("SELECT count(*) FROM cases_case")
        yield link


def test_requests_and_acts_go_on_while_the_next_release_changes_their_tables(
    world: World, tmp_path: Path, busy: psycopg.Connection, migrate: subprocess.Popen[str]
) -> None:
    siti = world.applicants["siti"]
    by = By(siti.account_id, "web")
    ended = threading.Event()

    def visitor(path: str) -> Counter[int]:
        found = Counter[int]()
        while not ended.is_set():
            found[ask(served, path, cookie).status] += 1
        return found

    def worker(service: str) -> int:
        done = 0
        try:
            while not ended.is_set():
                case = drafts.start(service=service, applicant=siti, request_type="baru", by=by)
                drafts.discard(case.pk, by=by)
                done += 1
        finally:
            connections.close_all()
        return done

    cookie = cookie_of(world)
    with (
        web(tmp_path, threads=4, SATUPINTU_SECRET_KEY=settings.SECRET_KEY) as served,
        ThreadPoolExecutor(len(PAGES) + 2) as pool,
    ):
        visitors = [pool.submit(visitor, path) for path in PAGES]
        workers = [pool.submit(worker, one) for one in ("SIP-PERAWAT", "SKP-PENELITIAN")]
        try:
            assert migrate.stderr
            assert "A table is in use" in migrate.stderr.readline()
            busy.close()
            said = migrate.communicate()[1]
        finally:
            ended.set()
        assert migrate.returncode == 0, said
        for found in visitors:
            assert set(found.result()) == {200}
        assert all(done.result() for done in workers)
    assert columns() == 2
