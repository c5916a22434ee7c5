"""Administrators see how their units stand, in counts, and nothing of the cases themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from satupintu.cases.models import Case, Task
from satupintu.cases.queries import units
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Holding
from tests.units.test_apart import NAME, THEIRS, there
from tests.units.town import Town

__all__ = ["there"]

pytestmark = pytest.mark.django_db(transaction=True)
UNIT, OTHER = ("kec-mayangan", "administrator"), ("kec-kademangan", "administrator")


@pytest.mark.requirement("PRB-11-1-e", "PRB-11-1-i")
def test_a_units_administrator_sees_load_lateness_and_empty_posts_in_counts(
    there: tuple[Town, Case, object],
    django_assert_max_num_queries: DjangoAssertNumQueries,
    run_jobs: Callable[[], None],
) -> None:
    town, case, _ = there
    late = offices.today() - timedelta(days=3)
    Case.objects.filter(pk=case.pk).update(due_date=late)
    Task.objects.filter(case=case).update(due_date=late)
    lurah = Holding.objects.get(post=town.post(THEIRS, "lurah"))
    actions.end_holding(lurah.pk, by=town.by(*UNIT))

    reach = queries.admin_reach(town.by(*UNIT))
    with django_assert_max_num_queries(7):
        found = {state.office.code: state for state in units.states(reach).states}
    theirs = found[THEIRS]
    assert (theirs.late, theirs.waiting) == (1, 0)
    assert [load.post.code for load in theirs.loads if load.vacant] == ["lurah"]
    (load,) = found["rt-mayangan-001-001"].loads
    assert (load.open, load.late) == (1, 1)

    page = town.desk(*UNIT).get(reverse("cases:units")).content.decode()
    assert "Kelurahan Mayangan" in page
    assert NAME not in page
    assert str(case.number) not in page
    other = town.desk(*OTHER).get(reverse("cases:units")).content.decode()
    assert "Kelurahan Mayangan" not in other


def test_the_units_come_in_pages(there: tuple[Town, Case, object]) -> None:
    seen, after = [], ""
    while True:
        page = units.states(None, after=after)
        seen += [state.office.code for state in page.states]
        assert len(page.states) <= units.UNITS_A_PAGE
        if not (after := page.next):
            break
    assert seen == sorted(set(seen))
    assert len(seen) == offices.offices().filter(posts__active=True).distinct().count()
