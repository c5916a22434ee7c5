"""A city that is on the air: database, signer, certificates, mail and SMS, each killable."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.postgres import Cluster, throwaway_cluster
from launcher.surroundings import ROOT, free_port
from tests.faults.processes import PATIENCE

PACK = ROOT / "packs/metro"


@dataclass
class Stage:
    cluster: Cluster
    port: int
    folder: Path
    signer: subprocess.Popen[bytes] | None = None
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def mail(self) -> Path:
        return self.folder / "sandbox/mail"

    @property
    def sms(self) -> Path:
        return self.folder / "sandbox/sms"

    @property
    def book(self) -> Path:
        return self.folder / "acknowledged"

    def kill_signer(self) -> None:
        assert self.signer is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.signer.pid, signal.SIGKILL)

    def mend(self) -> None:
        """Starts again what is dead, as the supervisor of an installation does."""
        self.cluster.start(self.port)
        if self.signer is None or self.signer.poll() is not None:
            Path(os.environ["SIGNER_SOCKET"]).unlink(missing_ok=True)
            log = self.folder / "signer.log"
            self.signer = _start(log, "manage.py", "run_signer", "--workers", "1")
            _await_line(log, "signer listens")


@contextlib.contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Sets the environment of this process too; import Django only afterwards."""
    with throwaway_cluster() as cluster, contextlib.ExitStack() as ends:
        port, _ = cluster.start()
        ports = {name: free_port() for name in ("phone", "mail", "sms", "oidc")}
        os.environ |= {
            "DATABASE_URL": cluster.url(port),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "SATUPINTU_TEST_DATA": str(folder),
            "SATUPINTU_DATA": str(folder / "main"),
            "SATUPINTU_SANDBOX": "1",
            "SIGNER_SOCKET": str(folder / "signer.sock"),
            "SMPP_PORT": str(ports["sms"]),
            "EMAIL_PORT": str(ports["mail"]),
        }
        (folder / "main").mkdir(mode=0o700)
        found = Stage(cluster, port, folder)
        ends.callback(_end, found)
        found.others.append(
            _start(
                folder / "sandbox.log", "-m", "sandbox", "--data", str(folder / "sandbox"),
                "--authenticators", str(folder / "codes.json"),
                *[part for name, at in ports.items() for part in (f"--{name}", str(at))],
            )
        )  # fmt: skip
        log = folder / "pki.log"
        found.others.append(
            _start(log, "-m", "sandbox.pki", "--port", "0", "--data", str(folder / "main"))
        )
        os.environ["PKI_URL"] = _await_line(log, "http").split()[1]
        yield found


def prepare() -> list[int]:
    """The schema, the pack, the cast and the head's certificate; answers with the applicants."""
    from django.core.management import call_command
    from django.db import connection

    from satupintu.catalogue import actions as catalogue
    from satupintu.catalogue import queries as packs
    from satupintu.people import actions as people
    from satupintu.site import demo_people

    call_command("migrate", verbosity=0)
    catalogue.load_pack(PACK, by=demo_people.COMMAND)
    wanted: Any = packs.demo(PACK)
    applicants = people.load_cast(wanted, by=demo_people.COMMAND)
    for officer in wanted["officers"]:
        if officer["post"].startswith("kepala"):
            demo_people.signing_key(officer)
    connection.close()
    return [one.pk for one in applicants.values() if one.kind == "person"]


def _start(log: Path, *command: str) -> subprocess.Popen[bytes]:
    """What it says goes to a file: a pipe that nobody reads stops it after a thousand lines."""
    with log.open("wb") as told:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "satupintu.site.settings"},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _await_line(log: Path, words: str) -> str:
    until = time.monotonic() + PATIENCE
    while "\n" not in (told := log.read_text()):
        assert time.monotonic() < until, f"{log.name} says nothing"
        time.sleep(0.02)
    line = told.splitlines()[0]
    assert words in line, line
    return line


def _end(stage: Stage) -> None:
    for process in [*stage.others, *([stage.signer] if stage.signer else [])]:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with contextlib.suppress(Exception):
        stage.cluster.kill()
