"""What deploy/pgbackrest says backs up a real server and brings it back to a chosen moment."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from launcher.backups import DrillError, Hands
from launcher.drill import Drill
from launcher.postgres import throwaway_cluster, unprivileged_user
from tests.world import ROOT

DEPLOY = ROOT / "deploy/pgbackrest"
STANZA = "satupintu"
# Debian's pgBackRest knows no newer PostgreSQL than its own release.
BINARIES = Path("/usr/lib/postgresql/15/bin")
KEEP = """
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.events import By
files.store_bytes({!r}.encode(), name="surat.txt", media_type="text/plain", by=By(None, "command"))
journal.seal()
"""

pytestmark = [
    pytest.mark.skipif(not shutil.which("pgbackrest"), reason="no pgbackrest here"),
    pytest.mark.skipif(not BINARIES.exists(), reason="no Debian PostgreSQL 15 here"),
]


@dataclass
class City:
    url: str
    home: Path
    hands: Hands
    environment: dict[str, str]

    def manage(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=True, capture_output=True,
        )  # fmt: skip

    def on_the_backup_machine(self, command: str) -> None:
        program, *arguments = shlex.split(command)
        assert program == "pgbackrest"
        self.hands.run("pgbackrest", f"--config={self.home}/backup.conf", *arguments)


def configure(home: Path) -> None:
    """Both machines of deploy/pgbackrest are this one; ssh does what authorized_keys allows."""
    allowed = re.search(r'restrict,command="(.*)" ssh-', (DEPLOY / "backup.conf").read_text())
    assert allowed
    other_shell = home / "ssh"
    other_shell.write_text(f"#!/bin/sh\nfor SSH_ORIGINAL_COMMAND; do :; done\n{allowed[1]}\n")
    other_shell.chmod(0o755)
    here: dict[str, object] = {"log-path": home, "lock-path": home / "lock", "cmd-ssh": other_shell}
    changed: dict[str, dict[str, object]] = {
        "database": here | {"repo1-host-config": home / "backup.conf"},
        "backup": here | {"repo1-path": home / "repository", "repo1-cipher-pass": "x" * 64},
    }
    for name, settings in changed.items():
        told = configparser.ConfigParser(interpolation=None)
        told.read(DEPLOY / f"{name}.conf")
        for option, value in settings.items():
            told.set("global", option, str(value))
        told.set(STANZA, "pg1-path", str(home / "data"))
        if name == "backup":
            told.set(STANZA, "pg1-host-config", str(home / "database.conf"))
        with (home / f"{name}.conf").open("w") as file:
            told.write(file)
        shutil.chown(home / f"{name}.conf", unprivileged_user() or os.geteuid())


def archiving(home: Path) -> dict[str, str]:
    lines = (DEPLOY / "postgresql.conf").read_text()
    told = dict(re.findall(r"^(\w+) = '?([^'#\n]*[^'#\s])", lines, re.MULTILINE))
    config = f"pgbackrest --config={home}/database.conf "
    return told | {"archive_command": told["archive_command"].replace("pgbackrest ", config)}


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[City]:
    with throwaway_cluster(BINARIES, durable=False) as empty:
        home = empty.home
        told = archiving(home) | {"unix_socket_directories": str(home)}
        cluster = replace(empty, settings=told)
        configure(home)
        port, _ = cluster.start()
        for name in ("database", "backup"):
            path = home / f"{name}.conf"
            path.write_text(path.read_text().replace("5432", str(port)))
        monkeypatch.setenv("PGBACKREST_CONFIG", str(home / "database.conf"))
        url = cluster.url(port)
        told = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
            "SATUPINTU_DATA": str(tmp_path),
            "SATUPINTU_SANDBOX": "1",
            "SATUPINTU_SECRET_KEY": "x" * 60,
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        yield City(url, home, Hands(url, home, BINARIES, cluster.user), told)


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="satupintu-test-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.requirement("PLB-7-4-i")
def test_the_repository_brings_the_city_back_as_it_was_at_the_chosen_moment(
    city: City, place: Path, tmp_path: Path
) -> None:
    city.manage("migrate", "-v0")
    city.on_the_backup_machine(f"pgbackrest --stanza={STANZA} stanza-create")
    city.on_the_backup_machine(f"pgbackrest --stanza={STANZA} check")
    drill = Drill(city.url, tmp_path, place, BINARIES, STANZA)
    with pytest.raises(DrillError, match="belum berisi cadangan"), drill.backed_up():
        pass
    for line in (DEPLOY / "cron").read_text().splitlines()[1:]:
        user, command = line.split(maxsplit=6)[5:]
        assert user == "postgres"
        city.on_the_backup_machine(command)

    with drill.backed_up():
        city.manage("shell", "-c", KEEP.format("after the backup, before the moment"))
        drill.mark()
        city.manage("shell", "-c", KEEP.format("after the moment"))

    with drill.restored() as address:
        report = drill.compare(address)
        assert report.proven, "\n".join(report.lines)
        assert any("Cadangan pgBackRest" in line for line in report.lines)
        with psycopg.connect(address) as link:
            assert link.execute("SELECT count(*) FROM files_storedfile").fetchone() == (1,)
            # A copy that pushed its own log would spoil the city's.
            assert link.execute("SHOW archive_mode").fetchone() == ("off",)
