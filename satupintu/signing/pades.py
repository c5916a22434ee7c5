"""PAdES through pyHanko: sign at the highest level in reach, lift the level later."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import logging
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko.sign.validation.dss import collect_validation_info
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from satupintu.signing.results import SignedPdf

# It warns at every signature that answers are embedded without fetching: they were fetched before.
logging.getLogger("pyhanko").setLevel(logging.ERROR)

DIGEST = "sha256"
NETWORK_SECONDS = 5
# Room for the signature in the file: RSA-4096, a few certificates and a time stamp fit.
# Given once, pyHanko need not sign a second time only to measure.
RESERVED = 2 * 12_000
# Proof goes in before the archive time stamp, so that the stamp covers the file to its last byte.
PROOF_FIRST = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
# What an authority that is down, slow or talking nonsense makes pyHanko raise.
AUTHORITY_ERRORS = (
    OSError,
    TimeoutError,
    ValueError,
    aiohttp.ClientError,
    timestamps.TimestampRequestError,
)


class Revoked(Exception):
    """The authority says that the signer's certificate is revoked."""


class Unsignable(Exception):
    """The file is no PDF, or an earlier signature in it forbids another one."""


class Credential(Protocol):
    """What a provider opened for one act; it travels to a worker, so it must be picklable."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    def signer(self) -> signers.Signer: ...


@dataclass(frozen=True)
class LocalKey:
    """A private key held in the memory of the signer process; its text form never shows the key."""

    certificate: bytes
    chain: tuple[bytes, ...]
    key: bytes = field(repr=False)

    def signer(self) -> signers.Signer:
        return _KeyOnce(self)


class _KeyOnce(signers.SimpleSigner):
    """pyHanko's own signer loads and tests the RSA key at each signature; the act did so."""

    def __init__(self, credential: LocalKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(asn1_x509.Certificate.load(der) for der in credential.chain)
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(credential.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(credential.key),
            cert_registry=store,
        )
        self._loaded = serialization.load_der_private_key(
            credential.key, password=None, unsafe_skip_rsa_key_validation=True
        )

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._loaded, rsa.RSAPrivateKey):
            return self._loaded.sign(data, padding.PKCS1v15(), digest)
        if isinstance(self._loaded, ec.EllipticCurvePrivateKey):
            return self._loaded.sign(data, ec.ECDSA(digest))
        raise SigningError("This kind of key is not supported.")


@dataclass(frozen=True)
class Evidence:
    """The authority's answers that the certificates are good; gathered once for a batch."""

    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]


@dataclass(frozen=True)
class Wording:
    """What the signature says besides who and when."""

    reason: str
    location: str
    field: str


def gather(
    certificates: Sequence[bytes], *, roots: Sequence[bytes], tsa_url: str
) -> Evidence | None:
    """Ask the authority about the signer (first, then its chain) and about the time stamper.

    None when it cannot be reached. Raises Revoked.
    """
    return asyncio.run(_gather(certificates, roots, tsa_url))


async def _gather(
    certificates: Sequence[bytes], roots: Sequence[bytes], tsa_url: str
) -> Evidence | None:
    if not roots or not tsa_url:
        return None
    async with _context(roots, fetch=True) as context:
        try:
            await CertificateValidator(
                _certificate(certificates[0]),
                intermediate_certs=[_certificate(der) for der in certificates[1:]],
                validation_context=context,
            ).async_validate_usage({"non_repudiation"})
            clock = _timestamper(tsa_url)
            async for _ in clock.validation_paths(context):  # type: ignore[no-untyped-call]
                pass
        except RevokedError as error:
            raise Revoked(str(error)) from None
        except (PathBuildingError, PathValidationError, ValidationError, *AUTHORITY_ERRORS):
            return None
        return _evidence(context)


def sign(
    pdf: bytes,
    credential: Credential,
    wording: Wording,
    *,
    roots: Sequence[bytes],
    tsa_url: str,
    evidence: Evidence | None,
) -> SignedPdf:
    """Raises Unsignable. The first signature certifies the file: nothing but proof may be added."""
    attempts: list[tuple[str, Evidence | None]] = [("B-LTA", evidence)] if evidence else []
    for level, proof in [*attempts, ("B-T", None)] if tsa_url else []:
        try:
            return SignedPdf(
                asyncio.run(_sign(pdf, credential, wording, roots, tsa_url, proof)), level
            )
        except AUTHORITY_ERRORS:
            # The time-stamp authority is down: that costs a level, never the permit.
            break
        except (Unsignable, ValidationError):
            # The proof does not fit any more, say after a change of certificates; or the file
            # itself cannot be signed, which the last attempt will say.
            continue
    return SignedPdf(asyncio.run(_sign(pdf, credential, wording, roots, "", None)), "B-B")


async def _sign(
    pdf: bytes,
    credential: Credential,
    wording: Wording,
    roots: Sequence[bytes],
    tsa_url: str,
    evidence: Evidence | None,
) -> bytes:
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        certify = not writer.prev.embedded_signatures
        async with _context(roots, evidence) as context:
            meta = signers.PdfSignatureMetadata(
                field_name=wording.field,
                md_algorithm=DIGEST,
                reason=wording.reason,
                location=wording.location,
                subfilter=fields.SigSeedSubFilter.PADES,
                certify=certify,
                docmdp_permissions=fields.MDPPerm.NO_CHANGES,
                validation_context=context if evidence else None,
                embed_validation_info=evidence is not None,
                use_pades_lta=evidence is not None,
                dss_settings=DSSContentSettings(include_vri=False, next_ts_settings=PROOF_FIRST),
            )
            output = await signers.PdfSigner(
                meta,
                credential.signer(),
                timestamper=_timestamper(tsa_url) if tsa_url else None,
                new_field_spec=fields.SigFieldSpec(wording.field),
            ).async_sign_pdf(writer, bytes_reserved=RESERVED)
    except (PdfError, SigningError) as error:
        if isinstance(error, timestamps.TimestampRequestError):
            raise
        raise Unsignable(str(error)) from error
    return bytes(output.getbuffer())


def upgrade(pdf: bytes, *, roots: Sequence[bytes], tsa_url: str) -> SignedPdf | None:
    """Add revocation proof and an archive time stamp; on a B-LTA file, renew the time stamp.

    None when the authority cannot be reached. Raises Revoked, Unsignable.
    """
    try:
        return SignedPdf(asyncio.run(_upgrade(pdf, roots, tsa_url)), "B-LTA")
    except (*AUTHORITY_ERRORS, ValidationError, PathBuildingError, PathValidationError) as error:
        if isinstance(error, RevokedError):
            raise Revoked(str(error)) from None
        return None


async def _upgrade(pdf: bytes, roots: Sequence[bytes], tsa_url: str) -> bytes:
    stream = io.BytesIO(pdf)
    try:
        reader = PdfFileReader(stream)
        signatures = reader.embedded_regular_signatures
    except (PdfError, ValueError) as error:
        raise Unsignable(str(error)) from error
    if not signatures:
        raise Unsignable("There is no signature.")
    async with _context(roots, fetch=True) as context:
        # Each check leaves the authority's answers in the context; the last step writes them down.
        for stamp in reader.embedded_timestamp_signatures:
            await async_validate_pdf_timestamp(stamp, context, skip_diff=True)
        paths = [
            path
            for signature in signatures
            for path in await collect_validation_info(signature, context)
        ]
        writer = IncrementalPdfFileWriter(stream)
        output = await signers.PdfTimeStamper(_timestamper(tsa_url)).async_timestamp_pdf(
            writer,
            DIGEST,
            context,
            validation_paths=paths,
            in_place=True,
            dss_settings=PROOF_FIRST,
        )
    return bytes(output.getbuffer())


def _context(
    roots: Sequence[bytes], evidence: Evidence | None = None, *, fetch: bool = False
) -> contextlib.aclosing[ValidationContext]:
    """A validation context that insists on revocation answers and closes its connections."""
    return contextlib.aclosing(
        ValidationContext(
            trust_roots=[_certificate(der) for der in roots],
            allow_fetching=fetch,
            revocation_mode="require" if fetch or evidence else "soft-fail",
            ocsps=evidence.ocsps if evidence else (),
            crls=evidence.crls if evidence else (),
        )
    )


def _evidence(context: ValidationContext) -> Evidence:
    return Evidence(
        ocsps=tuple(_der(answer) for answer in context.ocsps),
        crls=tuple(_der(answer) for answer in context.crls),
    )


def _der(answer: asn1_ocsp.OCSPResponse | asn1_crl.CertificateList) -> bytes:
    der: bytes = answer.dump()
    return der


def _certificate(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)


class _Clock(timestamps.TimeStamper):
    """RFC 3161 over HTTP; pyHanko's client builds a TLS context for every stamp, 40 ms each."""

    tls = functools.cache(ssl.create_default_context)

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=_Clock.tls()),
                timeout=aiohttp.ClientTimeout(total=NETWORK_SECONDS),
                raise_for_status=True,
            ) as session,
            session.post(
                self.url,
                data=req.dump(),
                headers={
                    "Content-Type": "application/timestamp-query",
                    "Accept": "application/timestamp-reply",
                },
            ) as response,
        ):
            if response.content_type != "application/timestamp-reply":
                raise timestamps.TimestampRequestError("not a time-stamp reply")
            return tsp.TimeStampResp.load(await response.read())


def _timestamper(url: str) -> _Clock:
    return _timestamper_of_hour(url, int(time.time() // 3600))


@functools.lru_cache(maxsize=4)
def _timestamper_of_hour(url: str, _hour: int) -> _Clock:
    # It remembers one answer as the measure of size; an hour later the authority may have changed.
    return _Clock(url)
