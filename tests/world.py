"""A whole city for the stories: Metro's pack, one officer in every post, applicants, real servers."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from satupintu.journal.events import By
from tests.sandboxes import LoopThread

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "kuda-nil-terbang-7"  # noqa: S105
COMMAND = By(None, "command")


def secret_of(name: str) -> str:
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:20]).decode()


def cast() -> dict[str, Any]:
    """Siti and Bambang apply, CV Maju is a company, and every post of the pack has its officer."""
    from satupintu.offices import queries as offices

    officers = [
        {
            "office": post.office.code,
            "post": post.code,
            "name": f"Petugas {post.office.code} {post.code}",
            "nip": f"19800101200001{number:04}",
            "rank": "Penata",
            "email": f"{post.code}.{post.office.code}@metro.example",
            "password": PASSWORD,
            "totp_secret": secret_of(f"{post.office.code}/{post.code}"),
        }
        for number, post in enumerate(offices.posts(), start=1)
    ]
    person = {
        "kind": "person",
        "birth_place": "Metro",
        "area": "18.72.01.1003",
        "password": PASSWORD,
    }
    return {
        "officers": officers,
        "applicants": [
            {
                **person,
                "code": "siti",
                "name": "Siti Rahayu",
                "nik": "1872014107960002",
                "birth_date": "1996-07-01",
                "sex": "P",
                "address": "Jalan Cendrawasih 12 RT 003 RW 005, Imopuro, Metro Pusat",
                "email": "siti@warga.example",
                "phone": "+6281234567890",
            },
            {
                **person,
                "code": "bambang",
                "name": "Bambang",
                "nik": "1872023112790003",
                "birth_date": "1979-12-31",
                "sex": "L",
                "address": "Jalan Soekarno Hatta 45, Mulyojati, Metro Barat",
                "email": "bambang@warga.example",
                "phone": "+6281277788899",
            },
        ],
    }


class World:
    """Who is who, and a signed-in browser for each."""

    def __init__(self) -> None:
        from satupintu.people import actions as people

        self.applicants = people.load_cast(cast(), by=COMMAND)

    def officer(self, post: str, office: str = "dpmptsp") -> Any:
        from satupintu.people import queries as people

        found = people.account_by_contact(f"{post}.{office}@metro.example")
        assert found is not None, (post, office)
        return found

    def by(self, post: str, office: str = "dpmptsp") -> By:
        return By(self.officer(post, office).pk, "web")

    def browser(self, account: Any) -> Client:
        client = Client()
        client.force_login(account)
        return client

    def desk(self, post: str, office: str = "dpmptsp") -> Client:
        return self.browser(self.officer(post, office))

    def applicant(self, code: str = "siti") -> Client:
        return self.browser(self.applicants[code].account)


@pytest.fixture
def metro(db: None) -> None:
    """The pack of Metro in an empty database."""
    from satupintu.catalogue import actions as catalogue

    catalogue.load_pack(ROOT / "packs/metro", by=COMMAND)


@pytest.fixture
def world(metro: None) -> World:
    return World()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The sandbox certificate authority with OCSP and time stamps."""
    data = tmp_path_factory.mktemp("authority")
    with _process("-m", "sandbox.pki", "--port", "0", "--data", str(data)) as process:
        assert process.stdout
        url = process.stdout.readline().split()[1]
        yield data, url


@pytest.fixture(scope="session")
def signer_process(
    authority: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("signer")
    told = {
        "SATUPINTU_DATA": str(data),
        "SATUPINTU_SANDBOX": "1",
        "SIGNER_SOCKET": str(data / "signer.sock"),
        "SIGNING_ROOTS": str(authority[0] / "roots"),
        "PKI_URL": authority[1],
    }
    with _process("manage.py", "run_signer", "--workers", "1", told=told) as process:
        assert process.stdout
        assert "signer listens" in process.stdout.readline()
        yield data


@pytest.fixture
def signing(authority: tuple[Path, str], signer_process: Path, settings: SettingsWrapper) -> None:
    """Documents can be signed: the signer runs, and every head has a certificate."""
    settings.PKI_URL = authority[1]
    settings.TSA_URL = f"{authority[1]}/tsa"
    settings.SIGNING_ROOTS = authority[0] / "roots"
    settings.SIGNER_SOCKET = str(signer_process / "signer.sock")
    settings.DATA_DIR = signer_process


@pytest.fixture
def outside(beside: LoopThread, settings: SettingsWrapper, tmp_path: Path) -> Iterator[Any]:
    """Mail server and SMS centre; `.mails()` and `.messages()` tell what arrived."""
    from sandbox.mail import MailServer
    from sandbox.sms import SmsCentre

    mail, sms = MailServer(tmp_path / "mail"), SmsCentre(tmp_path / "sms")
    beside.run(mail.start("127.0.0.1", 0))
    beside.run(sms.start("127.0.0.1", 0))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.port
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": sms.port}
    yield mail, sms
    beside.run(mail.stop())
    beside.run(sms.stop())


class _process:  # noqa: N801
    def __init__(self, *command: str, told: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "satupintu.site.settings", **(told or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)
