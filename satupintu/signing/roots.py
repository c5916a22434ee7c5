"""The authorities whose certificates we trust: every PEM file in settings.SIGNING_ROOTS."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings


def trusted() -> tuple[bytes, ...]:
    return tuple(
        certificate.public_bytes(Encoding.DER)
        for path in sorted(settings.SIGNING_ROOTS.glob("*.pem"))
        for certificate in x509.load_pem_x509_certificates(path.read_bytes())
    )
