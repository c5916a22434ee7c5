"""A whole city for the stories: Metro's pack, an officer in every post, applicants, servers."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from satupintu.journal.events import By
from tests.sandboxes import LoopThread

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "kuda-nil-terbang-7"
PASSPHRASE = "tanda-tangan-2026"
COMMAND = By(None, "command")
ANDI = {
    "name": "Andi Wijaya",
    "nik": "1872011503850004",
    "birth_date": "1985-03-15",
    "sex": "L",
    "address": "Jalan Diponegoro 21, Imopuro, Metro Pusat",
    "email": "andi@warga.example",
    "phone": "+6281298765432",
}


def secret_of(name: str) -> str:
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:20]).decode()


def cast() -> dict[str, Any]:
    """Siti, Bambang and Andi apply, Andi also for his company; every post has its officer."""
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
            {**person, **ANDI, "code": "andi"},
            {
                **person,
                **ANDI,
                "code": "sinar",
                "kind": "company",
                "company": {"name": "CV Sinar Lampung", "form": "CV"},
            },
        ],
    }


class World:
    """Who is who, and a signed-in browser for each."""

    def __init__(self, people: dict[str, Any] | None = None) -> None:
        from satupintu.people.models import Applicant

        rows = {(row.kind, row.nik): row for row in Applicant.objects.select_related("account")}
        self.applicants = {
            row["code"]: rows[row["kind"], row["nik"]] for row in (people or cast())["applicants"]
        }

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


class Rows:
    """The rows of a prepared database, put back in a moment instead of being made again."""

    # Made anew after every flush, or none of a city's.
    OTHERS: tuple[str, ...] = (
        "django_%",
        "auth_%",
        "procrastinate_%",
        "site_cache",
        "people_throttle",
    )

    def __init__(self) -> None:
        self.tables: dict[str, bytes] = {}

    def keep(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND NOT tablename LIKE ANY(%s)",
                [list(self.OTHERS)],
            )
            for (table,) in cursor.fetchall():
                with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                    if content := b"".join(bytes(part) for part in rows):
                        self.tables[table] = content

    def put_back(self, *, instead: bool = False) -> None:
        """Into empty tables, or instead of what stands there."""
        from django.apps import apps
        from django.core.management.color import no_style
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            # Each row was checked when it was made; triggers would only say so again.
            cursor.execute("SET LOCAL session_replication_role = replica")
            # A browser that still asked for a page may have kept the test before from clearing up.
            cursor.execute("SELECT EXISTS (SELECT FROM offices_city)")
            if instead or cursor.fetchone() == (True,):
                cursor.execute("TRUNCATE {} CASCADE".format(", ".join(self.tables)))
            for table, content in self.tables.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as rows:
                    rows.write(content)
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


_kept: dict[str, Rows] = {}


def prepared(name: str, make: Callable[[], object], *, instead: bool = False) -> None:
    """Make it once a session; afterwards put back what was made."""
    from satupintu.journal.models import Window
    from satupintu.offices import queries as offices

    # A sealer of the test before may have opened its window again after all else was gone.
    Window.objects.all().delete()
    if name in _kept:
        _kept[name].put_back(instead=instead)
        offices.forget_calendars()  # of another test's city
    else:
        make()
        _kept[name] = rows = Rows()
        rows.keep()


@pytest.fixture
def metro(db: None) -> None:
    """The pack of Metro in an empty database."""
    from satupintu.catalogue import actions as catalogue

    prepared("metro", lambda: catalogue.load_pack(ROOT / "packs/metro", by=COMMAND))


@pytest.fixture
def world(db: None) -> World:
    """The pack of Metro, and one person in every post."""
    from satupintu.catalogue import actions as catalogue
    from satupintu.people import actions as people

    def make() -> None:
        catalogue.load_pack(ROOT / "packs/metro", by=COMMAND)
        people.load_cast(cast(), by=COMMAND)

    prepared("world", make)
    return World()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The sandbox certificate authority with OCSP and time stamps."""
    data = tmp_path_factory.mktemp("authority")
    with process("-m", "sandbox.pki", "--port", "0", "--data", str(data)) as running:
        assert running.stdout
        url = running.stdout.readline().split()[1]
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
    with process("manage.py", "run_signer", "--workers", "1", told=told) as running:
        assert running.stdout
        assert "signer listens" in running.stdout.readline()
        yield data


class Certificates:
    """Hands officers their signing keys, each made once a session."""

    def __init__(self, authority: Path, signer: Path) -> None:
        self.folder = signer / "keys"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.authority = authority
        self._known: dict[str, bytes] = {}

    def give(self, account: Any) -> None:
        from satupintu.signing import actions as signing

        signing.register_key(
            account_id=account.pk,
            provider="pkcs12",
            reference=f"{account.nip}.p12",
            certificate=self._known.get(account.nip) or self._made(account),
            by=COMMAND,
        )

    def _made(self, account: Any) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        from sandbox.pki.authority import Authority

        bundle = Authority(self.authority).issue(
            name=account.name, serial=account.nip, passphrase=PASSPHRASE
        )
        (self.folder / f"{account.nip}.p12").write_bytes(bundle)
        found = pkcs12.load_pkcs12(bundle, PASSPHRASE.encode()).cert
        assert found is not None
        self._known[account.nip] = found.certificate.public_bytes(Encoding.PEM)
        return self._known[account.nip]


@pytest.fixture(scope="session")
def certificates(authority: tuple[Path, str], signer_process: Path) -> Certificates:
    return Certificates(authority[0], signer_process)


def sign_with(settings: SettingsWrapper, authority: tuple[Path, str], signer: Path) -> None:
    """Let documents be signed by this signer, with certificates of this authority."""
    settings.PKI_URL = authority[1]
    settings.TSA_URL = f"{authority[1]}/tsa"
    settings.SIGNING_ROOTS = authority[0] / "roots"
    settings.SIGNER_SOCKET = str(signer / "signer.sock")
    settings.DATA_DIR = signer


@pytest.fixture
def signing(
    world: World,
    authority: tuple[Path, str],
    signer_process: Path,
    certificates: Certificates,
    settings: SettingsWrapper,
) -> None:
    """Documents can be signed: the signer runs, and the head has a certificate."""
    sign_with(settings, authority, signer_process)
    certificates.give(world.officer("kepala"))


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


class process:  # noqa: N801
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
