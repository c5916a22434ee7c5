"""What other packages may ask of signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.signing import checking, client, roots
from satupintu.signing.checking import NotChecked
from satupintu.signing.claims import PublicKey, claim, public_keys, read_claim
from satupintu.signing.models import SigningKey
from satupintu.signing.results import SignatureReport

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["NotChecked", "PublicKey", "SignatureReport", "claim", "public_keys", "read_claim"]


def inspect(pdf: bytes) -> SignatureReport:
    """Who signed this file, and is it as they left it? For any bytes; raises NotChecked."""
    return checking.check(pdf, roots.trusted())


def key_of(account_id: int) -> SigningKey | None:
    """The key with which this officer signs today."""
    return _in_use().filter(account_id=account_id).first()


def signer_answers() -> bool:
    """Whether the signer process takes questions; it is asked none."""
    return client.listens()


def _in_use() -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(retired_at__isnull=True)
