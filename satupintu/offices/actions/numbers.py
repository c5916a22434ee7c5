"""Official numbers: taken in turn, or ended unused with a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib.errors import Refused
from satupintu.lib.numbers import format_number, roman
from satupintu.offices.events import NumbersReserved, NumberTaken, NumberVoided
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
    text = _written(template, row.last, office, on, **values)
    number = Number.objects.create(series=row, value=row.last, text=text, purpose=subject)
    journal.record(NumberTaken(subject=subject, number_id=number.pk, text=text), by=by)
    return number


@transaction.atomic
def reserve_numbers(
    *,
    office: Office,
    series: str,
    template: str,
    on: date,
    count: int,
    subject: str,
    by: By,
) -> list[Number]:
    """So many numbers in a row, set aside for what has no subject yet; each is explained later.

    Either `use_reserved` gives it to a subject, or `void_number` ends it with a reason.
    """
    NumberSeries.objects.get_or_create(office=office, series=series, year=on.year)
    row = NumberSeries.objects.select_for_update(no_key=True).get(
        office=office, series=series, year=on.year
    )
    first, row.last = row.last + 1, row.last + count
    row.save(update_fields=["last"])
    made = Number.objects.bulk_create(
        Number(
            series=row,
            value=value,
            text=_written(template, value, office, on),
            purpose=f"{subject}/{value}",
        )
        for value in range(first, row.last + 1)
    )
    journal.record(
        NumbersReserved(subject=subject, first=made[0].text, last=made[-1].text, count=count), by=by
    )
    return made


@transaction.atomic
def use_reserved(number_id: int, *, subject: str, by: By) -> None:
    """What a number was set aside for has come: from now on it belongs to that subject."""
    number = Number.objects.select_for_update(no_key=True).get(pk=number_id)
    number.purpose = subject
    number.save(update_fields=["purpose"])
    journal.record(NumberTaken(subject=subject, number_id=number.pk, text=number.text), by=by)


def _written(template: str, value: int, office: Office, on: date, **values: object) -> str:
    return format_number(
        template,
        **{
            "number": value,
            "unit": office.code.upper(),
            "year": on.year,
            "month": on.month,
            "month_roman": roman(on.month),
            **values,
        },
    )


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
