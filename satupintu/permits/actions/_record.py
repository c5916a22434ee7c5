"""The row of a document under lock, its line in the public log, and what refuses an act on it."""

from __future__ import annotations

import json
from hashlib import sha256

from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.permits.models import Permit

PERMITS_LOG = "permits"


class NotInForce(Refused):
    """The permit is not in the state that this act needs."""


class Incomplete(Refused):
    """Something that the law wants written down is missing."""


def lock(permit_id: int) -> Permit:
    return Permit.objects.select_for_update(no_key=True, of=("self",)).get(pk=permit_id)


def log(permit: Permit, word: str, digest: str) -> int:
    """Append to the public transparency log: hashes only, nobody's data (design.md 7)."""
    leaf = {
        "act": word,
        "number": sha256(permit.number.encode()).hexdigest(),
        "file": digest,
        "at": timezone.now().isoformat(),
    }
    return journal.append(PERMITS_LOG, json.dumps(leaf, sort_keys=True).encode())
