"""`python -m sandbox.pki --port N --data DIR`, and `… issue`, `… revoke`, `… root`."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.pki.authority import Authority
from sandbox.pki.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.pki", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path)
    commands = parser.add_subparsers(dest="command")
    issue = commands.add_parser("issue", help="issue a signing certificate as PKCS#12")
    issue.add_argument("--data", type=Path, required=True)
    issue.add_argument("--url", default="", help="address of the authority, if it never ran")
    issue.add_argument("--name", required=True)
    issue.add_argument("--serial", required=True, help="the officer's NIP")
    issue.add_argument("--out", type=Path, required=True)
    issue.add_argument("--passphrase", required=True)
    issue.add_argument("--days", type=int, default=730)
    revoke = commands.add_parser("revoke", help="revoke the certificate in a PEM file")
    revoke.add_argument("--data", type=Path, required=True)
    revoke.add_argument("certificate", type=Path)
    asked = parser.parse_args()
    if asked.data is None:
        parser.error("--data is required")
    if asked.command == "issue":
        _issue(asked)
    elif asked.command == "revoke":
        certificate = x509.load_pem_x509_certificate(asked.certificate.read_bytes())
        Authority(asked.data).revoke(certificate)
    else:
        _serve(asked)


def _issue(asked: argparse.Namespace) -> None:
    authority = Authority(asked.data, asked.url)
    bundle = authority.issue(
        name=asked.name,
        serial=asked.serial,
        passphrase=asked.passphrase,
        life=dt.timedelta(days=asked.days),
    )
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    with os.fdopen(os.open(asked.out, flags, 0o600), "wb") as file:
        file.write(bundle)
    # The certificate alone, for the register of signing keys.
    _, certificate, _ = pkcs12.load_key_and_certificates(bundle, asked.passphrase.encode())
    pem = certificate.public_bytes(serialization.Encoding.PEM) if certificate else b""
    asked.out.with_suffix(".pem").write_bytes(pem)
    print(asked.out)


def _serve(asked: argparse.Namespace) -> None:
    asked.data.mkdir(parents=True, exist_ok=True)
    with Server(asked.port, asked.data) as server:
        print(f"ready {server.authority.url}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
