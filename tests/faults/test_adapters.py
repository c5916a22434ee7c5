"""Each outside system says nothing, hangs up, or talks nonsense: every time in a stated state."""

from __future__ import annotations

import contextlib
import json
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from sandbox.faulty import FAULTS, Faulty
from sandbox.mail import MailServer
from satupintu.files import actions as files
from satupintu.files.models import StoredFile
from satupintu.integrations.s3 import bucket
from satupintu.integrations.smpp import gateway as smpp
from satupintu.integrations.sms_http import gateway as sms_http
from satupintu.integrations.timestamp import client as timestamp
from satupintu.integrations.webhook import sender
from satupintu.journal import actions as journal
from satupintu.journal import queries as entries
from satupintu.journal import tasks as sealing
from satupintu.journal.events import By
from satupintu.notifications import actions as notifications
from satupintu.notifications.models import Delivery
from satupintu.signing import actions as signing
from satupintu.signing import client as signer
from satupintu.signing.models import SigningKey
from tests.cases import filling
from tests.journal import note
from tests.notifications.conftest import Cast, cast
from tests.notifications.test_messages import tell
from tests.serving import Connection, web

__all__ = ["cast"]

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 0.3  # seconds that adapters wait here, in place of their own patience
TO = "+6281234567890"
LETTER = b"%PDF-1.7 a letter"


@pytest.fixture(params=FAULTS)
def outside(request: pytest.FixtureRequest) -> Iterator[Faulty]:
    server = Faulty(request.param)
    yield server
    server.stop()


def test_mail_waits_for_another_try(cast: Cast, outside: Faulty, settings: SettingsWrapper) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", outside.port
    settings.EMAIL_TIMEOUT = SOON
    tell(cast)
    mail = Delivery.objects.get(channel="email")
    for _ in range(7):  # more often than a fault of our own would be tried
        with pytest.raises(notifications.TryLater):
            notifications.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.status == "queued"
    assert mail.problem


def test_an_sms_centre_has_not_the_message_or_we_say_that_it_may(
    outside: Faulty, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smpp, "SECONDS_PER_ANSWER", SOON)
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": outside.port}
    with pytest.raises(smpp.Later):
        smpp.send(TO, "Izin terbit", key="7")


def test_an_aggregator_that_may_have_taken_it_is_not_given_up_for_another(
    outside: Faulty, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_http, "ANSWER_SECONDS", SOON)
    url = f"http://127.0.0.1:{outside.port}/sms"
    settings.SMS_HTTP = {"url": url, "token": "peraga", "sender": "PTSP"}
    with pytest.raises(sms_http.Unsure):
        sms_http.send(TO, "Izin terbit", key="7")


def test_nothing_is_kept_unscanned(
    outside: Faulty, settings: SettingsWrapper, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    settings.CLAMAV_ADDRESS, settings.CLAMAV_SECONDS = f"127.0.0.1:{outside.port}", SOON
    settings.VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan"
    content = BytesIO(filling.pdf().read())
    with pytest.raises(files.NotScanned):
        files.store(content, name="ktp.pdf", accept=["pdf"], max_bytes=10**6, by=By(7, "web"))
    assert not StoredFile.objects.exists()


# Python itself loses a socket that is reset while it is being dressed in TLS.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_a_webhook_is_not_taken(outside: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "SECONDS_PER_ANSWER", SOON)
    for scheme in ("http", "https"):
        with pytest.raises(sender.NotTaken):
            sender.post(f"{scheme}://127.0.0.1:{outside.port}/kabar", b"{}", headers={})


def test_the_journal_stays_without_an_outside_time_and_is_whole(
    outside: Faulty, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamp, "PATIENCE", SOON)
    settings.TSA_URL = f"http://127.0.0.1:{outside.port}/tsa"
    note(3)
    journal.seal()
    with pytest.raises(Exception) as caught:  # noqa: PT011  (whichever: the job is tried again)
        sealing.stamp(0)
    assert not isinstance(caught.value, AssertionError)
    found = entries.verify()
    assert (found.problems, found.size, found.stamped_size) == ([], 3, 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_head_is_told_that_the_signer_does_not_answer(
    fault: str, settings: SettingsWrapper, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer, "ANSWER_SECONDS", SOON)
    settings.SIGNER_SOCKET = str(tmp_path / "signer")
    # Framed as a message should be, with nothing readable inside.
    nonsense = struct.pack("!II", 20, 5) + b"\xff" * 25
    server = Faulty(fault, path=settings.SIGNER_SOCKET, garbage=nonsense)
    try:
        with pytest.raises(signer.Unreachable):
            signer.ask({"ask": "open"})
        with pytest.raises(signing.ActLost):
            signing.sign("act", b"%PDF-1.7", reason="x", location="x", field="x")
    finally:
        server.stop()


def framed(header: dict[str, str], body: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return struct.pack("!II", len(head), len(body)) + head + body


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"level": "B-LTA"}, b"%PDF-1.7 another letter, well signed"),
        ({"level": "B-LTA"}, LETTER),
        ({"level": "B-LTA"}, b""),
        ({}, LETTER + b" signed"),
    ],
)
def test_what_a_signer_answers_that_is_not_this_letter_signed_is_not_taken(
    said: dict[str, str], body: bytes, settings: SettingsWrapper, tmp_path: Any
) -> None:
    settings.SIGNER_SOCKET = str(tmp_path / "signer")
    server = Faulty("garbage", path=settings.SIGNER_SOCKET, garbage=framed(said, body))
    try:
        with pytest.raises(signing.ActLost):
            signing.sign("act", LETTER, reason="x", location="x", field="x")
    finally:
        server.stop()


def test_a_signer_that_opens_no_act_counts_as_down(
    cast: Cast, settings: SettingsWrapper, tmp_path: Any
) -> None:
    now = timezone.now()
    SigningKey.objects.create(
        account=cast.siti,
        provider="pkcs12",
        reference="x",
        certificate="x",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=1),
    )
    settings.SIGNER_SOCKET = str(tmp_path / "signer")
    server = Faulty("garbage", path=settings.SIGNER_SOCKET, garbage=framed({}))
    try:
        with pytest.raises(signing.SignerDown):
            signing.open_act(cast.siti.pk, "x", by=By(cast.siti.pk, "web"))
    finally:
        server.stop()


@pytest.mark.parametrize("fault", [*FAULTS, "refused"])
def test_a_bucket_that_fails_keeps_nothing_and_blames_us(
    fault: str, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    server = Faulty(FAULTS[0] if fault == "refused" else fault)
    if fault == "refused":
        server.stop()
    for name in ("CONNECT_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(bucket, name, SOON)
    monkeypatch.setattr(bucket, "TRIES", 1)
    monkeypatch.setattr(bucket, "_here", threading.local())
    settings.FILES_DIR = tmp_path
    settings.FILE_STORE = "satupintu.integrations.s3.bucket.Bucket"
    settings.S3_BUCKET, settings.S3_KEY, settings.S3_SECRET = "berkas", "x", "x"
    settings.S3_ENDPOINT = f"http://127.0.0.1:{server.port}"
    try:
        with pytest.raises(files.NoRoom, match="gangguan di sistem kami"):
            files.store_bytes(LETTER, name="a.pdf", media_type="application/pdf", by=By(7, "web"))
    finally:
        if fault != "refused":
            server.stop()
    assert not StoredFile.objects.exists()
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_mail_that_was_taken_too_late_goes_once_more_under_the_same_name(
    cast: Cast, mail_server: MailServer, settings: SettingsWrapper
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_TIMEOUT = 3  # the server must have it before we hang up
    tell(cast)
    mail = Delivery.objects.get(channel="email")
    mail_server.faults.late = 60
    with pytest.raises(notifications.TryLater):
        notifications.deliver(mail.pk)
    assert len(list(mail_server.messages())) == 1

    mail_server.faults.late, settings.EMAIL_TIMEOUT = 0, 20
    notifications.deliver(mail.pk)
    first, second = (message["Message-ID"] for _, message in mail_server.messages())
    assert first == second
    mail.refresh_from_db()
    assert mail.status == "sent"


@pytest.mark.parametrize("fault", ["reset", "garbage"])
def test_a_database_that_hangs_up_or_talks_nonsense_is_an_outage_with_an_end(
    fault: str, tmp_path: Any
) -> None:
    server = Faulty(fault)
    url = f"postgresql://satupintu:x@127.0.0.1:{server.port}/satupintu"
    try:
        with web(tmp_path, workers=1, DATABASE_URL=url) as served:
            for path in ("/layanan/", "/verifikasi/", "/api/v1/services"):
                with contextlib.closing(Connection(served.socket)) as link:
                    link.request("GET", path)
                    answer = link.getresponse()
                    assert (answer.status, bool(answer.headers["Retry-After"])) == (503, True), path
                    assert "Traceback" not in answer.read().decode()
    finally:
        server.stop()


@pytest.mark.parametrize("fault", [*FAULTS, "refused"])
def test_a_provider_of_sign_in_that_is_down_leaves_the_other_ways_in(
    fault: str, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    cache.clear()
    server = Faulty(FAULTS[0] if fault == "refused" else fault)
    if fault == "refused":
        server.stop()
    app = {**settings.OIDC_APP, "name": "Akun peraga", "client_id": "x", "secret": "x"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.port}"}
    settings.SOCIALACCOUNT_PROVIDERS = {"outside": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = SOON
    try:
        client = Client(raise_request_exception=False)
        answer = client.post("/akun/luar/oidc/", follow=True)
    finally:
        if fault != "refused":
            server.stop()
    assert answer.status_code < 500, answer.status_code
    assert "kata sandi" in answer.content.decode()
