from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account, Holding, Mandate
from satupintu.people.queries import NoRight
from tests.people.cast import Cast, acting, hold, holder_of, post

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _friday() -> object:
    with time_machine.travel(NOW):
        yield


def appoint(cast: Cast, person: Account, **changes: object) -> Holding:
    given = {"post_id": post("kepala").pk, "from_date": TODAY, "by": cast.by, **changes}
    return actions.appoint(account_id=person.pk, **given)  # type: ignore[arg-type]


def mandate(cast: Cast, person: Account, **changes: object) -> Mandate:
    given = {
        "post_id": post("kepala").pk,
        "kind": "plh",
        "from_date": TODAY,
        "to_date": TODAY + 4 * DAY,
        "decision_number": "800/12/2026",
        "decision_date": TODAY - DAY,
        "by": cast.by,
        **changes,
    }
    return actions.give_mandate(account_id=person.pk, **given)  # type: ignore[arg-type]


def titles(person: Account, on: date | None = None) -> list[str]:
    return [held.title for held in queries.posts_held(person.pk, on)]


@pytest.mark.requirement("PRB-9-2")
def test_a_post_has_one_holder_at_a_time(cast: Cast) -> None:
    appoint(cast, cast.budi)
    with pytest.raises(actions.PostTaken):
        appoint(cast, cast.dewi, from_date=TODAY + 30 * DAY)
    assert holder_of(post("kepala")) == cast.budi


def test_posts_follow_each_other_by_the_day(cast: Cast) -> None:
    appoint(cast, cast.budi, to_date=TODAY + DAY)
    appoint(cast, cast.dewi, from_date=TODAY + 2 * DAY)
    kepala = post("kepala")
    assert [holder_of(kepala, TODAY + n * DAY) for n in range(-1, 3)] == [
        None,
        cast.budi,
        cast.budi,
        cast.dewi,
    ]


def test_what_ended_bites_at_once(cast: Cast) -> None:
    holding = hold(cast.budi, "loket1")
    by = acting(cast.budi)
    assert queries.acting_post(by, right="counter").post_code == "loket1"
    actions.end_holding(holding.pk, by=cast.by)
    assert not queries.is_officer(cast.budi.pk)
    with pytest.raises(NoRight, match="menerima permohonan di loket"):
        queries.acting_post(by, right="counter")


def test_a_post_given_today_and_taken_back_today_is_free_again(cast: Cast) -> None:
    actions.end_holding(appoint(cast, cast.budi).pk, by=cast.by)
    assert titles(cast.budi) == []
    appoint(cast, cast.dewi)
    assert holder_of(post("kepala")) == cast.dewi


def test_ending_twice_is_recorded_once_and_the_past_stays(cast: Cast) -> None:
    holding = hold(cast.budi, "kepala")
    actions.end_holding(holding.pk, last_day=TODAY, by=cast.by)
    actions.end_holding(holding.pk, last_day=TODAY + DAY, by=cast.by)
    assert titles(cast.budi) == ["Kepala Dinas"]
    assert titles(cast.budi, TODAY + DAY) == []
    assert Entry.objects.filter(event="people.HoldingEnded").count() == 1
    with pytest.raises(Refused, match="masa lalu"):
        actions.end_holding(holding.pk, last_day=TODAY - 2 * DAY, by=cast.by)


@pytest.mark.requirement("PLU-14")
def test_an_acting_official_has_the_post_only_between_the_dates_of_the_mandate(cast: Cast) -> None:
    hold(cast.budi, "kepala")
    mandate(cast, cast.dewi, from_date=TODAY + DAY, to_date=TODAY + 2 * DAY)
    assert [titles(cast.dewi, TODAY + n * DAY) for n in range(4)] == [
        [],
        ["Plh. Kepala Dinas"],
        ["Plh. Kepala Dinas"],
        [],
    ]
    held = queries.posts_held(cast.dewi.pk, TODAY + DAY)[0]
    assert (held.role, held.office_code) == ("kepala", "ptsp")
    with time_machine.travel(NOW + 2 * DAY):
        assert queries.acting_post(acting(cast.dewi), role="kepala").acting == "Plh"
    with time_machine.travel(NOW + 3 * DAY), pytest.raises(NoRight, match="Kepala dinas"):
        queries.acting_post(acting(cast.dewi), role="kepala")


@pytest.mark.requirement("PLU-14")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"decision_date": TODAY + DAY}, "decision_date"),
        ({"to_date": TODAY - DAY}, "to_date"),
    ],
)
def test_a_mandate_needs_a_numbered_and_dated_decision(
    cast: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        mandate(cast, cast.dewi, **changes)
    assert refused.value.field == field


def test_a_post_has_one_acting_official_at_a_time(cast: Cast) -> None:
    first = mandate(cast, cast.budi)
    with pytest.raises(actions.PostTaken):
        mandate(cast, cast.dewi, kind="plt")
    actions.revoke_mandate(first.pk, by=cast.by)
    assert titles(cast.budi) == []
    mandate(cast, cast.dewi, kind="plt")
    assert titles(cast.dewi) == ["Plt. Kepala Dinas"]
    assert Entry.objects.filter(event="people.MandateRevoked").count() == 1


def test_a_holder_can_not_act_for_themselves(cast: Cast) -> None:
    hold(cast.budi, "kepala")
    with pytest.raises(actions.MandateRefused, match="sudah memegang"):
        mandate(cast, cast.budi)


def test_only_the_right_admin_hands_posts_over(cast: Cast) -> None:
    hold(cast.budi, "loket1")
    clerk = acting(cast.budi)
    given = mandate(cast, cast.dewi)
    for act in (
        lambda: appoint(cast, cast.siti, by=clerk),
        lambda: mandate(cast, cast.siti, by=clerk),
        lambda: actions.revoke_mandate(given.pk, by=clerk),
        lambda: actions.end_holding(Holding.objects.get(account=cast.ani).pk, by=clerk),
        lambda: actions.create_account(name="Rudi", email="r@contoh.id", by=clerk),
        lambda: actions.disable_account(cast.siti.pk, by=clerk),
    ):
        with pytest.raises(NoRight, match="mengatur jabatan"):
            act()


def test_no_administrator_gives_or_takes_a_post_of_their_own(cast: Cast) -> None:
    with pytest.raises(actions.NotForOneself):
        appoint(cast, cast.ani)
    with pytest.raises(actions.NotForOneself):
        mandate(cast, cast.ani)
    with pytest.raises(actions.NotForOneself):
        actions.end_holding(Holding.objects.get(account=cast.ani).pk, by=cast.by)


def test_a_disabled_account_or_post_gives_no_rights(cast: Cast) -> None:
    hold(cast.budi, "loket1")
    actions.disable_account(cast.budi.pk, by=cast.by)
    assert titles(cast.budi) == []
    with pytest.raises(Refused, match="tidak aktif"):
        appoint(cast, cast.budi)
    actions.enable_account(cast.budi.pk, by=cast.by)
    assert titles(cast.budi) == ["Loket 1"]
    loket = post("loket1")
    loket.active = False
    loket.save()
    assert titles(cast.budi) == []


def test_an_act_names_the_post_it_is_done_in(cast: Cast) -> None:
    hold(cast.budi, "admin2")
    hold(cast.budi, "loket1")
    by = acting(cast.budi)
    held = queries.acting_post(by, office_id=cast.office.pk)
    assert held.post_code == "admin2"
    chosen = By(cast.budi.pk, "web", post_id=post("loket1").pk)
    assert queries.acting_post(chosen, office_id=cast.office.pk).post_code == "loket1"
    full = queries.acting_as(by, right="counter", office_id=cast.office.pk)
    assert (full.post_id, full.office_id) == (post("loket1").pk, cast.office.pk)
    elsewhere = offices.office("kec_barat")
    with pytest.raises(NoRight, match="di Kecamatan Barat"):
        queries.acting_post(by, right="counter", office_id=elsewhere.pk)
    appoint(cast, cast.siti)
    entry = Entry.objects.get(event="people.HolderAppointed")
    assert (entry.post_id, entry.office_id) == (post("admin").pk, cast.office.pk)


@pytest.mark.requirement("PLB-9-4")
def test_the_matrix_shows_who_may_do_what_on_a_day(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hold(cast.budi, "kepala")
    mandate(cast, cast.dewi)
    with django_assert_num_queries(3):
        rows = {row.post.code: row for row in queries.who_may_do_what(TODAY)}
    assert rows["admin"].rights == {"admin", "admin_all", "outage"}
    kepala = rows["kepala"]
    assert kepala.holding is not None
    assert kepala.mandate is not None
    assert (kepala.holding.account, kepala.mandate.account) == (cast.budi, cast.dewi)
    later = {row.post.code: row for row in queries.who_may_do_what(TODAY + 30 * DAY)}
    assert later["kepala"].mandate is None
    assert rows["loket1"].holding is None


def test_posts_are_read_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        queries.posts_held(cast.ani.pk, TODAY)


def test_everyone_who_may_act_in_a_role_is_found(cast: Cast) -> None:
    hold(cast.budi, "kepala")
    mandate(cast, cast.dewi)
    found = queries.accounts_holding(role="kepala", office_id=cast.office.pk)
    assert list(found) == [cast.budi, cast.dewi]


@pytest.mark.requirement("PRB-9-2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [appoint, mandate])
def test_of_many_who_are_appointed_at_once_one_wins(act: Callable[..., object]) -> None:
    cast = Cast()
    people = [cast.budi, cast.dewi, cast.siti] * 4

    def one(person: Account) -> bool:
        try:
            with time_machine.travel(NOW):
                act(cast, person)
        except actions.PostTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sum(pool.map(one, people)) == 1
    assert Holding.objects.filter(post=post("kepala")).count() + Mandate.objects.count() == 1
