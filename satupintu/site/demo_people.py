"""The accounts and signing keys of demo.yaml, written down for whoever tries the system out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.people import queries as persons
from satupintu.signing import actions as signing
from satupintu.signing import queries as keys

COMMAND = By(None, "command")
PASSPHRASE = "tanda-tangan-2026"  # noqa: S105  (of the demonstration's own certificates)


def keep_authenticators(officers: list[Mapping[str, Any]]) -> None:
    """The sandbox phone shows the codes of these accounts."""
    rows = [
        {"name": row["name"], "login": row["email"], "secret": row["totp_secret"]}
        for row in officers
    ]
    _write("demo-authenticators.json", rows)


def keep_accounts(wanted: Mapping[str, Any]) -> None:
    """What `manage.py demo_accounts` prints after every start."""
    rows = [
        {
            "role": "Pemohon",
            "login": row.get("email") or row["phone"],
            "password": row["password"],
            "passphrase": PASSPHRASE,
        }
        for row in wanted["applicants"]
        if row.get("password")
    ] + [
        {
            "role": offices.post(row["office"], row["post"]).name,
            "login": row["email"],
            "password": row["password"],
            "passphrase": PASSPHRASE,
        }
        for row in wanted["officers"]
    ]
    _write("demo-accounts.json", rows)


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    path = settings.DATA_DIR / name
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    path.chmod(0o600)


def signing_key(officer: Mapping[str, Any]) -> None:
    """A certificate of the sandbox authority for every officer who may sign."""
    account = persons.account_by_contact(officer["email"])
    if account is None or "nip" not in officer or keys.key_of(account.pk):
        return  # heads of RT and RW are no civil servants and sign nothing
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    from sandbox.pki.authority import Authority  # only the sandbox has it

    bundle = Authority(settings.DATA_DIR).issue(
        name=officer["name"], serial=officer["nip"], passphrase=PASSPHRASE
    )
    folder = settings.DATA_DIR / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{account.pk}.p12"
    path.write_bytes(bundle)
    path.chmod(0o600)
    found = pkcs12.load_pkcs12(bundle, PASSPHRASE.encode()).cert
    assert found is not None
    signing.register_key(
        account_id=account.pk,
        provider="pkcs12",
        reference=path.name,
        certificate=found.certificate.public_bytes(Encoding.PEM),
        by=COMMAND,
    )
