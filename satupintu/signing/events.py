"""What happens to signing keys; with the signed file, the evidence of the signer's consent."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class KeyRegistered(Event):
    key_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class KeyRetired(Event):
    key_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class ActOpened(Event):
    """The signer gave the passphrase and the provider accepted it."""

    key_id: int


@dataclass(frozen=True, kw_only=True)
class PassphraseRefused(Event):
    key_id: int
