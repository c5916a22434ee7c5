from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.lib.errors import Refused
from satupintu.offices import actions, queries
from satupintu.offices.models import Office, Outage, Post
from satupintu.offices.queries import NoRight
from tests.offices.city import load

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def office() -> Office:
    return load()


@pytest.fixture
def by(office: Office) -> By:
    return By(7, "web", post_id=Post.objects.get(code="admin").pk, office_id=office.pk)


def declare(by: By, *offices: Office, **changes: object) -> Outage:
    given: dict[str, object] = {
        "kind": "outage",
        "reason": "Listrik padam",
        "started_at": timezone.now() - HOUR,
        **changes,
    }
    return actions.declare_outage(offices=offices, by=by, **given)  # type: ignore[arg-type]


def test_an_outage_of_one_unit_does_not_touch_the_others(office: Office, by: By) -> None:
    outage = declare(by, office)
    assert list(queries.active_outages(office)) == [outage]
    assert not queries.active_outages(queries.office("kec_barat"))
    entry = Entry.objects.get(event="offices.OutageDeclared")
    assert entry.data == {"outage_id": outage.pk, "office_ids": [office.pk]}
    assert entry.account_id == 7


def test_an_outage_without_units_touches_all_of_them(office: Office, by: By) -> None:
    declare(by)
    assert queries.active_outages(office)
    assert Entry.objects.get(event="offices.OutageDeclared").data["office_ids"] == []


def test_an_outage_ends_once(office: Office, by: By) -> None:
    outage = declare(by, office)
    first = actions.end_outage(outage.pk, by=by)
    assert actions.end_outage(outage.pk, by=by).ended_at == first.ended_at
    assert not queries.active_outages(office)
    assert Entry.objects.filter(event="offices.OutageEnded").count() == 1


def test_a_past_period_may_be_declared_afterwards_by_a_decision(office: Office, by: By) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(Refused, match="keputusan"):
        declare(by, started_at=start, ended_at=start + HOUR)
    past = declare(by, started_at=start, ended_at=start + HOUR, decision="SK 12, 3 Maret 2026")
    assert list(queries.active_outages(office, at=start + HOUR / 2)) == [past]
    assert list(queries.outages_since(start + HOUR / 2, office)) == [past]
    assert not queries.outages_since(start + 2 * HOUR, office)
    assert Entry.objects.filter(event="offices.OutageEnded").count() == 1


def test_periods_may_overlap(office: Office, by: By) -> None:
    declare(by, office)
    declare(by, kind="force_majeure", reason="Banjir")
    assert queries.active_outages(office).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": timezone.now() + HOUR}, "started_at"),
        ({"ended_at": timezone.now() - 2 * HOUR, "decision": "SK 1"}, "ended_at"),
        ({"ended_at": timezone.now() + HOUR, "decision": "SK 1"}, "ended_at"),
        ({"reason": " "}, "reason"),
    ],
)
def test_an_outage_that_can_not_be_is_refused(
    by: By, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        declare(by, **changes)
    assert refused.value.field == field


def test_only_the_right_outage_may_declare_and_end(office: Office, by: By) -> None:
    clerk = By(8, "web", post_id=Post.objects.get(code="loket1").pk)
    with pytest.raises(NoRight):
        declare(clerk, office)
    outage = declare(by, office)
    with pytest.raises(NoRight):
        actions.end_outage(outage.pk, by=clerk)
