"""`make run`: database, sandbox servers and all processes of the system, until Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from launcher.postgres import own_cluster, start_own
from launcher.prepare import has_cases, migrate_and_load
from launcher.supervisor import MARK, Supervisor, end_leftovers
from launcher.surroundings import (
    LIVE,
    MAIL,
    OIDC,
    PHONE,
    PKI,
    SMS,
    WEB,
    data_folder,
    environment,
    host,
    is_free,
    ports,
    remembered,
)
from launcher.translations import compile_translations

READY_WITHIN = 90
# A job that is still running gets this many seconds when everything stops.
WORKER = (
    "--concurrency", "2", "--shutdown-graceful-timeout", "5", "--delete-jobs", "successful",
)  # fmt: skip
PORT_SETTINGS = {WEB: "SATUPINTU_WEB_PORT", LIVE: "SATUPINTU_LIVE_PORT"}


class CannotStart(Exception):
    """Something outside stands in the way; the text says what, and what to do."""


def run(pack: Path) -> int:
    """Returns when the system has stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with _only_one(data_folder()):
            _check_pack(pack)
            if left := end_leftovers(str(data_folder())):
                _say(f"{left} proses lama dihentikan / old processes ended")
            _check_ports()
            compile_translations()
            with _database() as url:
                return _serve(url, pack)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def reset() -> int:
    """Deletes the demonstration of this data folder, after asking."""
    data = data_folder()
    try:
        with _only_one(data):
            question = f"Hapus basis data dan semua berkas di {data}? / Delete all of it? (hapus) "
            if input(question).strip() != "hapus":
                return 1
            end_leftovers(str(data))
            if remembered("postgres"):
                own_cluster().delete()
            shutil.rmtree(data)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _serve(url: str, pack: Path) -> int:
    data, port = data_folder(), ports()
    told = environment(url) | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
        "PYTHONUNBUFFERED": "1",
        MARK: str(data),
    }
    logs = data / "log"
    logs.mkdir(exist_ok=True)
    system = Supervisor(told, logs, _say)
    python = sys.executable
    granian = (
        python, "-m", "granian", "--host", host(), "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers",
    )  # fmt: skip

    def manage(*command: str) -> None:
        # What it does it says in its own words; a line for each job of the sample would bury them.
        quiet = {"SATUPINTU_LOG_LEVEL": "warning", **told}
        process = subprocess.Popen([python, "manage.py", *command], env=quiet)
        try:
            while process.poll() is None:
                system.watch()
                time.sleep(0.05)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            raise CannotStart(f"manage.py {' '.join(command)}: {process.returncode}")

    try:
        system.start(
            "sandbox", python, "-m", "sandbox", "--data", str(data / "sandbox"),
            "--authenticators", str(data / "demo-authenticators.json"),
            "--phone", str(port[PHONE]), "--mail", str(port[MAIL]), "--sms", str(port[SMS]),
            "--oidc", str(port[OIDC]),
        )  # fmt: skip
        system.start(
            "pki", python, "-m", "sandbox.pki", "--port", str(port[PKI]), "--data", str(data)
        )
        migrate_and_load(url, pack, manage)
        signer = ("signer", python, "manage.py", "run_signer")
        if new := not has_cases(url):  # sample cases are signed by the real signer, mail is sent
            system.start(*signer)
            _wait_for(system, lambda: _listens(Path(told["SIGNER_SOCKET"])))
            _wait_for(system, lambda: not any(is_free(port[name]) for name in (PKI, MAIL, SMS)))
            _say("Memainkan permohonan contoh, beberapa menit / playing sample cases …")
            manage("load_demo", str(pack))
        # The pages come first; what they do not need to open starts behind them.
        system.start(
            "web", *granian, "--interface", "wsgi", "--port", str(port[WEB]),
            "--workers", "2", "--blocking-threads", "4", "satupintu.site.wsgi:application",
        )  # fmt: skip
        _wait_for(system, lambda: _answers(port[WEB]))
        _say(f"\nsatupintu: http://localhost:{port[WEB]}")
        _say(f"Ponsel peraga (email, SMS, kode masuk): http://localhost:{port[PHONE]}\n")
        if not new:
            system.start(*signer)
        system.start("worker", python, "manage.py", "procrastinate", "worker", *WORKER)
        system.start(
            "live", *granian, "--interface", "asgi", "--port", str(port[LIVE]),
            "satupintu.site.live:application",
        )  # fmt: skip
        system.start("sms", python, "manage.py", "receive_sms")
        manage("demo_accounts")
        _say(f"\nLog: {logs} · Berhenti / stop: Ctrl-C")
        while True:
            system.watch()
            time.sleep(0.25)
    finally:
        _say("Menghentikan semua proses / stopping …")
        _undisturbed()
        system.stop()


@contextlib.contextmanager
def _database() -> Iterator[str]:
    """The server that DATABASE_URL names, or our own, which stops together with the rest."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    cluster, url, _ = start_own()
    try:
        yield url
    finally:
        _undisturbed()
        cluster.stop()


def _wait_for(system: Supervisor, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + READY_WITHIN
    while not condition():
        if time.monotonic() > until:
            raise CannotStart(f"Sistem tidak menjawab / no answer. Log: {system.logs}")
        system.watch()
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    return False


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(path))
        return True
    return False


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """The kernel frees the lock when the launcher ends, however it ends."""
    with (data / "launcher.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"satupintu sudah berjalan dengan folder data {data}. Hentikan dahulu dengan "
                "Ctrl-C, atau pilih folder lain dengan SATUPINTU_DATA.\n"
                f"satupintu already runs on the data folder {data}. Stop it first, or choose "
                "another folder with SATUPINTU_DATA."
            ) from None
        yield


def _check_pack(pack: Path) -> None:
    if not (pack / "city.yaml").is_file():
        raise CannotStart(
            f"Tidak ada paket kota di {pack} (city.yaml tidak ditemukan).\n"
            f"There is no city pack in {pack} (no city.yaml)."
        )


def _check_ports() -> None:
    for name, port in ports().items():
        setting = PORT_SETTINGS.get(name, "SATUPINTU_SANDBOX_PORT")
        if not is_free(port, host()):
            raise CannotStart(
                f"Port {port} ({name}) sudah dipakai program lain. Hentikan program itu, atau "
                f"pilih port lain, misalnya: make run {setting}={port + 1000}\n"
                f"Port {port} ({name}) is in use. Stop that program, or choose another port, "
                f"for example: make run {setting}={port + 1000}"
            )


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _undisturbed() -> None:
    """From here on nothing may break off the stopping half-way."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _say(text: str) -> None:
    print(text, flush=True)
