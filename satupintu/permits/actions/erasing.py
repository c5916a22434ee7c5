"""What documents say of people goes when no law keeps it; that they were issued stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.permits.actions._record import NotInForce
from satupintu.permits.events import PermitErased
from satupintu.permits.models import Permit

if TYPE_CHECKING:
    from satupintu.journal.events import By

GONE = "–"


@transaction.atomic
def erase(source: str, *, by: By) -> list[int]:
    """Destroy the content of the documents of a case and of the decisions on them.

    Numbers, dates, states and hashes stay, so that verification still says that it has ended.
    Whoever calls has checked that none of them is in force.
    """
    own = list(Permit.objects.filter(subject=source).values_list("pk", flat=True))
    of_decisions = [f"permit:{permit_id}" for permit_id in own]
    documents = (
        Permit.objects.select_for_update(no_key=True)
        .filter(Q(pk__in=own) | Q(subject__in=of_decisions))
        .order_by("pk")
    )
    erased = []
    for permit in documents:
        if permit.status == Permit.Status.SIGNING:
            raise NotInForce("Dokumen ini sedang ditandatangani. Ulangi sesudah selesai.")
        if permit.data:
            _erase(permit, by=by)
            erased.append(permit.pk)
    return erased


def _erase(permit: Permit, *, by: By) -> None:
    gone = {permit.file_id, *permit.editions.values_list("file_id", flat=True)}
    gone |= set(permit.handovers.values_list("authority_id", flat=True))
    permit.data, permit.failure, permit.renew_at = {}, "", None
    permit.save(update_fields=["data", "failure", "renew_at"])
    permit.shares.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    permit.handovers.update(to_name=GONE, proof=GONE)
    permit.decisions.update(reason=GONE, ground=GONE)
    permit.decisions.exclude(drop_reason="").update(drop_reason=GONE)
    for file_id in sorted(one for one in gone if one is not None):
        files.erase(file_id, by=by)
    journal.record(PermitErased(subject=f"permit:{permit.pk}", permit_id=permit.pk), by=by)
