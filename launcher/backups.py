"""Two ways to a backup and back: PostgreSQL's own tools, or the repository of pgBackRest."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import psycopg

from launcher.postgres import private_folder

PATIENCE = 120
POINT = "satupintu_drill"


class DrillError(Exception):
    """The drill can not go on; the text says why."""


@dataclass(frozen=True)
class Hands:
    """Runs programs as the user that PostgreSQL runs as, in the drill's own folder."""

    url: str
    place: Path
    binaries: Path
    user: str | None

    @property
    def cluster(self) -> Path:
        return self.place / "data"

    def popen(self, program: str | Path, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        entry = pwd.getpwnam(self.user) if self.user else None
        with (self.place / "said").open("ab") as said:
            return subprocess.Popen(
                [str(program), *arguments],
                cwd=self.place,
                env=self._surroundings(),
                stdin=subprocess.DEVNULL,
                user=entry.pw_uid if entry else None,
                group=entry.pw_gid if entry else None,
                extra_groups=[] if entry else None,
                **{"stdout": said, "stderr": said, **more},
            )

    def run(self, program: str | Path, *arguments: str) -> None:
        if self.popen(program, *arguments).wait():
            raise DrillError(f"{Path(program).name}: {self.said()}")

    def said(self) -> str:
        notes = [self.place / "said", self.place / "log"]
        return "".join(one.read_text(errors="replace")[-2000:] for one in notes if one.exists())

    def _surroundings(self) -> dict[str, str]:
        """libpq's own words, because an address in the command line is there for all to read."""
        parts = urlsplit(self.url)
        told = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or ""),
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGBACKREST_CONFIG": os.environ.get("PGBACKREST_CONFIG", ""),
        }
        return {name: value for name, value in told.items() if value}


class Way(Protocol):
    def taken(self) -> contextlib.AbstractContextManager[str]:
        """A base backup is there, and changes are kept while this is open; says what there is."""

    def mark(self, link: psycopg.Connection) -> tuple[datetime, str]:
        """The moment to come back to, and the last segment of changes that this needs."""

    def holds(self, segment: str) -> bool: ...

    def restore(self, moment: datetime) -> dict[str, str]:
        """Fills the folder of the copy; answers with the settings that its start needs."""


class OwnTools:
    """A base backup taken now, and every change since from the server's stream."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.wal = hands, hands.place / "wal"
        private_folder(self.wal, hands.user)

    @contextlib.contextmanager
    def taken(self) -> Iterator[str]:
        began = time.monotonic()
        programs, cluster = self.hands.binaries, self.hands.cluster
        receiver = self.hands.popen(
            programs / "pg_receivewal", "-D", str(self.wal), "--no-loop"
        )  # fmt: skip
        try:
            until(self._streams, "perubahan tidak mengalir; peran ini perlu REPLICATION")
            self.hands.run(
                programs / "pg_basebackup", "-D", str(cluster), "-X", "none", "-c", "fast"
            )
            size = sum(one.stat().st_size for one in cluster.rglob("*") if one.is_file())
            yield f"Cadangan dasar: {size >> 20} MB, {since(began)}."
        finally:
            receiver.terminate()
            receiver.wait()

    def mark(self, link: psycopg.Connection) -> tuple[datetime, str]:
        asked = "SELECT now(), pg_walfile_name(pg_create_restore_point(%s))"
        moment, segment = _row(link, asked, [POINT])
        return moment, segment

    def holds(self, segment: str) -> bool:
        return (self.wal / segment).exists()

    def restore(self, moment: datetime) -> dict[str, str]:
        (self.hands.cluster / "recovery.signal").touch()
        (self.hands.cluster / "postgresql.auto.conf").unlink(missing_ok=True)
        return {
            "restore_command": f'cp "{self.wal}/%f" "%p"',
            "recovery_target_name": POINT,
            "recovery_target_action": "promote",
        }

    def _streams(self) -> bool:
        with psycopg.connect(self.hands.url) as link:
            asked = "SELECT 1 FROM pg_stat_replication WHERE application_name = 'pg_receivewal'"
            return link.execute(asked).fetchone() is not None


class Repository:
    """The newest backup of pgBackRest, whenever that was, and the log that was pushed since."""

    def __init__(self, hands: Hands, stanza: str) -> None:
        self.hands, self.stanza = hands, f"--stanza={stanza}"
        found = shutil.which("pgbackrest")
        if found is None:
            raise DrillError("pgbackrest tidak terpasang di mesin ini.")
        self.program = found

    @contextlib.contextmanager
    def taken(self) -> Iterator[str]:
        asked = self.hands.popen(
            self.program, self.stanza, "info", "--output=json", stdout=subprocess.PIPE
        )
        told, _ = asked.communicate()
        if asked.returncode:
            raise DrillError(f"pgbackrest info: {self.hands.said()}")
        backups = [one for stanza in json.loads(told) for one in stanza["backup"]]
        if not backups:
            raise DrillError("Tempat pgBackRest belum berisi cadangan: pgbackrest backup dahulu.")
        newest = backups[-1]
        hours = (time.time() - newest["timestamp"]["stop"]) / 3600
        yield (
            f"Cadangan pgBackRest {newest['label']}: {newest['info']['size'] >> 20} MB, "
            f"berumur {hours:.1f} jam."
        )

    def mark(self, link: psycopg.Connection) -> tuple[datetime, str]:
        """Coming back to a time ends at the first change after it: so there must be one."""
        moment, _ = _row(link, "SELECT clock_timestamp(), ''")
        link.execute("SELECT pg_current_xact_id()")
        _, segment = _row(link, "SELECT now(), pg_walfile_name(pg_current_wal_insert_lsn())")
        return moment, segment

    def holds(self, segment: str) -> bool:
        with psycopg.connect(self.hands.url) as link:
            asked = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
            return link.execute(asked, [segment]).fetchone() == (True,)

    def restore(self, moment: datetime) -> dict[str, str]:
        private_folder(self.hands.cluster, self.hands.user)
        self.hands.run(
            self.program, self.stanza, f"--pg1-path={self.hands.cluster}", "--type=time",
            f"--target={moment.isoformat(sep=' ')}", "--target-action=promote", "restore",
        )  # fmt: skip
        # What the living server was told with ALTER SYSTEM is not for the copy.
        told = self.hands.cluster / "postgresql.auto.conf"
        own = ("restore_command", "recovery_target")
        kept = [line for line in told.read_text().splitlines() if line.startswith(own)]
        told.write_text("\n".join([*kept, ""]))
        return {}


def _row(link: psycopg.Connection, asked: Any, given: list[str] | None = None) -> Any:
    row = link.execute(asked, given).fetchone()
    assert row
    return row


def until(condition: Callable[[], bool], problem: str, patience: int = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise DrillError(problem)
        time.sleep(0.1)


def since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} detik"
