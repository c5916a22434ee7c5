"""Official numbers: taken in turn, or ended unused with a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.lib.numbers import format_number, roman
from satupintu.offices.events import NumberTaken, NumberVoided
from satupintu.offices.models import Number, NumberSeries, Office

if TYPE_CHECKING:
    from satupintu.journal.events import By


@transaction.atomic
def take_number(
    *,
    office: Office,
    series: str,
    template: str,
    on: date,
    subject: str,
    by: By,
    **values: object,
) -> Number:
    """The next number of a series for a subject; a subject that has one keeps it (R4).

    The row lock lasts until the caller's transaction ends, so an undone act leaves no gap.
    """
    row, _ = NumberSeries.objects.get_or_create(office=office, series=series, year=on.year)
    row = NumberSeries.objects.select_for_update(no_key=True).get(pk=row.pk)
    kept = Number.objects.filter(
        series__office=office, series__series=series, purpose=subject, status=Number.Status.USED
    ).first()
    if kept is not None:
        return kept
    row.last += 1
    row.save(update_fields=["last"])
    text = format_number(
        template,
        **{
            "number": row.last,
            "unit": office.code.upper(),
            "year": on.year,
            "month": on.month,
            "month_roman": roman(on.month),
            **values,
        },
    )
    number = Number.objects.create(series=row, value=row.last, text=text, purpose=subject)
    journal.record(NumberTaken(subject=subject, number_id=number.pk, text=text), by=by)
    return number


class ReasonMissing(Refused):
    """A number may only end unused with a reason."""


@transaction.atomic
def void_number(number_id: int, *, reason: str, by: By) -> Number:
    """Note that a number ends unused, and why; it is never given out again."""
    number = Number.objects.select_for_update(no_key=True).get(pk=number_id)
    if number.status == Number.Status.VOID:
        return number
    if not reason.strip():
        raise ReasonMissing("Tulis alasan nomor ini tidak dipakai", field="reason")
    number.status, number.reason = Number.Status.VOID, reason.strip()
    number.save()
    journal.record(
        NumberVoided(subject=number.purpose, number_id=number.pk, text=number.text), by=by
    )
    return number
