"""A small certificate authority that keeps its keys in a folder."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = hashes.SHA256()
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
TWO_YEARS = dt.timedelta(days=730)
ORGANISATION = "Otoritas Sertifikat Contoh"


@dataclass(frozen=True)
class Pair:
    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    """The authority of an installation, founded at first use; `url` goes into what it issues.

    It is kept in `data`/pki; its root joins those that are trusted, in `data`/roots.
    """

    def __init__(self, data: Path, url: str = "", *, fresh_days: int = 30) -> None:
        self.folder = folder = data / "pki"
        self.fresh = dt.timedelta(days=fresh_days)
        (folder / "issued").mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two processes may found it at the same moment
            self._open(url)
        (data / "roots").mkdir(exist_ok=True)
        (data / "roots" / "sandbox.pem").write_bytes(self.root.pem)

    def _open(self, url: str) -> None:
        folder = self.folder
        if url:
            (folder / "url").write_text(url)
        address = folder / "url"
        if not address.exists():
            raise SystemExit(
                "Start the authority once, or give --url: certificates carry its address."
            )
        self.url = address.read_text()
        self.root = self._pair("root", "Root CA Contoh", 25, issuer=None, ca=1)
        self.ca = self._pair("ca", "CA Contoh", 20, issuer=self.root, ca=0)
        self.responder = self._pair(
            "ocsp", "OCSP Contoh", 15, issuer=self.ca, usage=ExtendedKeyUsageOID.OCSP_SIGNING
        )
        self.clock = self._pair(
            "tsa", "TSA Contoh", 15, issuer=self.ca, usage=ExtendedKeyUsageOID.TIME_STAMPING
        )

    # What it hands out

    def issue(
        self, *, name: str, serial: str, passphrase: str, life: dt.timedelta = TWO_YEARS
    ) -> bytes:
        """A signing certificate with its key for one officer, as PKCS#12."""
        # RSA, as the national provider issues: an elliptic-curve signature would lift the
        # file to PDF 2.0, and then it is no PDF/A-3 any more.
        key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        subject = _name(name, serial)
        certificate = self._certificate(key, subject, life, self.ca, ca=None)
        pair = Pair(key, certificate)
        (self.folder / "issued" / f"{certificate.serial_number:x}.pem").write_bytes(pair.pem)
        return pkcs12.serialize_key_and_certificates(
            name.encode(),
            key,
            certificate,
            [self.ca.certificate, self.root.certificate],
            serialization.BestAvailableEncryption(passphrase.encode()),
        )

    def revoke(self, certificate: x509.Certificate) -> None:
        revoked = self._revoked()
        revoked[f"{certificate.serial_number:x}"] = _now().isoformat()
        (self.folder / "revoked.json").write_text(json.dumps(revoked))

    def answer_ocsp(self, request: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(request)
        serial = f"{asked.serial_number:x}"
        issuer = self._issuer_of(asked.issuer_key_hash)
        known = [self.ca, self.responder, self.clock]
        certificates = {f"{pair.certificate.serial_number:x}": pair.certificate for pair in known}
        found = certificates.get(serial)
        issued = self.folder / "issued" / f"{serial}.pem"
        if found is None and issued.exists():
            found = x509.load_pem_x509_certificate(issued.read_bytes())
        if issuer is None or found is None:
            refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.UNAUTHORIZED
            )
            return refusal.public_bytes(serialization.Encoding.DER)
        revoked_at = self._revoked().get(serial)
        now = _now()
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=found,
                issuer=issuer.certificate,
                algorithm=asked.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + self.fresh,
                revocation_time=dt.datetime.fromisoformat(revoked_at) if revoked_at else None,
                revocation_reason=x509.ReasonFlags.unspecified if revoked_at else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
        )
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        answer = builder.sign(self.responder.key, SHA256)
        return answer.public_bytes(serialization.Encoding.DER)

    def crl(self, which: str) -> bytes:
        issuer = {"root": self.root, "ca": self.ca}[which]
        now = _now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now)
            .next_update(now + self.fresh)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
                critical=False,
            )
        )
        for serial, moment in self._revoked().items() if which == "ca" else ():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(int(serial, 16))
                .revocation_date(dt.datetime.fromisoformat(moment))
                .build()
            )
        return builder.sign(issuer.key, SHA256).public_bytes(serialization.Encoding.DER)

    def timestamp(self, request: bytes) -> bytes:
        key = self.clock.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        stamper = TimeStamper(
            tsa_cert=asn1_x509.Certificate.load(self.clock.der),
            tsa_key=asn1_keys.PrivateKeyInfo.load(key),
            certs_to_embed=[asn1_x509.Certificate.load(self.ca.der)],
        )
        answer: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return answer

    # How it is kept

    def _revoked(self) -> dict[str, str]:
        path = self.folder / "revoked.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _issuer_of(self, key_hash: bytes) -> Pair | None:
        for pair in (self.ca, self.root):
            identifier = x509.SubjectKeyIdentifier.from_public_key(pair.key.public_key())
            if identifier.digest == key_hash:
                return pair
        return None

    def _pair(
        self,
        label: str,
        name: str,
        years: int,
        *,
        issuer: Pair | None,
        ca: int | None = None,
        usage: x509.ObjectIdentifier | None = None,
    ) -> Pair:
        key_path, pem_path = self.folder / f"{label}.key", self.folder / f"{label}.pem"
        if pem_path.exists():
            key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
            return Pair(cast("Key", key), x509.load_pem_x509_certificate(pem_path.read_bytes()))
        key = ec.generate_private_key(ec.SECP256R1())
        life = dt.timedelta(days=365 * years)
        certificate = self._certificate(key, _name(name), life, issuer, ca=ca, usage=usage)
        with os.fdopen(
            os.open(key_path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        pair = Pair(key, certificate)
        pem_path.write_bytes(pair.pem)
        return pair

    def _certificate(
        self,
        key: Key,
        subject: x509.Name,
        life: dt.timedelta,
        issuer: Pair | None,
        *,
        ca: int | None,
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        signer = issuer.key if issuer else key
        start = _now() - dt.timedelta(minutes=5)
        is_ca, officer = ca is not None, ca is None and usage is None
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + life)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=ca), critical=True)
            .add_extension(_key_usage(ca=is_ca, officer=officer), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
        )
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        if usage == ExtendedKeyUsageOID.OCSP_SIGNING:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        elif issuer:
            where = "root" if issuer.certificate.subject == issuer.certificate.issuer else "ca"
            builder = builder.add_extension(
                x509.CRLDistributionPoints([_point(f"{self.url}/certs/{where}.crl")]),
                critical=False,
            )
            places = [(Access.CA_ISSUERS, f"{self.url}/certs/{where}.cer")]
            if where == "ca":
                places.append((Access.OCSP, f"{self.url}/ocsp"))
            builder = builder.add_extension(
                x509.AuthorityInformationAccess(
                    [x509.AccessDescription(how, _uri(place)) for how, place in places]
                ),
                critical=False,
            )
        return builder.sign(signer, SHA256)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _uri(text: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(text)


def _point(text: str) -> x509.DistributionPoint:
    return x509.DistributionPoint([_uri(text)], None, None, None)


def _name(common: str, serial: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if serial:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(parts)


def _key_usage(*, ca: bool, officer: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=officer,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
