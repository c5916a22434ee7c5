"""The work list: every order complete and page by page, filters kept for oneself or one's unit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from satupintu.cases import queries
from satupintu.cases.actions import filters as keep
from satupintu.cases.models import Case, SavedFilter, Task
from satupintu.cases.models.case import BY_DUE_DATE
from satupintu.catalogue import queries as catalogue
from satupintu.journal.models import Entry
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from tests.world import COMMAND, World

ORDERS = ["due", "-due", "received", "-received"]
MANY = 130


def make_tasks(world: World, role: str = "verifikator", count: int = MANY) -> None:
    """Many open tasks: same days, no deadline, same moment, so that every order has ties."""
    office = offices.office("dpmptsp")
    versions = [
        version
        for code in ("SIP-PERAWAT", "SKP-PENELITIAN")
        if (version := catalogue.current_version(code)) is not None
    ]
    now = timezone.now()
    cases = Case.objects.bulk_create(
        Case(
            number=f"2026-{role[:3]}{at:06}-AAA",
            service_version=versions[at % 2],
            service_code=versions[at % 2].service.code,
            office=office,
            applicant=world.applicants["siti"],
            request_type="baru",
            answers={},
            phase="open",
            state={"steps": {"verifikasi": "open"}, "choices": {}, "rounds": {}, "outcome": None},
            submitted_at=now,
            truth_accepted_at=now,
        )
        for at in range(count)
    )
    tasks = Task.objects.bulk_create(
        Task(
            case=case,
            step="verifikasi",
            kind="verify",
            role=role,
            office=office,
            due_date=None if at % 5 == 0 else date(2026, 11, 2) + timedelta(days=at * 7 % 11),
        )
        for at, case in enumerate(cases)
    )
    for at, task in enumerate(tasks):
        task.opened_at = now - timedelta(hours=at * 3 % 7, microseconds=at % 3)
    Task.objects.bulk_update(tasks, ["opened_at"])


def walk(world: World, post: str, query: str) -> list[int]:
    """All rows, page after page, as an officer turns them over."""
    seen: list[int] = []
    after = ""
    while True:
        given = dict(part.split("=") for part in query.split("&"))
        page = queries.tasks(world.by(post), queries.Filters.read({**given, "after": after}))
        seen += [task.pk for task in page.rows]
        if not page.next:
            return seen
        after = page.next


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_task_once_in_the_chosen_order(world: World, order: str) -> None:
    make_tasks(world)
    key = BY_DUE_DATE if order.endswith("due") else "opened_at"
    turned = ["-key", "-pk"] if order.startswith("-") else ["key", "pk"]
    whole = Task.objects.annotate(key=key) if order.endswith("due") else Task.objects.all()
    names = turned if order.endswith("due") else [n.replace("key", "opened_at") for n in turned]

    assert walk(world, "verifikator-1", f"sort={order}") == list(
        whole.filter(role="verifikator").order_by(*names).values_list("pk", flat=True)
    )


def test_a_person_with_two_posts_sees_both_desks_in_one_order(world: World) -> None:
    make_tasks(world, count=40)
    make_tasks(world, "penetap", count=40)
    people.give_mandate(
        post_id=next(p.pk for p in offices.posts() if p.code == "penetap"),
        account_id=world.officer("verifikator-1").pk,
        kind="plh",
        from_date=offices.today(),
        to_date=offices.today(),
        decision_number="1",
        decision_date=offices.today(),
        by=COMMAND,
    )

    seen = walk(world, "verifikator-1", "sort=received")

    assert len(seen) == 80
    assert seen == list(Task.objects.order_by("opened_at", "pk").values_list("pk", flat=True))


def test_what_was_done_is_listed_newest_first_and_can_be_turned(world: World) -> None:
    make_tasks(world, count=60)
    me = world.officer("verifikator-1")
    for at, task in enumerate(Task.objects.order_by("pk")):
        done = timezone.now() - timedelta(minutes=at % 9)
        Task.objects.filter(pk=task.pk).update(status="done", done_by=me, done_at=done)

    newest = walk(world, "verifikator-1", "tab=done")

    assert newest == list(Task.objects.order_by("-done_at", "-pk").values_list("pk", flat=True))
    assert walk(world, "verifikator-1", "tab=done&sort=done") == newest[::-1]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "task_open_by_due"),
        ({"sort": "-due", "after": "2026-11-09.40"}, "task_open_by_due"),
        ({"sort": "received"}, "task_open_by_opened"),
        ({"sort": "-received", "after": "2026-11-09T08:00:00+00:00.40"}, "task_open_by_opened"),
        ({"tab": "all"}, "task_by_due"),
        ({"tab": "all", "sort": "-received"}, "task_by_opened"),
        ({"tab": "done"}, "task_done_by"),
    ],
)
def test_every_order_is_read_from_its_index_without_sorting(
    world: World, query: dict[str, str], index: str
) -> None:
    make_tasks(world, count=5)
    by, filters = world.by("verifikator-1"), queries.Filters.read(query)
    with connection.cursor() as cursor:
        # Five rows are read faster as they lie; with many the planner does this by itself.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = queries.work.first_rows(by, filters)[0].explain()

    assert f"using {index} " in plan or f"Backward using {index} " in plan, plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "address",
    ["?sort=done", "?sort=x", "?after=1", "?after=2026-11-09.x", "?sort=received&after=2026-1.2",
     "?size=7", "?tab=x", "?after=2026-11-09T00:00:00.5"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_usual_list(world: World, address: str) -> None:
    make_tasks(world, count=30)

    answer = world.desk("verifikator-1").get(f"/tugas/{address}")

    assert answer.status_code == 200
    assert answer.content.decode().count("<tr>") == 26


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def headings(answer: Any) -> dict[str, str]:
    found = re.findall(r'aria-sort="(\w+)"[^>]*><a [^>]*>(\w+)', answer.content.decode())
    return {name: state for state, name in found}


def test_the_list_says_its_order_and_its_length_and_how_many_rows_it_shows(world: World) -> None:
    make_tasks(world)
    desk = world.desk("verifikator-1")

    page = desk.get("/tugas/")
    assert headings(page) == {"Masuk": "none", "Tenggat": "ascending"}
    assert "130 tugas" in text(page)
    turned = desk.get("/tugas/?sort=-received&size=50")
    assert headings(turned) == {"Masuk": "descending", "Tenggat": "none"}
    assert turned.content.decode().count("<tr>") == 51
    link = re.search(r'rel="next" href="([^"]+)"', turned.content.decode())
    assert link
    following = desk.get("/tugas/" + link[1].replace("&amp;", "&"))
    assert headings(following) == {"Masuk": "descending", "Tenggat": "none"}
    first = re.findall(r"2026-ver\d{6}-AAA", turned.content.decode())
    second = re.findall(r"2026-ver\d{6}-AAA", following.content.decode())
    assert len(set(first) | set(second)) == 100


def test_a_narrowed_list_counts_to_a_hundred_and_says_so(world: World, desk: Client) -> None:
    make_tasks(world)
    assert "Lebih dari 100 tugas" in text(desk.get("/tugas/?unassigned=1"))
    assert "65 tugas" in text(desk.get("/tugas/?service=SIP-PERAWAT"))


def test_filtering_without_reload_answers_the_rows_and_announces_their_number(
    world: World,
) -> None:
    make_tasks(world, count=30)

    rows = world.desk("verifikator-1").get(
        "/tugas/?service=SIP-PERAWAT", headers={"HX-Request": "true", "HX-Target": "hasil"}
    )

    assert "<html" not in rows.content.decode()
    assert re.search(r'id="status"[^>]*role="status"[^>]*>15 tugas<', rows.content.decode())


@pytest.fixture
def desk(world: World) -> Client:
    return world.desk("verifikator-1")


VIEW = "/tugas/?service=SIP-PERAWAT&late=1&sort=-received&size=50&after=2026-11-01.4&x=1"


def test_a_saved_filter_is_still_there_after_signing_in_again(world: World, desk: Client) -> None:
    make_tasks(world, count=30)

    saved = desk.post(VIEW, {"name": "  Perawat   terlambat "})

    assert saved.status_code == 302
    kept = SavedFilter.objects.get()
    assert kept.name == "Perawat terlambat"
    assert kept.query == "tab=open&service=SIP-PERAWAT&late=1&sort=-received&size=50"
    assert saved["Location"] == f"/tugas/?{kept.query}"
    again = world.desk("verifikator-1").get("/tugas/")
    link = f'href="/tugas/?{kept.query}"'.replace("&", "&amp;")
    assert link in again.content.decode()
    opened = desk.get(f"/tugas/?{kept.query}").content.decode()
    assert f'{link} aria-current="true"' in opened
    assert '<option value="SIP-PERAWAT" selected>' in opened
    entry = Entry.objects.get(event="cases.FilterSaved")
    assert entry.data["filter_id"] == kept.pk
    assert "Perawat" not in str(entry.data)


def test_the_same_name_again_replaces_what_stood_under_it(desk: Client) -> None:
    desk.post("/tugas/?late=1", {"name": "Pagi"})
    desk.post("/tugas/?mine=1", {"name": "Pagi"})

    assert SavedFilter.objects.get().query == "tab=open&mine=1"


def test_a_filter_is_shared_with_ones_own_unit_only(world: World, desk: Client) -> None:
    here, there = offices.office("dpmptsp"), offices.office("dinkes")

    assert desk.post("/tugas/?late=1", {"name": "Kita", "office": here.pk}).status_code == 302
    assert desk.post("/tugas/?late=1", {"name": "Mereka", "office": there.pk}).status_code == 403

    assert "Kita" in text(world.desk("kabid").get("/tugas/"))
    assert "Kita" not in text(world.desk("tim-teknis", "dinkes").get("/tugas/"))
    desk.post("/tugas/?mine=1", {"name": "Rahasia"})
    assert "Rahasia" not in text(world.desk("kabid").get("/tugas/"))


def test_only_its_maker_or_who_shares_out_the_work_deletes_a_filter(
    world: World, desk: Client
) -> None:
    office = offices.office("dpmptsp")
    desk.post("/tugas/?late=1", {"name": "Kita", "office": office.pk})
    desk.post("/tugas/?mine=1", {"name": "Saya"})
    shared, own = (SavedFilter.objects.get(name=name) for name in ("Kita", "Saya"))

    for post in ("verifikator-2", "penetap"):
        assert world.desk(post).post(f"/tugas/saringan/{shared.pk}/hapus/").status_code == 404
    assert world.desk("kabid").post(f"/tugas/saringan/{own.pk}/hapus/").status_code == 404
    assert "Hapus saringan Saya" in text(desk.get("/tugas/?mine=1"))
    assert desk.post(f"/tugas/saringan/{own.pk}/hapus/").status_code == 302
    assert world.desk("kabid").post(f"/tugas/saringan/{shared.pk}/hapus/").status_code == 302

    assert not SavedFilter.objects.exists()
    assert Entry.objects.filter(event="cases.FilterDeleted").count() == 2


def test_a_filter_needs_a_name_and_nobody_keeps_hundreds(world: World, desk: Client) -> None:
    refused = desk.post("/tugas/?late=1", {"name": " "})
    assert refused.status_code == 422
    assert "Beri nama saringan ini" in text(refused)
    assert 'name="late" value="1" checked' in refused.content.decode()
    assert desk.post("/tugas/", {"name": "x" * 61}).status_code == 422
    for at in range(keep.MOST):
        keep.save_filter(name=f"{at}", filters=queries.Filters(), by=world.by("verifikator-1"))

    with pytest.raises(Refused, match="Hapus yang tidak dipakai"):
        keep.save_filter(name="lagi", filters=queries.Filters(), by=world.by("verifikator-1"))


def test_the_list_asks_little_however_long_it_is(
    world: World, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_tasks(world)
    desk.post("/tugas/?late=1", {"name": "Kita", "office": offices.office("dpmptsp").pk})
    desk.get("/tugas/")

    for address in ("/tugas/", "/tugas/?late=1&size=100", "/tugas/?tab=all&sort=-received"):
        with django_assert_max_num_queries(12):
            assert desk.get(address).status_code == 200
