"""Working days: the calendar of an office, and due dates with their pauses (domain.md 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MONDAY_TO_FRIDAY = frozenset(range(5))
_ZONE_LABELS = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def zone_label(zone: str) -> str:
    """The short name people know: WIB, WITA or WIT."""
    return _ZONE_LABELS[zone]


@dataclass(frozen=True)
class Pause:
    """A time that does not count, as while the applicant is waited for; still on without `end`."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Calendar:
    """When an office works."""

    zone: str
    holidays: frozenset[date] = frozenset()
    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    opens: time = time(8)
    closes: time = time(16)

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)) or not self.weekdays:
            raise ValueError("a calendar needs at least one working weekday, from 0 to 6")
        if self.opens >= self.closes:
            raise ValueError("an office opens before it closes")

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def add_working_days(self, start: date, n: int) -> date:
        """The nth working day after `start`; with 0, `start` itself or the next working day."""
        return self._walk(start, n, ())

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days come after `a`, `b` included; negative if `b` is earlier."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + _DAY * i) for i in range(1, (b - a).days + 1))

    def received_on(self, moment: datetime) -> date:
        """The day that counts as received: the next working day if the office is closed by then."""
        local = self._local(moment)
        late = local.time() >= self.closes
        return self.add_working_days(local.date(), 1 if late else 0)

    def due_date(self, start: date, days: int, pauses: Sequence[Pause], now: datetime) -> date:
        """The last of `days` working days after `start`; a day touched by a pause does not count.

        While a pause is still on, the answer holds if it ends now, so it moves on day by day.
        """
        return self._walk(start, days, self._touched(pauses, now))

    def used_days(self, start: date, pauses: Sequence[Pause], now: datetime) -> int:
        """How many working days after `start`, today included, have counted so far."""
        today, stopped = self._local(now).date(), self._touched(pauses, now)
        days = (start + _DAY * i for i in range(1, (today - start).days + 1))
        return sum(self._counts(day, stopped) for day in days)

    def _walk(self, start: date, n: int, stopped: Sequence[tuple[date, date]]) -> date:
        if n < 0:
            raise ValueError("working days are counted forward")
        day, counted = start, 0
        while counted < n:
            day += _DAY
            counted += self._counts(day, stopped)
        while n == 0 and not self._counts(day, stopped):
            day += _DAY
        return day

    def _counts(self, day: date, stopped: Sequence[tuple[date, date]]) -> bool:
        return self.is_working_day(day) and not any(a <= day <= b for a, b in stopped)

    def _touched(self, pauses: Sequence[Pause], now: datetime) -> list[tuple[date, date]]:
        """First and last day of each pause; an end at midnight does not touch the new day."""
        spans = [(pause.start, now if pause.end is None else pause.end) for pause in pauses]
        return [
            (self._local(a).date(), self._local(b - timedelta.resolution).date())
            for a, b in spans
            if a < b
        ]

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("moments carry their time zone")
        return moment.astimezone(ZoneInfo(self.zone))
