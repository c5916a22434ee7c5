from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices import actions, queries
from satupintu.offices.models import Area, City, Holiday, Office, Post, Role
from satupintu.offices.queries import NoRight
from tests.offices.city import COMMAND, data, load

pytestmark = pytest.mark.django_db


def test_loading_the_same_city_twice_changes_nothing() -> None:
    load()
    before = {model: list(model.objects.order_by("pk").values()) for model in TABLES}
    load()
    assert before == {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_an_area_has_one_unit_of_a_kind_and_may_change_hands_between_two_packs() -> None:
    load()
    swapped = data()
    for row in swapped["offices"][1:2]:
        swapped["offices"].append({**row, "code": "kel_baru"})
    with pytest.raises(actions.AreaTaken):
        actions.load(swapped, by=COMMAND)
    del swapped["offices"][1]
    actions.load(swapped, by=COMMAND)
    served = queries.office_of_area("99.71.01.1001")
    assert served is not None
    assert served.code == "kel_baru"


TABLES = (City, Area, Office, Post, Role, Holiday)


def test_what_vanished_from_the_pack_stays_but_is_inactive() -> None:
    load()
    less = data()
    less["posts"] = less["posts"][:1]
    less["areas"] = [row for row in less["areas"] if row["name"] != "Dua"]
    actions.load(less, by=COMMAND)
    assert not Post.objects.get(code="kepala").active
    assert [post.code for post in queries.posts()] == ["admin"]
    assert "Dua" not in [area.name for area in queries.areas("kelurahan")]
    load()
    assert Post.objects.get(code="kepala").active


@time_machine.travel(datetime(2026, 12, 24, 20, tzinfo=UTC))
def test_a_holiday_that_was_moved_moves_but_past_ones_stay() -> None:
    load()
    moved = data()
    moved["holidays"] = [{"date": date(2026, 12, 28), "name": "Natal", "kind": "public"}]
    actions.load(moved, by=COMMAND)
    # In the city it is already the 25th: both days lie in the past of due dates.
    assert [row.date.day for row in queries.holidays(2026)] == [24, 25, 28]
    moved["holidays"] = []
    actions.load(moved, by=COMMAND)
    assert [row.date.day for row in queries.holidays(2026)] == [24, 25]


def test_a_pack_that_names_something_unknown_is_refused_whole() -> None:
    wrong = data()
    wrong["posts"][0]["role"] = "raja"
    with pytest.raises(actions.UnknownName, match="Peran raja"):
        actions.load(wrong, by=COMMAND)


def test_only_the_right_admin_may_load() -> None:
    office = load()
    clerk = By(1, "web", post_id=Post.objects.get(code="loket1").pk, office_id=office.pk)
    with pytest.raises(NoRight):
        actions.load(data(), by=clerk)
    with pytest.raises(NoRight):
        actions.load(data(), by=replace(clerk, post_id=None))
    actions.load(data(), by=replace(clerk, post_id=Post.objects.get(code="admin").pk))


def test_loading_is_recorded() -> None:
    load()
    entry = Entry.objects.get(event="offices.OfficesLoaded")
    assert (entry.subject, entry.door) == ("city", "command")


def test_there_is_one_city() -> None:
    load()
    with pytest.raises(IntegrityError):
        City.objects.create(pk=2, zone="Asia/Jakarta")


def test_the_calendar_knows_hours_holidays_and_the_zone() -> None:
    load()
    calendar = queries.calendar()
    assert calendar.zone == "Asia/Makassar"
    assert not calendar.is_working_day(date(2026, 12, 24))
    assert calendar.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)
    # 16.30 in the city, after closing
    assert calendar.received_on(datetime(2026, 11, 20, 8, 30, tzinfo=UTC)) == date(2026, 11, 23)


def test_an_office_may_keep_its_own_hours() -> None:
    own = data()
    own["offices"][0]["hours"] = {"closes": "20:00", "weekdays": ["sat"]}
    actions.load(own, by=COMMAND)
    calendar = queries.calendar(queries.office("ptsp"))
    assert calendar.closes.hour == 20
    assert calendar.opens.hour == 8
    assert calendar.weekdays == {5}
    assert queries.calendar().weekdays == {0, 1, 2, 3, 4}


def test_the_office_of_an_area_is_its_own_or_the_nearest_around_it() -> None:
    load()
    satu, dua = (queries.office_of_area(f"99.71.01.100{n}") for n in (1, 2))
    assert satu is not None
    assert dua is not None
    assert (satu.code, dua.code) == ("kel_satu", "kec_barat")


def test_an_area_that_nobody_serves_has_no_office() -> None:
    less = data()
    less["offices"] = less["offices"][:1]
    actions.load(less, by=COMMAND)
    assert queries.office_of_area("99.71.01.1001") is None


@time_machine.travel(datetime(2026, 11, 20, 17, tzinfo=UTC))
def test_today_is_the_day_of_the_city() -> None:
    load()
    assert queries.today() == date(2026, 11, 21)


def test_role_names_are_words_people_know() -> None:
    load()
    assert [queries.role_name(code) for code in ("admin", "kepala", "raja")] == [
        "Administrator",
        "Kepala dinas",
        "raja",
    ]
