"""Where private keys live; a provider, named in settings.SIGNING_PROVIDERS, opens one per act."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.module_loading import import_string

from satupintu.signing.pades import Credential, LocalKey

DER = serialization.Encoding.DER


class BadPassphrase(Exception):
    """The provider did not accept the passphrase."""


class KeyMissing(Exception):
    """The provider does not know this key, or it holds no certificate."""


class Provider(Protocol):
    def open(self, reference: str, passphrase: str) -> Credential:
        """Try the passphrase once. Raises BadPassphrase, KeyMissing."""
        ...


class Pkcs12Provider:
    """Keys as PKCS#12 files in a folder of the signer's machine; `reference` is the file's name."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or keys_folder()

    def open(self, reference: str, passphrase: str) -> Credential:
        try:
            content = (self.folder / Path(reference).name).read_bytes()
        except OSError:
            raise KeyMissing(reference) from None
        try:
            bundle = pkcs12.load_pkcs12(content, passphrase.encode())
        except ValueError:
            raise BadPassphrase from None
        if bundle.cert is None or bundle.key is None:
            raise KeyMissing(reference)
        return LocalKey(
            certificate=bundle.cert.certificate.public_bytes(DER),
            chain=tuple(extra.certificate.public_bytes(DER) for extra in bundle.additional_certs),
            key=bundle.key.private_bytes(
                DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )


def keys_folder() -> Path:
    folder: Path = settings.DATA_DIR / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def provider(name: str) -> Provider:
    """Raises KeyMissing when this installation has no such provider."""
    try:
        found: Provider = import_string(settings.SIGNING_PROVIDERS[name])()
    except KeyError:
        raise KeyMissing(name) from None
    return found
