"""The restore drill: proves on this day's data that a backup brings the city back.

It takes a backup of the database that DATABASE_URL names (or the newest one of pgBackRest's
repository), every change after it until a chosen minute, and the files, brings all back in a
scratch folder, starts that copy, and compares.
The running city is only read. It never touches what is there when it ends.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from launcher.backups import PATIENCE, DrillError, Hands, OwnTools, Repository, Way, since, until
from launcher.postgres import PostgresError, embedded_binaries, private_folder, unprivileged_user
from launcher.surroundings import ROOT, free_port

# What the copy must not inherit: the archive of the living, its certificates and its size.
APART = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "hot_standby": "off",
    "archive_mode": "off",
    "ssl": "off",
    "shared_buffers": "64MB",
    "shared_preload_libraries": "",
}


@dataclass
class Facts:
    """What a database holds: rows of each table, and the newest seal of each log."""

    rows: dict[str, int]
    roots: dict[str, tuple[int, str]]


@dataclass
class Report:
    lines: list[str] = field(default_factory=list)
    proven: bool = True

    def say(self, line: str, *, good: bool = True) -> None:
        self.lines.append(line if good else f"GAGAL: {line}")
        self.proven &= good


class Drill:
    def __init__(
        self,
        url: str,
        data: Path,
        place: Path,
        binaries: Path | None = None,
        stanza: str | None = None,
    ) -> None:
        """With a stanza the backup is that of pgBackRest's repository."""
        user = unprivileged_user()
        self.url, self.data, self.place = url, data, place
        self.hands = Hands(url, place, binaries or embedded_binaries(user), user)
        self.restored_data = place / "satupintu"
        self.report = Report()
        private_folder(place, user)
        self._same_version()
        self.way: Way = Repository(self.hands, stanza) if stanza else OwnTools(self.hands)

    @contextlib.contextmanager
    def backed_up(self) -> Iterator[None]:
        """There is a base backup, and every change is kept until the block ends."""
        with self.way.taken() as words:
            self.report.say(words)
            yield

    def mark(self) -> None:
        """The moment to come back to; what happens later must not be in the copy."""
        before = facts(self.url)
        with psycopg.connect(self.url, autocommit=True) as link:
            self.moment, segment = self.way.mark(link)
            link.execute("SELECT pg_switch_wal()")
        self.expected = (before, facts(self.url))
        marked = time.monotonic()
        until(
            lambda: self.way.holds(segment), "perubahan terakhir tidak sampai di cadangan"
        )  # fmt: skip
        self.report.say(
            f"Titik pulih: {self.moment:%Y-%m-%d %H:%M:%S %Z}. "
            f"Perubahan sampai titik itu aman dalam {since(marked)} (RPO)."
        )
        self._copy_files()

    @contextlib.contextmanager
    def restored(self) -> Iterator[str]:
        """The copy, running; its address."""
        self.began = time.monotonic()
        port, cluster, programs = free_port(), self.hands.cluster, self.hands.binaries
        told = APART | self.way.restore(self.moment)
        (cluster / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        (cluster / "postgresql.conf").touch()
        if self.hands.user:
            for one in cluster.iterdir():
                shutil.chown(one, self.hands.user)
        told |= {
            "port": str(port),
            "hba_file": str(cluster / "pg_hba.conf"),
            "ident_file": "/dev/null",
            "data_directory": str(cluster),
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in told.items())
        self.hands.run(
            programs / "pg_ctl", "start", "-D", str(cluster), "-w", "-t", str(PATIENCE * 10), "-s",
            "-l", str(self.place / "log"), "-o", options,
        )  # fmt: skip
        try:
            parts = urlsplit(self.url)
            who = parts.netloc.rpartition("@")[0]
            address = urlunsplit(parts._replace(netloc=f"{who}@127.0.0.1:{port}", query=""))
            until(lambda: _answers(address), "salinan tidak hidup", patience=PATIENCE * 60)
            self.report.say(f"Basis data hidup kembali setelah {since(self.began)}.")
            yield address
        finally:
            self.hands.run(
                programs / "pg_ctl", "stop", "-D", str(cluster), "-w", "-s", "-m", "fast"
            )

    def compare(self, address: str) -> Report:
        """Rows, seals of the journal, and every file's hash; in words."""
        found, (before, after) = facts(address), self.expected
        wrong = [
            f"{table}: {found.rows.get(table)} (harus {low} sampai {high})"
            for table, low, high in _bounds(before.rows, after.rows)
            if not low <= found.rows.get(table, -1) <= high
        ]
        total = sum(found.rows.values())
        self.report.say(
            f"Baris: {total:,} di {len(found.rows)} tabel, sama; "
            f"di antaranya {found.rows.get('cases_case', 0):,} permohonan.",
            good=not wrong,
        )
        for one in wrong:
            self.report.say(one, good=False)
        for log, root in before.roots.items():
            same = found.roots.get(log) in (root, after.roots.get(log))
            self.report.say(f"Akar log {log} pada {root[0]} daun sama.", good=same)
        told = {
            "FILE_KEYS": str(self.data / "file-keys"),  # unless the city says where they lie
            **os.environ,
            "DATABASE_URL": address,
            "SATUPINTU_DATA": str(self.restored_data),
        }
        for command, words in (
            ("verify_journal", "Jurnal dihitung ulang dari baris-barisnya: utuh."),
            ("repeat_erasures", "Yang dihapus menurut jadwal retensi tidak hidup kembali."),
            ("scrub_files", "Semua berkas ada dan sesuai sidik SHA-256 di basis data."),
        ):
            done = subprocess.run(
                [sys.executable, "manage.py", command],
                cwd=ROOT, env=told, capture_output=True, text=True, check=False,
            )  # fmt: skip
            self.report.say(words, good=done.returncode == 0)
            if done.returncode:
                self.report.say((done.stdout + done.stderr)[-2000:], good=False)
        self.report.say(f"Pulih dan diperiksa dalam {since(self.began)} (RTO).")
        return self.report

    def _copy_files(self) -> None:
        """After the database: a file without a row is harmless, a row without its file is not."""
        self.restored_data.mkdir(mode=0o700)
        for name in ("files", "roots"):
            if (self.data / name).is_dir():
                shutil.copytree(self.data / name, self.restored_data / name)
        for key in self.data.glob("*.pem"):
            shutil.copy2(key, self.restored_data)

    def _same_version(self) -> None:
        said = subprocess.run(
            [self.hands.binaries / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = re.search(r"(\d+)", said)
        with psycopg.connect(self.url) as link:
            major = link.info.server_version // 10000
        if found is None or int(found[1]) != major:
            raise DrillError(
                f"Server ini PostgreSQL {major}, program pemulihnya {said.strip()}. "
                f"Sebutkan foldernya: --bin /usr/lib/postgresql/{major}/bin"
            )


def facts(url: str) -> Facts:
    with psycopg.connect(url) as link:
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = [
            name
            for (name,) in link.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            )
        ]
        rows = {}
        for table in tables:
            asked = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
            (rows[table],) = link.execute(asked).fetchone() or (0,)
        seals = link.execute(
            "SELECT DISTINCT ON (log) log, size, encode(root, 'hex') "
            "FROM journal_checkpoint ORDER BY log, size DESC"
        )
        return Facts(rows, {log: (size, root) for log, size, root in seals})


def _bounds(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """A city that goes on working changes between the two counts; a quiet one does not."""
    for table, rows in before.items():
        yield table, min(rows, after.get(table, rows)), max(rows, after.get(table, rows))


def _answers(url: str) -> bool:
    """While it still takes up changes, the copy refuses everybody."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url):
        return True
    return False


def run(
    url: str, data: Path, moment: datetime | None, binaries: Path | None, stanza: str | None
) -> int:
    """The whole drill; the exit code says whether everything was proven."""
    place = Path(tempfile.mkdtemp(prefix="satupintu-drill-", dir="/var/tmp"))
    try:
        drill = Drill(url, data, place, binaries, stanza)
        with drill.backed_up():
            if moment:
                time.sleep(max(0.0, (moment - datetime.now().astimezone()).total_seconds()))
            drill.mark()
        with drill.restored() as address:
            report = drill.compare(address)
    except (DrillError, PostgresError, psycopg.Error) as problem:
        print(f"Latihan pemulihan tidak selesai: {problem}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(place)
    print("\n".join(report.lines))
    print("TERBUKTI: cadangan ini memulihkan kota." if report.proven else "TIDAK TERBUKTI.")
    return 0 if report.proven else 1
