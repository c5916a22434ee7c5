"""Declared outages of the service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.offices import access
from satupintu.offices.events import OutageDeclared, OutageEnded
from satupintu.offices.models import Office, Outage

if TYPE_CHECKING:
    from satupintu.journal.events import By


class OutageRefused(Refused):
    """The period of an outage does not fit."""


@transaction.atomic
def declare_outage(
    *,
    kind: str,
    reason: str,
    started_at: datetime,
    ended_at: datetime | None = None,
    offices: Iterable[Office] = (),
    decision: str = "",
    by: By,
) -> Outage:
    """State that the service stood still, for some units or, when none is named, for all.

    May be declared afterwards for a past period, by a decision that is named; periods may overlap.
    Raises NoRight, OutageRefused.
    """
    access.require(by, "outage")
    now = timezone.now()
    if started_at > now:
        raise OutageRefused("Gangguan dinyatakan saat atau setelah terjadi", field="started_at")
    if ended_at is not None and not started_at < ended_at <= now:
        raise OutageRefused(
            "Waktu selesai ada di antara waktu mulai dan sekarang", field="ended_at"
        )
    if not reason.strip():
        raise OutageRefused("Tulis penyebab gangguan", field="reason")
    if ended_at is not None and not decision.strip():
        raise OutageRefused(
            "Tulis nomor dan tanggal keputusan untuk gangguan yang sudah lewat", field="decision"
        )
    outage = Outage.objects.create(
        kind=kind,
        reason=reason.strip(),
        decision=decision.strip(),
        started_at=started_at,
        ended_at=ended_at,
        declared_by=by.account_id,
    )
    ids = tuple(sorted(office.pk for office in offices))
    outage.offices.set(ids)
    journal.record(
        OutageDeclared(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by
    )
    if ended_at is not None:
        journal.record(
            OutageEnded(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by
        )
    return outage


@transaction.atomic
def end_outage(outage_id: int, *, by: By) -> Outage:
    """The service works again from now on. Ending it twice changes nothing. Raises NoRight."""
    outage = Outage.objects.select_for_update(no_key=True).get(pk=outage_id)
    access.require(by, "outage")
    if outage.ended_at is not None:
        return outage
    # Never before it began, also when the machine's clock was set back in between.
    outage.ended_at = max(timezone.now(), outage.started_at + datetime.resolution)
    outage.save()
    ids = tuple(outage.offices.order_by("pk").values_list("pk", flat=True))
    journal.record(OutageEnded(subject=outage.subject, outage_id=outage.pk, office_ids=ids), by=by)
    return outage
