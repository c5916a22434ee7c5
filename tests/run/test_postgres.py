"""The embedded database server: private, adopted, and started again after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher import postgres
from launcher.postgres import Cluster, start_own
from launcher.surroundings import ROOT, data_folder, remembered


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own, whose folder nobody else may enter."""
    place = Path(tempfile.mkdtemp(prefix="satupintu-test-", dir="/var/tmp"))
    place.chmod(0o755)
    monkeypatch.setattr(postgres, "SHARED_HOME", place / "shared")
    monkeypatch.setenv("SATUPINTU_DATA", str(place / "checkout" / ".data"))
    (place / "checkout").mkdir(mode=0o700)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def running(place: Path) -> Iterator[tuple[Cluster, str]]:
    cluster, url, adopted = start_own()
    assert not adopted
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES ('kept')")
    yield cluster, url
    cluster.stop()


def notes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def server_pid(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def kill(cluster: Cluster) -> None:
    """Power failure: the server ends without a word."""
    pid = server_pid(cluster)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while postgres._working_in(cluster.data):
        assert time.monotonic() < until
        time.sleep(0.02)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_server_is_private_and_changes_no_folder_above(
    running: tuple[Cluster, str], place: Path
) -> None:
    cluster, url = running
    assert mode(place / "checkout") == mode(data_folder()) == mode(cluster.home) == 0o700
    assert mode(data_folder() / "postgres.json") == 0o600
    assert cluster.home.stat().st_uid != 0
    assert cluster.home.stat().st_uid == cluster.data.stat().st_uid
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(cluster.password, "guess"))
    with psycopg.connect(url) as connection:
        settings = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
        names = ["listen_addresses", "unix_socket_directories", "fsync", "data_checksums"]
        assert dict(connection.execute(settings, [names]).fetchall()) == {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on",
            "data_checksums": "on",
        }


def test_a_running_server_is_adopted(running: tuple[Cluster, str]) -> None:
    cluster, url = running
    before = server_pid(cluster)
    again, same_url, adopted = start_own()
    assert adopted
    assert (same_url, server_pid(again)) == (url, before)


@pytest.mark.requirement("MTR-8-2")
def test_a_stopped_server_starts_again_with_its_data(running: tuple[Cluster, str]) -> None:
    cluster, url = running
    cluster.stop()
    _, again, adopted = start_own()
    assert not adopted
    assert (again, notes(again)) == (url, ["kept"])


def test_after_a_crash_the_data_is_there(running: tuple[Cluster, str]) -> None:
    cluster, _ = running
    kill(cluster)
    _, url, adopted = start_own()
    assert not adopted
    assert notes(url) == ["kept"]


def test_a_number_that_another_program_has_now_does_not_block(
    running: tuple[Cluster, str],
) -> None:
    cluster, _ = running
    kill(cluster)
    note = cluster.data / "postmaster.pid"
    lines = note.read_text().splitlines()
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    _, url, adopted = start_own()
    assert not adopted
    assert notes(url) == ["kept"]


def test_a_port_that_is_taken_meanwhile_is_left_alone(running: tuple[Cluster, str]) -> None:
    cluster, url = running
    cluster.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # its connections just ended
        taken.bind(("127.0.0.1", remembered("postgres")["port"]))
        taken.listen()
        _, other, _ = start_own()
        assert other != url
        assert notes(other) == ["kept"]


def test_an_interrupted_first_start_is_begun_again(place: Path) -> None:
    half = postgres.own_cluster().home / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    cluster, url, _ = start_own()
    try:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()


def test_a_throwaway_server_leaves_nothing_behind() -> None:
    with postgres.throwaway() as url, psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row
        home = Path(row[0]).parent
        assert home.exists()
    assert not home.exists()
    assert postgres._working_in(home / "data") == []


def test_a_throwaway_server_ends_with_its_owner_even_if_that_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "launcher", "with-database", "--throwaway", "--", "sh", "-c",
         "echo $DATABASE_URL; sleep 60"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )  # fmt: skip
    assert owner.stdout
    with owner, psycopg.connect(owner.stdout.readline().strip()) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row
        home = Path(row[0]).parent
        os.killpg(owner.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while home.exists() or postgres._working_in(home / "data"):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_programs_that_the_user_can_not_reach_are_copied_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_may_run", lambda user, program: False)
    with postgres.throwaway() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    if os.geteuid() == 0:
        assert [path.name[:9] for path in (place / "shared").iterdir()] == ["postgres-"]
