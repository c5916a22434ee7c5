"""A real authority, a real signer process and an officer with a key, for the tests of signing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from sandbox.pki.authority import Authority
from satupintu.journal.events import By
from satupintu.signing import actions
from satupintu.signing.models import SigningKey
from satupintu.signing.providers import keys_folder

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "rahasia-dewi"
DEWI = "Dra. Dewi Anggraini, M.Si."


@dataclass
class Pki:
    data: Path
    url: str
    authority: Authority

    def fault(self, service: str, fault: str) -> None:
        address = f"{self.url}/control?service={service}&fault={fault}"
        urllib.request.urlopen(urllib.request.Request(address, method="POST")).close()  # noqa: S310


@pytest.fixture(scope="session")
def pki_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    data = tmp_path_factory.mktemp("pki")
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.pki", "--port", "0", "--data", str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    url = process.stdout.readline().split()[1]
    yield Pki(data, url, Authority(data))
    process.kill()
    process.communicate()


@pytest.fixture
def pki(pki_server: Pki, settings: Settings) -> Iterator[Pki]:
    settings.PKI_URL = pki_server.url
    settings.TSA_URL = f"{pki_server.url}/tsa"
    settings.SIGNING_ROOTS = pki_server.data / "roots"
    yield pki_server
    pki_server.fault("all", "none")


StartSigner = Callable[[], "subprocess.Popen[str]"]


def _run(data: Path, pki: Pki) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_signer", "--workers", "1"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "satupintu.site.settings",
            "SATUPINTU_DATA": str(data),
            "SATUPINTU_SANDBOX": "1",
            "SIGNER_SOCKET": str(data / "signer.sock"),
            "SIGNING_ROOTS": str(pki.data / "roots"),
            "PKI_URL": pki.url,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    first = process.stdout.readline()
    assert "signer listens" in first, first + process.stdout.read()
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture(scope="session")
def shared_signer(pki_server: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("signer")
    process = _run(data, pki_server)
    yield data
    _end(process)


@pytest.fixture
def signer(shared_signer: Path, pki: Pki, settings: Settings) -> None:
    """`manage.py run_signer`, for tests that leave it and the authority as they were."""
    settings.DATA_DIR = shared_signer
    settings.SIGNER_SOCKET = str(shared_signer / "signer.sock")


@pytest.fixture
def start_signer(pki: Pki, settings: Settings, tmp_path: Path) -> Iterator[StartSigner]:
    """Starts `manage.py run_signer` on a data folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.SIGNER_SOCKET = str(tmp_path / "signer.sock")
    running: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        running.append(_run(tmp_path, pki))
        return running[-1]

    yield start
    for process in running:
        _end(process)


@pytest.fixture
def own_signer(start_signer: StartSigner) -> subprocess.Popen[str]:
    """A signer for tests that kill it, or let it meet an authority that is down."""
    return start_signer()


@pytest.fixture
def key(db: None, pki: Pki) -> SigningKey:
    """Dewi's key, in the folder of the signer that the test asked for before it."""
    return new_key(pki)


def new_key(pki: Pki, **how: Any) -> SigningKey:
    from satupintu.people.models import Account

    account = Account.objects.create(name=DEWI, email=f"dewi-{time.monotonic_ns()}@contoh.example")
    bundle = pki.authority.issue(
        name=DEWI, serial="197405121999032004", passphrase=PASSPHRASE, **how
    )
    name = f"{account.email}.p12"
    (keys_folder() / name).write_bytes(bundle)
    found = pkcs12.load_pkcs12(bundle, PASSPHRASE.encode()).cert
    assert found
    return actions.register_key(
        account_id=account.pk,
        provider="pkcs12",
        reference=name,
        certificate=found.certificate.public_bytes(Encoding.PEM),
        by=By(None, "command"),
    )
