"""Signing, in the order of life: register a key, open an act, sign, close, lift the level."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import structlog
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.signing import client, queries, roots
from satupintu.signing.events import ActOpened, KeyRegistered, KeyRetired, PassphraseRefused
from satupintu.signing.models import SigningKey
from satupintu.signing.results import SignedPdf

if TYPE_CHECKING:
    from satupintu.journal.events import By

__all__ = ["SignedPdf"]

MOST_PER_ACT = 500
log = structlog.get_logger(__name__)


class WrongPassphrase(Refused):
    """The provider refused the passphrase; it was tried once."""


class NoKey(Refused):
    """The officer has no key that can sign now."""


class SignerDown(Refused):
    """The signer process does not answer; trying again later can help."""


class ActLost(Refused):
    """The act has ended: closed, too old, used up, or the signer was restarted."""


class CannotSign(Refused):
    """The file itself cannot be signed."""


@transaction.atomic
def register_key(
    *, account_id: int, provider: str, reference: str, certificate: bytes, by: By
) -> SigningKey:
    """Enter the certificate (PEM) of an officer's key; an earlier key of theirs is retired."""
    parsed = x509.load_pem_x509_certificate(certificate)
    for earlier in SigningKey.objects.select_for_update(no_key=True).filter(
        account_id=account_id, retired_at__isnull=True
    ):
        retire_key(earlier.pk, by=by)
    names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    key = SigningKey.objects.create(
        account_id=account_id,
        provider=provider,
        reference=reference,
        certificate=certificate.decode(),
        signer_name=str(names[0].value) if names else "",
        valid_from=parsed.not_valid_before_utc,
        valid_until=parsed.not_valid_after_utc,
    )
    event = KeyRegistered(subject=key.subject, key_id=key.pk, account_id=account_id)
    journal.record(event, by=by)
    return key


@transaction.atomic
def retire_key(key_id: int, *, by: By) -> None:
    key = SigningKey.objects.select_for_update(no_key=True).get(pk=key_id)
    if key.retired_at:
        return
    key.retired_at = timezone.now()
    key.save(update_fields=["retired_at"])
    event = KeyRetired(subject=key.subject, key_id=key.pk, account_id=key.account_id)
    journal.record(event, by=by)


def open_act(account_id: int, passphrase: str, *, by: By, limit: int = MOST_PER_ACT) -> str:
    """Give the passphrase to the signer, once; the handle signs `limit` files within 15 minutes.

    Raises WrongPassphrase, NoKey, SignerDown.
    """
    key = queries.key_of(account_id)
    if key is None:
        raise NoKey("Anda belum punya sertifikat tanda tangan. Hubungi admin.")
    try:
        answer, _ = client.ask(
            {
                "do": "open",
                "provider": key.provider,
                "reference": key.reference,
                "certificate": key.certificate,
                "passphrase": passphrase,
                "limit": limit,
            }
        )
    except client.Unreachable:
        _down()
    if "refused" in answer:
        if answer["refused"] == "wrong":
            with transaction.atomic():
                event = PassphraseRefused(subject=key.subject, key_id=key.pk)
                journal.record(event, by=by)
        _refuse(answer["refused"])
    if not isinstance(answer.get("act"), str):
        _down()
    with transaction.atomic():
        journal.record(ActOpened(subject=key.subject, key_id=key.pk), by=by)
    act: str = answer["act"]
    return act


def sign(act: str, pdf: bytes, *, reason: str, location: str, field: str) -> SignedPdf:
    """PAdES at the highest level that can be reached now: B-LTA, or B-B when the authority is down.

    Call it outside a transaction: it waits for the network.
    Raises ActLost, NoKey, CannotSign, SignerDown.
    """
    try:
        answer, signed = client.ask(
            {"do": "sign", "act": act, "reason": reason, "location": location, "field": field}, pdf
        )
    except client.Unreachable:
        # With the process its memory is gone, so the act can never continue.
        _refuse("lost")
    if "refused" in answer:
        _refuse(answer["refused"])
    if "level" not in answer or len(signed) <= len(pdf) or not signed.startswith(pdf):
        # Somebody's signature under another text must never become an edition of this one.
        log.error("signer_answered_wrongly")
        _refuse("lost")
    return SignedPdf(signed, answer["level"])


def close_act(act: str) -> None:
    """The signer forgets the key; nothing happens when it already did."""
    try:
        client.ask({"do": "close", "act": act})
    except client.Unreachable:
        return


def upgrade(pdf: bytes) -> SignedPdf:
    """The file as B-LTA, or unchanged while the authority is down; renews a B-LTA file.

    Call it outside a transaction. Raises NoKey for a revoked certificate, CannotSign.
    """
    # pyHanko takes half a second to import; only who lifts a signature pays for it.
    from satupintu.signing import inspection, pades

    trusted = roots.trusted()
    try:
        lifted = pades.upgrade(pdf, roots=trusted, tsa_url=settings.TSA_URL)
    except pades.Revoked:
        _refuse("revoked")
    except pades.Unsignable:
        _refuse("unsignable")
    return lifted or SignedPdf(pdf, inspection.inspect(pdf, trusted).level)


def _down() -> NoReturn:
    raise SignerDown("Layanan tanda tangan sedang tidak berjalan. Coba lagi beberapa saat lagi.")


def _refuse(kind: str) -> NoReturn:
    match kind:
        case "wrong":
            raise WrongPassphrase(
                "Kata sandi tanda tangan salah. Periksa lalu isi kembali.", field="passphrase"
            )
        case "locked":
            raise WrongPassphrase(
                "Kata sandi tanda tangan salah 5 kali. Coba lagi setelah 15 menit.",
                field="passphrase",
            )
        case "missing":
            raise NoKey("Kunci tanda tangan Anda tidak ditemukan. Hubungi admin.")
        case "expired":
            raise NoKey("Masa berlaku sertifikat tanda tangan Anda sudah habis. Perbarui dahulu.")
        case "revoked":
            raise NoKey("Sertifikat tanda tangan ini sudah dicabut. Hubungi admin.")
        case "lost":
            raise ActLost("Sesi tanda tangan sudah berakhir. Ulangi penandatanganan.")
        case "unsignable":
            raise CannotSign("Berkas ini tidak dapat ditandatangani.")
        case _:
            _down()
