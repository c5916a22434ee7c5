"""The processes that are measured, started as in production on an empty, durable PostgreSQL."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from launcher.postgres import embedded_binaries, throwaway, unprivileged_user
from launcher.surroundings import ROOT, free_port

# What docs/operations.md asks for on a server of this size; nothing that makes a commit less safe.
POSTGRES = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "effective_cache_size": "4GB",
    "jit": "off",
}
READY_WITHIN = 60
WORKERS, THREADS = os.environ.get("WORKERS", "2"), os.environ.get("THREADS", "4")


@contextlib.contextmanager
def database() -> Iterator[str]:
    with throwaway(settings=POSTGRES) as url:
        yield url


def surroundings(data: Path) -> dict[str, str]:
    """Production settings: no sandbox, own keys, collected static files, one proxy before it."""
    for name in ("document", "journal"):
        key = data / f"{name}.pem"
        if not key.exists():
            subprocess.run(
                ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)],  # noqa: S607
                check=True,
                capture_output=True,
            )
    keys = data / "file-keys"
    if not keys.exists():
        keys.write_text(f"1 {base64.b64encode(os.urandom(32)).decode()}\n")
    return {
        "SATUPINTU_DATA": str(data),
        "SATUPINTU_SECRET_KEY": "a-key-of-the-benchmark-and-of-nothing-else-0123456789",
        "SATUPINTU_PROXIES": "1",
        "SATUPINTU_STATIC": "collected",
        "SATUPINTU_BASE_URL": "http://localhost",
        "FILE_KEYS": str(keys),
        "DOCUMENT_KEY": str(data / "document.pem"),
        "JOURNAL_KEY": str(data / "journal.pem"),
        "SIGNER_SOCKET": str(data / "signer.sock"),
        "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
    }


@contextlib.contextmanager
def web() -> Iterator[int]:
    with _granian("wsgi", "satupintu.site.wsgi:application") as port:
        yield port


@contextlib.contextmanager
def live() -> Iterator[int]:
    with _granian("asgi", "satupintu.site.live:application") as port:
        yield port


@contextlib.contextmanager
def bare() -> Iterator[int]:
    with _granian("wsgi", "benchmarks.bare:application") as port:
        yield port


@contextlib.contextmanager
def _granian(interface: str, application: str) -> Iterator[int]:
    port = free_port()
    threads = ["--workers", WORKERS, "--blocking-threads", THREADS] if interface == "wsgi" else []
    command = [
        *(sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1"),
        # In service nginx holds the connections of people who think; here they come straight.
        *(
            "--port",
            str(port),
            "--backlog",
            "4096",
            "--no-ws",
            "--log-level",
            "warning",
            *threads,
            application,
        ),
    ]
    log = Path(os.environ["SATUPINTU_DATA"], "web.log")
    with (
        log.open("ab") as lines,
        subprocess.Popen(command, cwd=ROOT, env=os.environ, stderr=lines) as process,
    ):
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()


def _wait(port: int) -> None:
    import socket

    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def durable_commits(url: str, clients: int, seconds: int = 3) -> float:
    """Rows of 500 bytes, each committed by itself: the most that any act could reach here."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as link:
        link.execute("CREATE TABLE IF NOT EXISTS bench_commit (id bigserial, text text)")
    script = Path(os.environ["SATUPINTU_DATA"]) / "commit.sql"
    script.write_text("INSERT INTO bench_commit (text) VALUES (repeat('x', 500));\n")
    pgbench = embedded_binaries(unprivileged_user()) / "pgbench"
    done = subprocess.run(
        [
            *(str(pgbench), "-n", "-M", "prepared", "-f", str(script), "-T", str(seconds)),
            *("-c", str(clients), "-j", str(min(clients, 2)), url),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])
