"""Interest on a levy that is paid late (UU 1/2022; the city's regulation sets the parameters)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True)
class Interest:
    months: int
    amount: Decimal


def late_interest(
    principal: Decimal | int,
    due: date,
    paid: date,
    *,
    rate: Decimal = Decimal("0.01"),
    most_months: int = 24,
) -> Interest:
    """Interest per month on the unpaid amount, in whole rupiah; a part of a month counts as one."""
    months = 0
    while paid > _months_after(due, months) and months < most_months:
        months += 1
    amount = (Decimal(principal) * months * rate).to_integral_value(ROUND_FLOOR)
    return Interest(months, amount)


def _months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
