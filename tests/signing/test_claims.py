"""Compact claims: short enough for a QR, and nobody else can write one."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ImproperlyConfigured

from satupintu.signing import queries

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

PAYLOAD = {"n": "500.16.7.2/0042/SIPP/DPMPTSP/XI/2026", "h": "S*** R***", "u": "2031-11-19"}


@pytest.fixture(autouse=True)
def own_key(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.DOCUMENT_KEY = ""
    settings.SANDBOX = True
    return tmp_path / "document-key.pem"


def test_a_claim_can_be_read_and_fits_a_qr() -> None:
    text = queries.claim(PAYLOAD)
    assert queries.read_claim(text) == PAYLOAD
    assert len(text) < 250


@pytest.mark.parametrize("forged", ["", "a.b", "x", "a.b.c", "é.é", "....", "eyJhIjoxfQ.AAAA"])
def test_what_we_did_not_sign_is_not_read(forged: str) -> None:
    assert queries.read_claim(forged) is None


def test_what_another_key_signed_is_not_read(settings: Settings, own_key: Path) -> None:
    queries.claim(PAYLOAD)
    settings.DATA_DIR = own_key.parent / "another city"
    settings.DATA_DIR.mkdir()
    theirs = queries.claim(PAYLOAD)
    assert queries.read_claim(theirs) == PAYLOAD
    settings.DATA_DIR = own_key.parent
    assert queries.read_claim(theirs) is None


def test_a_changed_claim_is_not_read() -> None:
    text = queries.claim(PAYLOAD)
    for place in range(0, len(text), 9):
        other = "A" if text[place] != "A" else "B"
        assert queries.read_claim(text[:place] + other + text[place + 1 :]) is None


def test_the_key_is_private_and_its_public_half_is_published(own_key: Path) -> None:
    queries.claim(PAYLOAD)
    assert stat.S_IMODE(own_key.stat().st_mode) == 0o600
    (key,) = queries.public_keys()
    assert key.in_use
    assert isinstance(load_pem_public_key(key.pem.encode()), Ed25519PublicKey)


def test_claims_of_an_earlier_key_stay_readable(settings: Settings, own_key: Path) -> None:
    text = queries.claim(PAYLOAD)
    earlier = queries.public_keys()[0]
    new = own_key.with_name("baru.pem")
    (own_key.parent / "baru-2026.pub.pem").write_text(earlier.pem)
    settings.DATA_DIR = own_key.parent / "lain"
    settings.DATA_DIR.mkdir()
    queries.claim(PAYLOAD)
    new.write_bytes((settings.DATA_DIR / "document-key.pem").read_bytes())
    settings.DOCUMENT_KEY = str(new)
    assert queries.read_claim(text) == PAYLOAD
    assert [key.in_use for key in queries.public_keys()] == [True, False]


def test_production_never_invents_a_key(settings: Settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(ImproperlyConfigured, match="DOCUMENT_KEY"):
        queries.claim(PAYLOAD)
