"""Programs that others wrote judge our signatures: poppler's pdfsig (on NSS), and OpenSSL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import cms

from sandbox.pki.authority import Authority
from satupintu.signing.models import SigningKey
from tests.signing.conftest import DEWI, Pki
from tests.signing.test_signing import opened, signed

PLACES = 5
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")

needs_pdfsig = pytest.mark.skipif(
    not shutil.which("pdfsig"), reason="pdfsig is not here (Debian: poppler-utils)"
)
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")


@pytest.fixture
def permit(signer: None, key: SigningKey) -> bytes:
    return signed(opened(key)).pdf


@needs_pdfsig
def test_poppler_finds_the_signature_valid(permit: bytes, tmp_path: Path) -> None:
    seen = _pdfsig(permit, tmp_path)
    assert f"Signer Certificate Common Name: {DEWI}" in seen
    assert "Signature Type: ETSI.CAdES.detached" in seen
    assert "Signature Validation: Signature is Valid." in seen
    assert "Total document signed" in seen.partition("Signature #2:")[2], "the archive stamp"


@needs_pdfsig
def test_poppler_sees_a_changed_byte(permit: bytes, tmp_path: Path) -> None:
    assert "Signature is Valid" in _pdfsig(permit, tmp_path)
    for changed in _changed(permit):
        assert "Signature is Valid" not in _pdfsig(changed, tmp_path)


@needs_openssl
def test_openssl_finds_signature_and_time_stamps_valid(
    permit: bytes, pki: Pki, tmp_path: Path
) -> None:
    root = pki.data / "roots" / "sandbox.pem"
    assert _by_openssl(permit, root, tmp_path) == [True, True, True]


@needs_openssl
def test_openssl_sees_a_changed_byte(permit: bytes, pki: Pki, tmp_path: Path) -> None:
    root = pki.data / "roots" / "sandbox.pem"
    for changed in _changed(permit):
        signature, _, archive = _by_openssl(changed, root, tmp_path)
        assert not signature
        assert not archive


@needs_openssl
def test_openssl_trusts_no_other_root(permit: bytes, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other", "http://lain.example")
    (tmp_path / "other.pem").write_bytes(other.root.pem)
    assert _by_openssl(permit, tmp_path / "other.pem", tmp_path) == [False, False, False]


def _changed(pdf: bytes) -> Iterator[bytes]:
    """The file with one bit turned, each time somewhere else in what the officer signed."""
    _, end, *_ = _ranges(pdf)[0]
    for place in range(end // PLACES - 1, end, end // PLACES):
        changed = bytearray(pdf)
        changed[place] ^= 0x01
        yield bytes(changed)


def _ranges(pdf: bytes) -> list[tuple[int, int, int, int]]:
    found = [tuple(map(int, one.groups())) for one in RANGE.finditer(pdf)]
    return [(a, b, c, d) for a, b, c, d in found]


def _pdfsig(pdf: bytes, folder: Path) -> str:
    """With a home that has no store of roots: the chain is OpenSSL's to judge."""
    (folder / "permit.pdf").write_bytes(pdf)
    command = ["pdfsig", "-no-ocsp", str(folder / "permit.pdf")]
    home = {**os.environ, "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=home).stdout


def _by_openssl(pdf: bytes, root: Path, folder: Path) -> list[bool]:
    """What it thinks of the officer's signature, of the time stamp on it, of the archive stamp."""
    (own, content), (archive, stamped) = [
        (bytes.fromhex(pdf[a + b + 1 : c - 1].decode()), pdf[a : a + b] + pdf[c : c + d])
        for a, b, c, d in _ranges(pdf)
    ]
    signer = cms.ContentInfo.load(own)["content"]["signer_infos"][0]
    token = signer["unsigned_attrs"][0]["values"][0].dump()
    as_cms = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]
    as_cms += ["-out", str(folder / "out"), "-content"]
    as_stamp = ["ts", "-verify", "-token_in", "-data"]
    return [
        _openssl(as_cms, content, own, root, folder),
        _openssl(as_stamp, signer["signature"].native, token, root, folder),
        _openssl(as_stamp, stamped, archive, root, folder),
    ]


def _openssl(command: list[str], data: bytes, signature: bytes, root: Path, folder: Path) -> bool:
    (folder / "data").write_bytes(data)
    (folder / "signature").write_bytes(signature)
    rest = [str(folder / "data"), "-in", str(folder / "signature"), "-CAfile", str(root)]
    done = subprocess.run(["openssl", *command, *rest], capture_output=True, check=False)
    return done.returncode == 0
