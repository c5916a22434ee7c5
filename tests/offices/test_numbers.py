from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from satupintu.journal.models import Entry
from satupintu.offices import actions, queries
from satupintu.offices.models import Number, NumberSeries, Office
from tests.offices.city import COMMAND, load

TEMPLATE = "500.16.7.2/{number:04}/SIPP/{unit}/{month_roman}/{year}"
TAKERS = 50


def take(office: Office, subject: str, on: date = date(2026, 11, 20)) -> Number:
    return actions.take_number(
        office=office, series="SIPP", template=TEMPLATE, on=on, subject=subject, by=COMMAND
    )


def in_parallel(act: Callable[[int], object]) -> list[object]:
    def alone(n: int) -> object:
        try:
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(TAKERS) as pool:
        return list(pool.map(alone, range(TAKERS)))


@pytest.mark.django_db
def test_a_number_is_written_by_its_template_and_belongs_to_its_subject() -> None:
    number = take(load(), "permit:7")
    assert number.text == "500.16.7.2/0001/SIPP/PTSP/XI/2026"
    entry = Entry.objects.get(event="offices.NumberTaken")
    assert (entry.subject, entry.data["text"]) == ("permit:7", number.text)
    assert queries.number_of("permit:7", "SIPP") == number


@pytest.mark.django_db
def test_a_subject_that_tries_again_keeps_its_number() -> None:
    office = load()
    assert take(office, "permit:7") == take(office, "permit:7")
    assert take(office, "permit:7", on=date(2027, 1, 4)).text.endswith("/2026")
    assert take(office, "permit:8").value == 2


@pytest.mark.django_db
def test_numbers_begin_again_every_year_and_in_every_unit() -> None:
    office = load()
    take(office, "permit:1")
    assert take(office, "permit:2", on=date(2027, 1, 4)).value == 1
    assert take(queries.office("kec_barat"), "permit:3").value == 1


@pytest.mark.django_db
def test_a_number_that_ends_unused_is_kept_with_its_reason_and_never_given_again() -> None:
    office = load()
    number = take(office, "permit:1")
    with pytest.raises(actions.ReasonMissing):
        actions.void_number(number.pk, reason=" ", by=COMMAND)
    actions.void_number(number.pk, reason="Permohonan ditarik", by=COMMAND)
    actions.void_number(number.pk, reason="Sekali lagi", by=COMMAND)
    assert Entry.objects.filter(event="offices.NumberVoided").count() == 1
    assert take(office, "permit:1").value == 2
    assert queries.unexplained_gaps(number.series) == ()


@pytest.mark.django_db
def test_a_value_without_a_number_is_found() -> None:
    office = load()
    series = take(office, "permit:1").series
    NumberSeries.objects.filter(pk=series.pk).update(last=3)
    assert queries.unexplained_gaps(series) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_without_a_double_or_a_gap() -> None:
    office = load()
    texts = in_parallel(lambda n: take(office, f"permit:{n}").text)
    assert len(set(texts)) == TAKERS
    series = queries.number_series(office, "SIPP", 2026)
    assert series.last == TAKERS
    assert queries.unexplained_gaps(series) == ()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_gap() -> None:
    office = load()

    def try_to_issue(n: int) -> None:
        try:
            with transaction.atomic():
                take(office, f"permit:{n}")
                if n % 3 == 0:
                    raise ConnectionError
        except ConnectionError:
            pass

    in_parallel(try_to_issue)
    series = queries.number_series(office, "SIPP", 2026)
    assert series.last == sum(1 for n in range(TAKERS) if n % 3)
    assert queries.unexplained_gaps(series) == ()


@pytest.mark.django_db(transaction=True)
def test_one_subject_that_fifty_workers_number_at_once_gets_one_number() -> None:
    office = load()
    assert len({str(one) for one in in_parallel(lambda _: take(office, "permit:1"))}) == 1
