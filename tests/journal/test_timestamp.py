"""An outside authority puts its time on the log, once it can be reached."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pyhanko.sign.timestamps import TimestampRequestError

from sandbox.pki.server import Server
from satupintu.journal import actions, queries, tasks
from satupintu.journal.models import Timestamp
from tests.journal import as_superuser, note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> Iterator[Server]:
    server = Server(0, tmp_path / "pki")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TSA_URL = f"http://127.0.0.1:{server.server_port}/tsa"
    yield server
    server.shutdown()
    server.server_close()


def test_the_newest_checkpoint_is_stamped_once_a_day(authority: Server) -> None:
    tasks.stamp(0)
    note(3)
    actions.seal()
    tasks.stamp(0)
    tasks.stamp(0)
    assert Timestamp.objects.get().checkpoint.size == 3
    note(2)
    actions.seal()
    tasks.stamp(0)
    assert Timestamp.objects.count() == 1
    as_superuser("UPDATE journal_timestamp SET created_at = created_at - interval '1 day'")
    tasks.stamp(0)
    assert queries.verify().stamped_size == 5


def test_an_authority_that_is_down_is_asked_again(authority: Server) -> None:
    note(3)
    actions.seal()
    authority.faults["tsa"] = "down"
    with pytest.raises(TimestampRequestError):
        tasks.stamp(0)
    assert queries.verify().stamped_size == 0
    authority.faults["tsa"] = "none"
    tasks.stamp(0)
    assert queries.verify().stamped_size == 3


def test_a_token_for_another_checkpoint_is_found(authority: Server) -> None:
    note(3)
    actions.seal()
    tasks.stamp(0)
    stamp = Timestamp.objects.get()
    note(1)
    actions.seal()
    later = queries.checkpoint()
    assert later is not None
    actions.keep_timestamp(later.id, bytes(stamp.token))
    assert [(p.kind, p.sequence) for p in queries.verify().problems] == [("timestamp", 3)]
    as_superuser("UPDATE journal_timestamp SET token = 'nonsense'")
    assert [p.kind for p in queries.verify().problems] == ["timestamp", "timestamp"]


def test_openssl_confirms_an_exported_stamp(authority: Server, tmp_path: Path) -> None:
    note(3)
    actions.seal()
    tasks.stamp(0)
    folder = tmp_path / "log"
    call_command("export_journal", str(folder), verbosity=0)
    root = tmp_path / "root.pem"
    root.write_bytes(authority.authority.root.pem)
    command = ["openssl", "ts", "-verify", "-token_in", "-CAfile", str(root)]
    command += ["-data", str(folder / "timestamps/3.checkpoint")]
    command += ["-in", str(folder / "timestamps/3.token"), "-untrusted", str(tmp_path / "ca.pem")]
    (tmp_path / "ca.pem").write_bytes(authority.authority.ca.pem)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr
