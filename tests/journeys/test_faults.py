"""Processes die in the middle of a signature; the permit stays one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from procrastinate.exceptions import AlreadyEnqueued

from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.lib import frames
from satupintu.offices.models import Number
from satupintu.permits import tasks
from satupintu.permits.models import Edition, Permit
from satupintu.site import demo
from satupintu.site.tasks import retry_stalled_jobs
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.serving import file_keys
from tests.world import PASSPHRASE, ROOT, process

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(city: City) -> str:
    """The number of a case that waits for the head's signature."""
    row = {
        "service": "SKP-PENELITIAN",
        "scenario": 0,
        "applicant": "siti",
        "reach": "at:tanda_tangan",
        "age": 0,
    }
    return str(demo.play(row, city.world.applicants["siti"]).number)


class SlowSigner:
    """Stands before the signer process: takes a question and keeps the answer to itself."""

    def __init__(self, path: Path, beyond: str = "") -> None:
        self.path, self.beyond = path, beyond
        self.asked = threading.Event()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._kept: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            self._kept.append(link)
            header, body = frames.receive(link)
            if self.beyond:
                with socket.socket(socket.AF_UNIX) as signer:
                    signer.connect(self.beyond)
                    frames.send(signer, header, body)
                    frames.receive(signer)
            self.asked.set()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(timeout=10)
        for link in self._kept:
            link.close()


@contextmanager
def worker(settings: SettingsWrapper, signer: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of its own, as in production, with this signer."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    running = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "1"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
            "FILE_KEYS": str(file_keys()),
            "SIGNER_SOCKET": str(signer),
            "SIGNING_ROOTS": str(settings.SIGNING_ROOTS),
            "PKI_URL": settings.PKI_URL,
            "EMAIL_PORT": str(settings.EMAIL_PORT),
            "SMPP_PORT": str(settings.SMPP["port"]),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait(timeout=10)


def killed_while_signing(settings: SettingsWrapper, slow: SlowSigner) -> None:
    """SIGKILL a worker that waits for the signer's answer; another one finds what it left."""
    with worker(settings, slow.path) as running:
        assert slow.asked.wait(timeout=60), "the worker never came to the signer"
        running.kill()
    slow.close()
    with connection.cursor() as cursor:
        # As if half a minute had passed without a beat of its heart.
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1h'")
    with suppress(AlreadyEnqueued):  # the dead worker may have called for it in its last minute
        retry_stalled_jobs.configure(task_kwargs={"timestamp": 0}).defer()


def issued_once(city: City, number: str) -> Permit:
    """One permit, one number, one message, one file."""
    case = Case.objects.get(number=number)
    permit = Permit.objects.get()
    assert (case.permit, case.phase, permit.status) == (permit, "closed", "valid")
    assert Number.objects.filter(series__series="SKP").count() == 1
    assert Edition.objects.count() == 1
    assert Entry.objects.filter(event="permits.PermitSigned").count() == 1
    news = [mail for mail in city.mails("siti@warga.example") if permit.number in str(mail)]
    assert len(news) == 1
    return permit


def consent(city: City, number: str) -> str:
    """Where the head reads what came of it."""
    head = city.officer("kepala").open("/tanda-tangan/")
    head.press(
        "Tanda tangani yang dicentang", task=deeds.boxes(head, number), passphrase=PASSPHRASE
    )
    return head.url


def test_a_worker_killed_before_the_signature_was_made_leaves_one_permit(
    city: City, waiting: str, settings: SettingsWrapper, tmp_path: Path
) -> None:
    consent(city, waiting)
    killed_while_signing(settings, SlowSigner(tmp_path / "slow.sock"))
    assert Permit.objects.get().status == "signing"

    city.work()  # finds the stalled job …
    city.work()  # … and does it

    issued_once(city, waiting)


def test_a_worker_killed_after_the_signature_was_made_asks_the_head_again(
    city: City, waiting: str, settings: SettingsWrapper, tmp_path: Path
) -> None:
    """The act was spent on a file that nobody has; its number stays for the next one."""
    consent(city, waiting)
    before = Permit.objects.get().number
    killed_while_signing(
        settings, SlowSigner(tmp_path / "slow.sock", beyond=settings.SIGNER_SOCKET)
    )
    city.work()
    city.work()

    permit = Permit.objects.get()
    assert permit.status == "unsigned"
    assert "Sesi tanda tangan sudah berakhir" in permit.failure
    deeds.sign(city, waiting)
    assert issued_once(city, waiting).number == before


def test_a_document_that_no_job_signs_any_more_goes_back_to_the_head_with_its_number(
    city: City, waiting: str, settings: SettingsWrapper, tmp_path: Path
) -> None:
    consent(city, waiting)
    before = Permit.objects.get()
    killed_while_signing(settings, SlowSigner(tmp_path / "slow.sock"))
    tasks.sweep(timestamp=0)
    assert Permit.objects.get().status == "signing", "its job may still be started again"

    with connection.cursor() as cursor:
        # As `procrastinate_finish_job_v1` leaves a job whose tries are used up.
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'permits.sign'"
        )
    tasks.sweep(timestamp=0)
    tasks.sweep(timestamp=0)
    city.work()

    permit = Permit.objects.get()
    assert (permit.status, permit.number) == ("unsigned", before.number)
    assert "gangguan" in permit.failure
    assert Entry.objects.filter(event="permits.SigningFailed").count() == 1
    assert waiting in city.officer("kepala").open("/tanda-tangan/").text
    deeds.sign(city, waiting)
    assert issued_once(city, waiting).number == before.number


def test_a_signing_job_that_runs_twice_makes_one_edition(city: City, waiting: str) -> None:
    consent(city, waiting)
    permit = Permit.objects.get()
    tasks.sign.defer(permit_id=permit.pk)
    tasks.sign.defer(permit_id=permit.pk)

    city.work()
    city.work()

    issued_once(city, waiting)


def test_a_signer_that_died_gives_the_task_back_with_the_reason_and_the_number_stays(
    city: City, waiting: str, settings: SettingsWrapper, tmp_path: Path
) -> None:
    shared, own = settings.SIGNER_SOCKET, str(tmp_path / "own.sock")
    told = {
        "SATUPINTU_DATA": str(settings.DATA_DIR),
        "SATUPINTU_SANDBOX": "1",
        "SIGNER_SOCKET": own,
        "SIGNING_ROOTS": str(settings.SIGNING_ROOTS),
        "PKI_URL": settings.PKI_URL,
    }
    with process("manage.py", "run_signer", "--workers", "1", told=told) as signer:
        assert signer.stdout
        assert "signer listens" in signer.stdout.readline()
        settings.SIGNER_SOCKET = own
        result = consent(city, waiting)
        signer.kill()
        signer.wait(timeout=10)
        city.work()

    before = Permit.objects.get()
    assert before.status == "unsigned"
    task = Case.objects.get(number=waiting).tasks.get(kind="sign")
    assert (task.status, task.act) == ("open", "")
    head = city.officer("kepala")
    assert waiting in head.open("/tanda-tangan/").text
    assert before.failure in head.open(result).text

    settings.SIGNER_SOCKET = shared
    deeds.sign(city, waiting)
    assert issued_once(city, waiting).number == before.number


def test_while_the_signer_is_down_nothing_is_signed_and_the_head_is_told(
    city: City, waiting: str, settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.SIGNER_SOCKET = str(tmp_path / "nobody.sock")
    head = city.officer("kepala").open("/tanda-tangan/")

    head.press(
        "Tanda tangani yang dicentang",
        status=422,
        task=deeds.boxes(head, waiting),
        passphrase=PASSPHRASE,
    )

    assert "Layanan tanda tangan sedang tidak berjalan" in head.text
    assert deeds.boxes(head, waiting)
    assert not Permit.objects.exists()
    assert PASSPHRASE not in head.html
