"""The calendar vectors of domain.md 10, and what pauses do to a due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.worktime import Calendar, Pause, zone_label

PALU = ZoneInfo("Asia/Makassar")


def _days(year: int, text: str) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for day in text.split()]


HOLIDAYS = frozenset(
    [
        *_days(2026, "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31"),
        *_days(2026, "06-01 06-16 08-17 08-25 12-25"),
        *_days(2026, "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"),
        *_days(2027, "01-01 01-05 02-06 03-08 03-10 03-11 03-26 03-28 05-01 05-06 05-17 05-20"),
        *_days(2027, "06-01 06-06 08-15 08-17 12-25 12-26"),
        *_days(2027, "02-05 03-09 03-12 03-15 03-25 05-18 05-19 12-24"),
    ]
)
OFFICE = Calendar("Asia/Makassar", HOLIDAYS)
NOW = datetime(2026, 11, 20, 10, tzinfo=PALU)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PALU)


@pytest.mark.parametrize(
    ("year", "total", "months"),
    [
        (2026, 240, [20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21]),
        (2027, 242, [19, 19, 15, 22, 16, 21, 22, 21, 22, 21, 22, 22]),
    ],
)
def test_a_year_has_the_published_number_of_working_days(
    year: int, total: int, months: list[int]
) -> None:
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    eves = [start - timedelta(days=1) for start in starts]
    counts = [OFFICE.working_days_between(a, b) for a, b in pairwise(eves)]
    assert counts == months
    assert sum(counts) == total


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-13", 5, "2026-03-27"),
        ("2026-05-13", 14, "2026-06-09"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-11-20", 14, "2026-12-10"),
        ("2026-11-20", 60, "2027-02-19"),
        ("2026-12-23", 3, "2026-12-30"),
        ("2027-03-05", 3, "2027-03-18"),
        ("2027-05-14", 3, "2027-05-25"),
    ],
)
def test_day_one_is_the_next_working_day(start: str, days: int, due: str) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(due)
    assert OFFICE.add_working_days(first, days) == last
    assert OFFICE.due_date(first, days, [], NOW) == last
    assert OFFICE.working_days_between(first, last) == days


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ("2026-11-20 15:59", "2026-11-20"),
        ("2026-11-20 16:00", "2026-11-23"),
        ("2026-11-20 05:00", "2026-11-20"),
        ("2026-11-21 09:00", "2026-11-23"),
        ("2026-11-22 23:00", "2026-11-23"),
        ("2026-12-23 17:00", "2026-12-28"),
    ],
)
def test_what_is_sent_to_a_closed_office_counts_as_received_on_the_next_working_day(
    sent: str, received: str
) -> None:
    assert OFFICE.received_on(at(sent)) == date.fromisoformat(received)


def test_the_office_looks_at_its_own_clock() -> None:
    assert OFFICE.received_on(datetime(2026, 11, 19, 20, tzinfo=UTC)) == date(2026, 11, 20)
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.received_on(datetime(2026, 11, 19, 20))  # noqa: DTZ001


def test_the_days_of_a_pause_do_not_count_and_the_used_days_stay() -> None:
    start = date(2026, 11, 20)
    pause = Pause(at("2026-11-24 10:00"), at("2026-11-26 09:00"))  # Tuesday to Thursday
    assert OFFICE.due_date(start, 5, [pause], at("2026-12-01 08:00")) == date(2026, 12, 2)
    assert OFFICE.used_days(start, [pause], at("2026-11-26 15:00")) == 1
    assert OFFICE.used_days(start, [pause], at("2026-12-02 09:00")) == 5


def test_a_pause_that_is_still_on_moves_the_due_date_day_by_day() -> None:
    start, pauses = date(2026, 11, 20), [Pause(at("2026-11-24 10:00"))]
    due = [OFFICE.due_date(start, 2, pauses, at(f"2026-11-{day} 10:01")) for day in (24, 25, 26)]
    assert due == [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)]


def test_two_pauses_over_the_same_day_take_it_out_once() -> None:
    pauses = [
        Pause(at("2026-11-24 08:00"), at("2026-11-24 10:00")),
        Pause(at("2026-11-24 09:00"), at("2026-11-24 17:00")),
    ]
    assert OFFICE.due_date(date(2026, 11, 20), 5, pauses, NOW) == date(2026, 11, 30)


def test_a_pause_that_ends_at_midnight_leaves_the_new_day_in() -> None:
    pause = Pause(at("2026-11-24 08:00"), at("2026-11-25 00:00"))
    assert OFFICE.due_date(date(2026, 11, 20), 3, [pause], NOW) == date(2026, 11, 26)


def test_the_three_zones_have_their_names() -> None:
    zones = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    assert [zone_label(zone) for zone in zones] == ["WIB", "WITA", "WIT"]


def test_an_office_that_never_works_is_refused() -> None:
    with pytest.raises(ValueError, match="working weekday"):
        Calendar("Asia/Jakarta", weekdays=frozenset())
    with pytest.raises(ValueError, match="opens before"):
        Calendar("Asia/Jakarta", opens=time(16), closes=time(8))


moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime(2027, 6, 30),  # noqa: DTZ001
    timezones=st.just(PALU),
)
starts = st.dates(date(2026, 1, 1), date(2027, 6, 30))
pauses = st.lists(
    st.builds(
        lambda start, hours: Pause(start, start + timedelta(hours=hours)),
        moments,
        st.integers(0, 400),
    )
    | st.builds(Pause, moments),
    max_size=5,
)


@given(starts, st.integers(0, 90), pauses, moments)
def test_a_due_date_is_always_a_working_day(
    start: date, days: int, paused: list[Pause], now: datetime
) -> None:
    assert OFFICE.is_working_day(OFFICE.due_date(start, days, paused, now))


@given(starts, st.integers(0, 90), pauses, pauses, moments)
def test_a_pause_never_brings_a_due_date_forward(
    start: date, days: int, some: list[Pause], more: list[Pause], now: datetime
) -> None:
    assert OFFICE.due_date(start, days, some + more, now) >= OFFICE.due_date(start, days, some, now)


@given(starts, st.integers(1, 90), pauses, moments)
def test_on_its_due_date_a_task_has_used_all_its_days(
    start: date, days: int, paused: list[Pause], now: datetime
) -> None:
    ended = [pause for pause in paused if pause.end]
    due = OFFICE.due_date(start, days, ended, now)
    noon = datetime.combine(due, time(12), PALU)
    assert OFFICE.used_days(start, ended, noon) == days
    assert OFFICE.used_days(start, ended, noon - timedelta(days=1)) == days - 1
