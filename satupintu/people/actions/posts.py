"""Who holds which post, and who acts in it by a dated decision."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import access
from satupintu.people.access import NotForOneself as NotForOneself
from satupintu.people.actions._ending import tell_open_pages
from satupintu.people.events import (
    HolderAppointed,
    HoldingDecisionRecorded,
    HoldingEnded,
    MandateGiven,
    MandateRevoked,
)
from satupintu.people.models import Account, Holding, Mandate

if TYPE_CHECKING:
    from django.db.models import Model

    from satupintu.journal.events import By

DAY = timedelta(days=1)


class PostTaken(Refused):
    """A post has one holder, and one acting holder, at a time."""


class MandateRefused(Refused):
    """A mandate without what makes it one."""


@transaction.atomic
def appoint(
    *,
    post_id: int,
    account_id: int,
    from_date: date,
    to_date: date | None = None,
    decision_number: str = "",
    decision_date: date | None = None,
    by: By,
) -> Holding:
    """Give a post to someone from a day on, by a decree if it is at hand.

    Raises NoRight, NotForOneself, PostTaken, Refused.
    """
    by = access.require_admin_of_post(by, post_id)
    access.require_other(by, account_id)
    _require_active(account_id)
    _require_order(from_date, to_date)
    holding = Holding(post_id=post_id, account_id=account_id, from_date=from_date, to_date=to_date)
    _decide(holding, decision_number, decision_date, must=False)
    _save_unless_taken(
        holding,
        "people_holding_one_at_a_time",
        "Jabatan ini sudah ada pemegangnya pada masa itu. Akhiri dulu, atau pilih tanggal lain",
    )
    event = HolderAppointed(
        subject=f"post:{post_id}", holding_id=holding.pk, post_id=post_id, account_id=account_id
    )
    journal.record(event, by=by)
    return holding


@transaction.atomic
def record_decision(
    holding_id: int, *, decision_number: str, decision_date: date | None, by: By
) -> Holding:
    """Write down by which decree somebody holds a post. Raises NoRight, NotForOneself, Refused."""
    access.require_admin(by)
    holding = get_object_or_404(Holding.objects.select_for_update(no_key=True), pk=holding_id)
    by = access.require_admin_of_post(by, holding.post_id)
    access.require_other(by, holding.account_id)
    before = holding.decision_number, holding.decision_date
    _decide(holding, decision_number, decision_date, must=True)
    if (holding.decision_number, holding.decision_date) != before:
        holding.save(update_fields=["decision_number", "decision_date"])
        event = HoldingDecisionRecorded(
            subject=f"post:{holding.post_id}",
            holding_id=holding.pk,
            post_id=holding.post_id,
            account_id=holding.account_id,
        )
        journal.record(event, by=by)
    return holding


def _decide(holding: Holding, number: str, on: date | None, *, must: bool) -> None:
    """A decree has a number and a date, and no day that has not come yet."""
    number = " ".join(number.split())
    if (must or on) and not number:
        raise Refused("Isi nomor surat keputusan", field="decision_number")
    if number and on is None:
        raise Refused("Isi tanggal surat keputusan", field="decision_date")
    if on is not None and on > offices.today():
        raise Refused("Tanggal surat keputusan belum tiba", field="decision_date")
    holding.decision_number, holding.decision_date = number, on


@transaction.atomic
def end_holding(holding_id: int, *, last_day: date | None = None, by: By) -> Holding:
    """End a holding after its last day; without one, at once. Raises NoRight, Refused.

    Every act reads the holdings anew, so what ended bites with the next request.
    """
    access.require_admin(by)
    holding = get_object_or_404(Holding.objects.select_for_update(no_key=True), pk=holding_id)
    by = access.require_admin_of_post(by, holding.post_id)
    access.require_other(by, holding.account_id)
    if _cut(holding, last_day):
        event = HoldingEnded(
            subject=f"post:{holding.post_id}",
            holding_id=holding.pk,
            post_id=holding.post_id,
            account_id=holding.account_id,
        )
        journal.record(event, by=by)
    return holding


@transaction.atomic
def give_mandate(
    *,
    post_id: int,
    account_id: int,
    kind: str,
    from_date: date,
    to_date: date,
    decision_number: str,
    decision_date: date,
    by: By,
) -> Mandate:
    """Let someone act in a post (Plh, Plt) for a time, by a numbered and dated decision.

    Raises NoRight, NotForOneself, MandateRefused, PostTaken.
    """
    by = access.require_admin_of_post(by, post_id)
    access.require_other(by, account_id)
    _require_active(account_id)
    _require_order(from_date, to_date)
    if not decision_number.strip():
        raise MandateRefused("Isi nomor surat keputusan", field="decision_number")
    if decision_date > from_date:
        raise MandateRefused(
            "Tanggal surat keputusan tidak boleh setelah mandat mulai", field="decision_date"
        )
    today = offices.today()
    if Holding.objects.filter(
        access.on_day(max(from_date, today)), post_id=post_id, account_id=account_id
    ).exists():
        raise MandateRefused("Orang ini sudah memegang jabatan itu sendiri", field="account_id")
    mandate = Mandate(
        post_id=post_id,
        account_id=account_id,
        kind=kind,
        from_date=from_date,
        to_date=to_date,
        decision_number=decision_number.strip(),
        decision_date=decision_date,
    )
    _save_unless_taken(
        mandate,
        "people_mandate_one_at_a_time",
        "Jabatan ini sudah punya Plh atau Plt pada masa itu. Cabut dulu, atau pilih tanggal lain",
    )
    event = MandateGiven(
        subject=f"post:{post_id}", mandate_id=mandate.pk, post_id=post_id, account_id=account_id
    )
    journal.record(event, by=by)
    return mandate


@transaction.atomic
def revoke_mandate(mandate_id: int, *, last_day: date | None = None, by: By) -> Mandate:
    """End a mandate after a last day before its own; without one, at once. Raises NoRight."""
    access.require_admin(by)
    mandate = get_object_or_404(Mandate.objects.select_for_update(no_key=True), pk=mandate_id)
    by = access.require_admin_of_post(by, mandate.post_id)
    access.require_other(by, mandate.account_id)
    if _cut(mandate, last_day):
        event = MandateRevoked(
            subject=f"post:{mandate.post_id}",
            mandate_id=mandate.pk,
            post_id=mandate.post_id,
            account_id=mandate.account_id,
        )
        journal.record(event, by=by)
    return mandate


def _cut(row: Holding | Mandate, last_day: date | None) -> bool:
    """Shorten a period; False if it had already ended by then."""
    yesterday = offices.today() - DAY
    last_day = last_day or yesterday
    if last_day < yesterday:
        raise Refused("Hari terakhir tidak boleh di masa lalu", field="last_day")
    if row.withdrawn or (row.to_date is not None and row.to_date <= last_day):
        return False
    if last_day < row.from_date:
        row.withdrawn = True
    else:
        row.to_date = last_day
    row.save()
    tell_open_pages()
    return True


def _save_unless_taken(row: Model, constraint: str, message: str) -> None:
    """The database decides who was first, so two clerks at once can not both succeed."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise PostTaken(message, field="from_date") from error


def _require_active(account_id: int) -> None:
    if not Account.objects.filter(pk=account_id, is_active=True).exists():
        raise Refused("Akun ini tidak aktif", field="account_id")


def _require_order(from_date: date, to_date: date | None) -> None:
    if to_date is not None and to_date < from_date:
        raise Refused("Tanggal selesai ada sebelum tanggal mulai", field="to_date")
