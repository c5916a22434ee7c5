"""Copies of a signed document: a link that ends by itself, and a print at the counter."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.permits import access, queries
from satupintu.permits.events import CopyPrinted, PermitShared, ShareUsed, ShareWithdrawn
from satupintu.permits.models import Permit, Share

DAYS = (1, 7, 30)
USUAL = 7
MOST = 10


class NotShareable(Refused):
    """The wrong number of days, or too many links at once."""


@transaction.atomic
def share(permit_id: int, *, days: int, by: By) -> str:
    """Make a link that ends after so many days; its token is told once and not kept."""
    access.own_permit(by, permit_id)
    permit = Permit.objects.select_for_update(no_key=True).get(pk=permit_id)
    if days not in DAYS:
        raise NotShareable(
            both("Pilih berapa lama tautan berlaku", "Choose how long the link lasts"),
            field="days",
        )
    if queries.open_shares(permit).count() >= MOST:
        raise NotShareable(
            both(
                "Sudah ada {n} tautan yang berlaku. Tarik salah satu dulu.",
                "There are {n} links already. Take one of them back first.",
                n=MOST,
            ),
            field="days",
        )
    token = secrets.token_urlsafe(20)
    made = Share.objects.create(
        permit=permit,
        token_hash=queries.hash_of(token),
        made_by_id=by.person,
        ends_at=timezone.now() + timedelta(days=days),
    )
    journal.record(
        PermitShared(
            subject=f"permit:{permit.pk}", permit_id=permit.pk, share_id=made.pk, days=days
        ),
        by=by,
    )
    return token


@transaction.atomic
def withdraw_share(permit_id: int, share_id: int, *, by: By) -> None:
    """The link opens nothing any more; taking it back again changes nothing."""
    access.own_permit(by, permit_id)
    made = access.share_of(permit_id, share_id)
    if made.withdrawn_at is not None:
        return
    made.withdrawn_at = timezone.now()
    made.save(update_fields=["withdrawn_at"])
    journal.record(
        ShareWithdrawn(subject=f"permit:{permit_id}", permit_id=permit_id, share_id=share_id),
        by=by,
    )


@transaction.atomic
def note_share_use(share_id: int, *, by: By) -> None:
    """Somebody with the link took the file."""
    Share.objects.filter(pk=share_id).update(uses=F("uses") + 1)
    used = Share.objects.get(pk=share_id)
    journal.record(
        ShareUsed(subject=f"permit:{used.permit_id}", permit_id=used.permit_id, share_id=used.pk),
        by=by,
    )


@transaction.atomic
def print_copy(permit_id: int, *, by: By) -> None:
    """Note that an officer prints a copy for somebody at the counter."""
    permit = Permit.objects.select_for_update(no_key=True, of=("self",)).get(pk=permit_id)
    post = access.printing(by, permit)
    if not permit.data:
        raise Refused(
            both(
                "Isi dokumen ini sudah dihapus menurut jadwal retensi",
                "The content of this document was erased by the retention schedule",
            )
        )
    journal.record(
        CopyPrinted(subject=f"permit:{permit.pk}", permit_id=permit.pk),
        by=replace(by, post_id=post.post_id, office_id=post.office_id),
    )
