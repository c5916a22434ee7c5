"""The administrator of a kecamatan or agency sets its own posts; that of Diskominfo sets all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.notifications import actions as notifications
from satupintu.notifications.models import Delivery, Notice
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Holding
from satupintu.people.queries import NoRight
from tests.people.cast import holder_of
from tests.units.town import AGENCIES, HERE, THERE, Town

DAY = timedelta(days=1)
TOP = ("diskominfo", "administrator")
UNIT = ("kec-kademangan", "administrator")
# Posts in the reach of the kecamatan's administrator, and posts that are not.
OWN = (("kec-kademangan", "camat"), ("kel-ketapang", "lurah"), ("rt-ketapang-001-001", "ketua"))
OTHERS = (("kec-mayangan", "camat"), ("kel-mayangan", "lurah"), ("diskominfo", "pengawas"), TOP)


@pytest.mark.requirement("PRB-9-2")
def test_every_kecamatan_and_agency_has_one_administrator_and_each_unit_its_two_counters(
    town: Town,
) -> None:
    for office in offices.offices():
        roles = [post.role.code for post in offices.posts(office_id=office.pk)]
        if office.kind in ("kecamatan", "dinas"):
            assert sum(role.startswith("administrator") for role in roles) == 1, office
        if office.kind in ("kecamatan", "kelurahan") or office.code in ("disdukcapil", "dinsos"):
            assert roles.count("operator") == roles.count("customer_service") == 1, office


@pytest.mark.requirement("PRB-11-1-b")
def test_the_nine_posts_have_an_account_and_rights_of_their_own(town: Town) -> None:
    nine = {
        ("kel-ketapang", "operator"): {"counter", "handover"},
        ("kel-ketapang", "cs"): {"counter"},
        ("kel-ketapang", "kasi"): {"assign"},
        ("kel-ketapang", "seklur"): {"assign", "sanction"},
        ("kel-ketapang", "lurah"): {"assign", "sanction"},
        ("kec-kademangan", "sekcam"): {"assign", "sanction"},
        ("kec-kademangan", "camat"): {"assign", "sanction"},
        ("rt-ketapang-001-001", "ketua"): {"endorse"},
        ("rw-ketapang-001", "ketua"): {"endorse"},
        UNIT: {"admin"},
        TOP: {"admin", "admin_all", "outage"},
    }
    accounts = set()
    for place, rights in nine.items():
        (held,) = queries.posts_held(town.officer(*place).pk)
        assert held.rights == rights, place
        accounts.add(town.officer(*place).pk)
    assert len(accounts) == len(nine)
    assert {post.role.code for post in offices.posts()} == {
        "operator", "customer_service", "kasi", "seklur", "lurah", "sekcam", "camat", "rt", "rw",
        "administrator", "administrator_kota", "pengawas",
    }  # fmt: skip


@pytest.mark.requirement("PRB-9-2")
@pytest.mark.parametrize("place", OWN)
def test_a_units_administrator_hands_over_posts_of_the_unit_and_below(
    town: Town, place: tuple[str, str]
) -> None:
    by, post, today = town.by(*UNIT), town.post(*place), offices.today()
    heir = actions.create_account(name="Penerus", email="penerus@emas.example", by=by)
    (old,) = Holding.objects.filter(post=post)
    actions.end_holding(old.pk, last_day=today, by=by)
    actions.appoint(post_id=post.pk, account_id=heir.pk, from_date=today + DAY, by=by)
    acting = actions.give_mandate(
        post_id=post.pk,
        account_id=town.officer("kec-kademangan", "sekcam").pk,
        kind="plh",
        from_date=today,
        to_date=today,
        decision_number="800/1",
        decision_date=today,
        by=by,
    )
    assert holder_of(post, today) == old.account
    assert holder_of(post, today + DAY) == heir
    actions.revoke_mandate(acting.pk, by=by)
    (row,) = queries.who_may_do_what(today, offices.posts().filter(pk=post.pk))
    assert row.mandate is None


@pytest.mark.requirement("PRB-9-2")
@pytest.mark.parametrize("place", OTHERS)
def test_a_units_administrator_sets_nothing_elsewhere(town: Town, place: tuple[str, str]) -> None:
    by, post, today = town.by(*UNIT), town.post(*place), offices.today()
    stranger = town.officer("kel-ketapang", "kasi")
    (old,) = Holding.objects.filter(post=post)
    with pytest.raises(NoRight):
        actions.appoint(post_id=post.pk, account_id=stranger.pk, from_date=today, by=by)
    with pytest.raises(NoRight):
        actions.end_holding(old.pk, by=by)
    with pytest.raises(NoRight):
        actions.give_pin(old.account_id, by=by)
    with pytest.raises(NoRight):
        actions.disable_account(old.account_id, by=by)
    given: dict[str, Any] = {
        "post_id": post.pk,
        "account_id": stranger.pk,
        "kind": "plt",
        "from_date": today,
        "to_date": today,
        "decision_number": "800/1",
        "decision_date": today,
    }
    with pytest.raises(NoRight):
        actions.give_mandate(**given, by=by)
    mandate = actions.give_mandate(**given, by=town.by(*TOP)) if place != TOP else None
    if mandate:
        with pytest.raises(NoRight):
            actions.revoke_mandate(mandate.pk, by=by)


def test_a_post_that_reaches_the_whole_city_is_given_by_such_a_post_only(town: Town) -> None:
    top = town.post(*TOP)
    above = town.post("kec-kademangan", "administrator")
    above.office = offices.office("setda")  # its reach now holds the communication agency
    above.save()
    (old,) = Holding.objects.filter(post=top)
    with pytest.raises(NoRight):
        actions.end_holding(old.pk, by=town.by(*UNIT))
    (watcher,) = Holding.objects.filter(post=town.post("diskominfo", "pengawas"))
    with pytest.raises(NoRight):  # reads the trail of the whole city
        actions.end_holding(watcher.pk, by=town.by(*UNIT))
    (plain,) = Holding.objects.filter(post=town.post("kel-ketapang", "kasi"))
    actions.end_holding(plain.pk, by=town.by(*UNIT))


def pages(town: Town, place: tuple[str, str]) -> list[tuple[str, str, int]]:
    """Every address about one post: what is asked, how, and its route."""
    post = town.post(*place)
    (holding,) = Holding.objects.filter(post=post)
    return [
        *(("get", f"people:{name}", post.pk) for name in ("post", "appoint", "mandate_new")),
        *(("post", f"people:{name}", post.pk) for name in ("appoint", "mandate_new")),
        ("get", "people:account", holding.account_id),
        ("post", "people:account_disable", holding.account_id),
        ("post", "people:account_enable", holding.account_id),
        ("post", "people:holding_end", holding.pk),
    ]


def statuses(client: Client, town: Town, place: tuple[str, str]) -> set[int]:
    return {
        getattr(client, how)(reverse(route, args=[key])).status_code
        for how, route, key in pages(town, place)
    }


@pytest.mark.requirement("PRB-9-2", "PRB-11-1-e")
def test_each_address_opens_for_the_units_in_reach_only(town: Town) -> None:
    unit, top = town.desk(*UNIT), town.desk(*TOP)
    for place in OTHERS:
        assert statuses(unit, town, place) <= {403, 404}, place
        assert Holding.objects.get(post=town.post(*place)).to_date is None
    for place in OWN:
        assert statuses(unit, town, place) <= {200, 302, 422}, place
    for place in (*OWN, *OTHERS[:3]):
        assert statuses(top, town, place) <= {200, 302, 422, 409}, place


@pytest.mark.requirement("PRB-9-2")
def test_the_list_of_posts_shows_the_reach_is_found_by_words_and_comes_in_pages(town: Town) -> None:
    address = reverse("people:posts")
    unit = town.desk(*UNIT)
    page = unit.get(address).content.decode()
    assert "Lurah Ketapang" in page
    assert "Mayangan" not in page
    seen, after = 0, ""
    while True:
        found = queries.matrix(offices.today(), after=after)
        assert len(found.rows) <= queries.POSTS_A_PAGE
        seen, after = seen + len(found.rows), found.next
        if not after:
            break
    assert seen == offices.posts().count()
    found = queries.matrix(offices.today(), search="ketua rt-ketapang-001-002")
    assert [row.post.office.code for row in found.rows] == ["rt-ketapang-001-002"]
    lurah = town.desk(*TOP).get(address, {"q": "Lurah Mayangan"}).content.decode()
    assert "Petugas kel-mayangan lurah" in lurah
    assert "Petugas kel-ketapang lurah" not in lurah
    empty = queries.matrix(offices.today(), vacant=True, search="rw-mayangan-002")
    assert [row.holding for row in empty.rows] == [None]


def test_who_held_a_post_on_a_day_is_told_for_that_day(town: Town) -> None:
    post, today = town.post("kel-ketapang", "lurah"), offices.today()
    (old,) = Holding.objects.filter(post=post)
    actions.end_holding(old.pk, last_day=today, by=town.by(*UNIT))
    rows = {
        day: queries.matrix(day, search="Lurah kel-ketapang").rows[-1].holding
        for day in (today, today + DAY)
    }
    assert rows[today] == old
    assert rows[today + DAY] is None


@pytest.mark.requirement("PRB-11-1-e")
def test_messages_that_failed_are_shown_to_the_administrator_of_their_unit(town: Town) -> None:
    for office in ("kel-ketapang", "kel-mayangan"):
        notice = Notice.objects.create(
            key=office, applicant=town.budi, code="x", language="id", subject="case:1",
            title=f"Kabar dari {office}", body="", office=offices.office(office),
        )  # fmt: skip
        Delivery.objects.create(
            notice=notice, channel="email", address="a@b.example", text="", status="failed",
            queued_at="2026-11-20T00:00Z",
        )  # fmt: skip
    page = town.desk(*UNIT).get(reverse("notifications:not_delivered")).content.decode()
    assert "Kabar dari kel-ketapang" in page
    assert "Kabar dari kel-mayangan" not in page
    both = town.desk(*TOP).get(reverse("notifications:not_delivered")).content.decode()
    assert "Kabar dari kel-ketapang" in both
    assert "Kabar dari kel-mayangan" in both
    ours, theirs = Delivery.objects.order_by("id")
    notifications.send_again(ours.pk, by=town.by(*UNIT))
    with pytest.raises(NoRight):
        notifications.send_again(theirs.pk, by=town.by(*UNIT))
    notifications.send_again(theirs.pk, by=town.by(*TOP))


def test_the_cast_covers_both_sides(town: Town) -> None:
    held = {holding.post.office.code for holding in Holding.objects.select_related("post__office")}
    assert held == {*HERE, *THERE, *AGENCIES}
