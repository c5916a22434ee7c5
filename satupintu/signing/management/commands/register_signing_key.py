"""manage.py register_signing_key: give an officer the PKCS#12 key with which they sign."""

from __future__ import annotations

import os
from getpass import getpass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.core.management.base import BaseCommand, CommandError, CommandParser

from satupintu.journal.events import By
from satupintu.signing import actions
from satupintu.signing.providers import keys_folder


class Command(BaseCommand):
    help = "Store a PKCS#12 file in the signer's folder and register its certificate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", type=int, help="id of the officer's account")
        parser.add_argument("file", type=Path)

    def handle(self, *, account: int, file: Path, **_: Any) -> None:
        content = file.read_bytes()
        try:
            bundle = pkcs12.load_pkcs12(content, getpass("Passphrase: ").encode())
        except ValueError:
            raise CommandError("The passphrase is wrong, or this is no PKCS#12 file.") from None
        if bundle.cert is None:
            raise CommandError("The file holds no certificate.")
        name = f"{account}-{bundle.cert.certificate.serial_number:x}.p12"
        flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
        with os.fdopen(os.open(keys_folder() / name, flags, 0o600), "wb") as target:
            target.write(content)
        key = actions.register_key(
            account_id=account,
            provider="pkcs12",
            reference=name,
            certificate=bundle.cert.certificate.public_bytes(Encoding.PEM),
            by=By(None, "command"),
        )
        self.stdout.write(f"{key.signer_name}, until {key.valid_until:%Y-%m-%d}")
