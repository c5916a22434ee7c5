"""Is this PDF signed, by whom, unchanged, by someone we trust? Answers for any bytes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
import logging
from collections.abc import Sequence
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import (
    ModificationInfo,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext

from satupintu.signing.results import SignatureReport

logger = logging.getLogger(__name__)
# Strangers upload broken files on purpose; what pyHanko logs at length about each is our answer.
for library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(library).setLevel(logging.CRITICAL)

NOT_A_PDF = "Berkas ini bukan PDF yang dapat dibaca."
NOT_SIGNED = "Berkas ini tidak memuat tanda tangan elektronik."
CHANGED = "Isi berkas berubah setelah ditandatangani."
ADDED_TO = "Ada tambahan pada berkas setelah ditandatangani."
UNKNOWN_ISSUER = "Sertifikat penanda tangan tidak diterbitkan penyelenggara yang dipercaya."
REVOKED = "Sertifikat penanda tangan sudah dicabut saat menandatangani."
BAD_TIMESTAMP = "Stempel waktu pada berkas tidak dapat dipercaya."


def inspect(pdf: bytes, roots: Sequence[bytes]) -> SignatureReport:
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        signatures = reader.embedded_regular_signatures
    except MemoryError:
        raise
    except Exception:  # any bytes may come in, and a parser may fail on them in any way
        logger.info("Not a readable PDF", exc_info=True)
        return SignatureReport(problems=(NOT_A_PDF,))
    if not signatures:
        return SignatureReport(problems=(NOT_SIGNED,))
    try:
        return asyncio.run(_Inspection(reader, roots).report())
    except MemoryError:
        raise
    except Exception:  # a signature that cannot even be read was tampered with
        logger.info("Unreadable signature", exc_info=True)
        return SignatureReport(problems=(CHANGED,))


class _Inspection:
    def __init__(self, reader: PdfFileReader, roots: Sequence[bytes]) -> None:
        self.reader = reader
        self.roots = [asn1_x509.Certificate.load(der) for der in roots]
        self.store: DocumentSecurityStore | None = None
        with contextlib.suppress(NoDSSFoundError):
            self.store = DocumentSecurityStore.read_dss(reader)
        self.problems: list[str] = []

    async def report(self) -> SignatureReport:
        last = self.reader.embedded_signatures[-1]
        stamped_at = await self._archive_time()
        statuses = [
            await self._status(signature, stamped_at)
            for signature in self.reader.embedded_regular_signatures
        ]
        first = statuses[0]
        if not all(status.intact and status.valid for status in statuses):
            self._problem(CHANGED)
        whole = self._covers(last) and all(self._untouched(status) for status in statuses)
        if not whole:
            self._problem(ADDED_TO)
        if any(status.revoked for status in statuses):
            self._problem(REVOKED)
        elif not all(status.trusted for status in statuses):
            self._problem(UNKNOWN_ISSUER)
        stamp = first.timestamp_validity
        if stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted):
            self._problem(BAD_TIMESTAMP)
            stamp = None
        timestamp_at = stamp.timestamp if stamp else stamped_at
        level = "B-T" if timestamp_at else "B-B"
        if timestamp_at and await self._proven(stamped_at or timestamp_at):
            level = "B-LTA" if stamped_at else "B-LT"
        return SignatureReport(
            intact=not {CHANGED, ADDED_TO} & set(self.problems),
            trusted=not {REVOKED, UNKNOWN_ISSUER, BAD_TIMESTAMP} & set(self.problems),
            signer_name=", ".join(map(_name, self.reader.embedded_regular_signatures)),
            signed_at=first.signer_reported_dt,
            timestamp_at=timestamp_at,
            level=level,
            covers_whole_file=whole,
            problems=tuple(self.problems),
        )

    async def _archive_time(self) -> dt.datetime | None:
        """Oldest document time stamp; each is proved by the one after it, the last one today."""
        moment = None
        for stamp in reversed(self.reader.embedded_timestamp_signatures):
            status = await async_validate_pdf_timestamp(stamp, self._context(moment))
            if not (status.intact and status.valid):
                self._problem(CHANGED)
                return None
            if not status.trusted:
                self._problem(BAD_TIMESTAMP)
                return None
            moment = status.timestamp
        return moment

    async def _status(
        self, signature: EmbeddedPdfSignature, stamped_at: dt.datetime | None
    ) -> PdfSignatureStatus:
        """As it was when its existence was proved; without any proof, as it is today."""
        status = await async_validate_pdf_signature(
            signature, self._context(stamped_at), self._context(stamped_at)
        )
        stamp = status.timestamp_validity
        if stamped_at or stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
            return status
        return await async_validate_pdf_signature(
            signature, self._context(stamp.timestamp), self._context(None)
        )

    async def _proven(self, moment: dt.datetime) -> bool:
        """Whether the file itself holds the proof that no certificate was revoked."""
        if self.store is None:
            return False
        for signature in self.reader.embedded_regular_signatures:
            status = await async_validate_pdf_signature(
                signature, self._context(moment, "require"), self._context(moment), skip_diff=True
            )
            if not status.trusted:
                return False
        return True

    def _context(
        self, moment: dt.datetime | None, revocation: str = "soft-fail"
    ) -> ValidationContext:
        """For a moment in the past with the proof of that time in the file; today without it.

        It never fetches: the addresses in a stranger's file are not to be called from here.
        """
        settings: dict[str, Any] = {
            "trust_roots": self.roots,
            "allow_fetching": False,
            "revocation_mode": revocation,
            "moment": moment,
            "retroactive_revinfo": True,
        }
        if self.store is None:
            return ValidationContext(**settings)
        if moment is None:
            return ValidationContext(**settings, other_certs=list(self.store.load_certs()))
        return self.store.as_validation_context(settings)

    def _covers(self, last: EmbeddedPdfSignature) -> bool:
        """To the last byte, or up to proof that came later; stray bytes are neither."""
        last.compute_integrity_info()
        found = last.summarise_integrity_info()
        status = ModificationInfo(found["coverage"], found["diff_result"], found["docmdp_ok"])
        return status.coverage == SignatureCoverageLevel.ENTIRE_FILE or (
            self._untouched(status) and status.modification_level == ModificationLevel.LTA_UPDATES
        )

    @staticmethod
    def _untouched(status: ModificationInfo) -> bool:
        """Nothing but proof (revocation answers, time stamps) came after this signature."""
        return (
            status.coverage is not None
            and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
            and status.docmdp_ok is not False
            and status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
        )

    def _problem(self, text: str) -> None:
        if text not in self.problems:
            self.problems.append(text)


def _name(signature: EmbeddedPdfSignature) -> str:
    subject = signature.signer_cert.subject.native
    return str(subject.get("common_name") or subject.get("organization_name") or "")
