"""Numbered forms on paper: no number twice, none unexplained, and no time that was not."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction

from satupintu.cases.actions import drafts, paper_forms, submission
from satupintu.cases.models import Attachment, Case, FormBlock, PaperForm
from satupintu.cases.queries import on_paper
from satupintu.files import actions as files
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices import actions as office_actions
from satupintu.offices import queries as offices
from satupintu.offices.models import Number, NumberSeries
from satupintu.people import queries as people
from satupintu.people.models import Applicant
from tests.cases import filling
from tests.journeys.rivals import at_once
from tests.world import World, world

__all__ = ["world"]

WIB = ZoneInfo("Asia/Jakarta")
SKP = "SKP-PENELITIAN"
PRINTED = datetime(2026, 12, 1, 10, tzinfo=WIB)
STOPPED = datetime(2026, 12, 3, 8, 30, tzinfo=WIB)
WRITTEN = datetime(2026, 12, 3, 9, 15, tzinfo=WIB)
BACK = datetime(2026, 12, 3, 13, tzinfo=WIB)
NOW = datetime(2026, 12, 4, 9, tzinfo=WIB)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(PRINTED) as moved:
        yield moved


def reserve(world: World, count: int = 3, *, key: UUID | None = None, **changed: Any) -> FormBlock:
    wanted: dict[str, Any] = {
        "office": offices.office("dpmptsp"),
        "service": SKP,
        "count": count,
        "key": key or uuid4(),
        "by": world.by("kabid"),
    }
    return paper_forms.reserve(**{**wanted, **changed})


def numbers_of(block: FormBlock) -> list[str]:
    return [one.number for one in on_paper.forms_of(block)]


def disturbed(world: World, ended_at: datetime | None = BACK) -> None:
    office_actions.declare_outage(
        kind="outage",
        reason="Listrik padam",
        started_at=STOPPED,
        ended_at=ended_at,
        decision="800/17" if ended_at else "",
        by=people.acting_as(world.by("kepala"), right="outage"),
    )


def begin(
    world: World, number: str, person: Applicant, *, clerk: str = "loket-1", **changed: Any
) -> Case:
    wanted: dict[str, Any] = {
        "written_at": WRITTEN,
        "service": SKP,
        "request_type": "baru",
        "applicant": person,
        "by": world.by(clerk),
    }
    return paper_forms.begin(number, **{**wanted, **changed})


def refused(world: World, number: str, **changed: Any) -> str:
    with pytest.raises(paper_forms.NotEnterable) as caught:
        begin(world, number, world.applicants["siti"], **changed)
    return str(caught.value)


@pytest.mark.requirement("PLU-16-3")
@pytest.mark.django_db
def test_numbers_set_aside_stand_in_the_same_book_as_all_others(
    clock: time_machine.Traveller, world: World
) -> None:
    block = reserve(world)
    usual = filling.send(world.applicant(), SKP, world.applicants["siti"].pk)
    assert [one[:11] for one in numbers_of(block)] == [f"2026-00000{n}" for n in (1, 2, 3)]
    assert str(usual.number).startswith("2026-000004")
    assert offices.unexplained_gaps(NumberSeries.objects.get(series="PERMOHONAN")) == ()
    assert Entry.objects.get(event="offices.NumbersReserved").data["count"] == 3


@pytest.mark.django_db
def test_pressing_twice_sets_numbers_aside_once(
    clock: time_machine.Traveller, world: World
) -> None:
    key = uuid4()
    assert reserve(world, key=key).pk == reserve(world, key=key).pk
    assert Number.objects.count() == PaperForm.objects.count() == 3


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"count": 0}, "1 sampai 100"),
        ({"count": 101}, "1 sampai 100"),
        ({"service": "TIDAK-ADA"}, "tidak dibuka"),
        ({"office": "dinkes"}, "tidak melayani layanan ini"),
    ],
)
@pytest.mark.django_db
def test_what_can_not_be_printed_is_refused_with_a_sentence(
    clock: time_machine.Traveller, world: World, changed: dict[str, Any], says: str
) -> None:
    if "office" in changed:
        changed = {"office": offices.office(changed["office"]), "by": world.by("kepala")}
    with pytest.raises(paper_forms.NotPrintable, match=says):
        reserve(world, **changed)
    assert not Number.objects.exists()


@pytest.mark.parametrize("post", ["loket-1", "verifikator-1", "kasir", "pengawas"])
@pytest.mark.django_db
def test_only_who_shares_out_work_or_declares_outages_sets_numbers_aside(
    clock: time_machine.Traveller, world: World, post: str
) -> None:
    with pytest.raises(people.NoRight):
        reserve(world, by=world.by(post))
    block = reserve(world, by=world.by("kepala"))
    with pytest.raises(people.NoRight):
        paper_forms.void(
            block.pk, form_ids=[block.forms.all()[0].pk], reason="Rusak", by=world.by(post)
        )


@pytest.mark.django_db
def test_a_form_is_entered_at_the_counter_of_its_office_only(
    clock: time_machine.Traveller, world: World
) -> None:
    (number,) = numbers_of(reserve(world, 1))
    clock.move_to(NOW)
    disturbed(world)
    with pytest.raises(people.NoRight):
        begin(world, number, world.applicants["siti"], by=world.by("verifikator-1"))


@pytest.mark.django_db
def test_a_time_on_paper_must_have_been_and_the_system_must_have_been_down(
    clock: time_machine.Traveller, world: World
) -> None:
    (number,) = numbers_of(reserve(world, 1))
    clock.move_to(NOW)
    assert "tidak ada gangguan" in refused(world, number)
    disturbed(world)
    assert "belum terjadi" in refused(world, number, written_at=NOW + timedelta(minutes=1))
    early = PRINTED - timedelta(minutes=1)
    assert "baru dicetak 2026-12-01 10.00 WIB" in refused(world, number, written_at=early)
    before = STOPPED - timedelta(minutes=1)
    assert "tidak ada gangguan" in refused(world, number, written_at=before)
    next_day = BACK.replace(day=4, hour=8)
    assert "tidak ada gangguan" in refused(world, number, written_at=next_day)
    # The counter learns of it late: the rest of that day still counts.
    late = BACK + timedelta(hours=1)
    case = begin(world, number, world.applicants["siti"], written_at=late)
    assert PaperForm.objects.get(case=case).written_at == late
    # The same clerk typed the hour wrongly, and types it again.
    assert begin(world, number, world.applicants["siti"]).pk == case.pk
    assert PaperForm.objects.get(case=case).written_at == WRITTEN


@pytest.mark.django_db
def test_a_number_of_last_year_is_not_good_in_january(
    clock: time_machine.Traveller, world: World
) -> None:
    (number,) = numbers_of(reserve(world, 1))
    clock.move_to(datetime(2027, 1, 5, 9, tzinfo=WIB))
    assert "berlaku untuk tahun 2026" in refused(
        world, number, written_at=datetime(2027, 1, 4, 9, tzinfo=WIB)
    )


@pytest.mark.django_db
def test_a_number_that_fits_nothing_is_refused_with_a_sentence(
    clock: time_machine.Traveller, world: World
) -> None:
    block = reserve(world)
    spoiled, used, other = block.forms.order_by("number")
    clock.move_to(NOW)
    disturbed(world)
    assert "bukan nomor formulir kertas" in refused(world, "2026-000099-AAA")
    assert "Pilih layanan itu" in refused(world, other.number, service="MAKAM")
    by = world.by("kabid")
    for ids, reason, says in (
        ([], "Rusak", "Centang"),
        ([spoiled.pk], " ", "Tulis alasan"),
    ):
        with pytest.raises(paper_forms.NotVoidable, match=says):
            paper_forms.void(block.pk, form_ids=ids, reason=reason, by=by)
    assert paper_forms.void(block.pk, form_ids=[spoiled.pk], reason="Kertas basah", by=by) == 1
    assert paper_forms.void(block.pk, form_ids=[spoiled.pk], reason="Lagi", by=by) == 0
    assert "tidak dipakai: Kertas basah" in refused(world, spoiled.number)
    (gap,) = offices.unused_numbers([offices.main_office().pk], 2026)
    assert (gap.value, gap.reason) == (1, "Kertas basah")

    begin(world, used.number, world.applicants["siti"])
    with pytest.raises(paper_forms.NotVoidable, match=used.number):
        paper_forms.void(block.pk, form_ids=[used.pk], reason="Rusak", by=by)
    assert "sedang dimasukkan oleh" in refused(world, used.number, by=world.by("loket-2"))
    assert "Kirim atau hapus draf itu dulu" in refused(world, other.number, confirmed=True)


@pytest.mark.django_db
def test_the_database_itself_takes_a_number_once_and_no_time_without_a_case(
    clock: time_machine.Traveller, world: World
) -> None:
    first, second, _ = reserve(world).forms.order_by("number")
    for change in (
        {"number": first.number},
        {"reserved_id": first.reserved_id},
        {"written_at": WRITTEN},
        {"entered_at": NOW},
        {"voided_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperForm.objects.filter(pk=second.pk).update(**change)


@pytest.mark.django_db
def test_a_block_of_another_unit_is_not_there(clock: time_machine.Traveller, world: World) -> None:
    block = reserve(world)
    assert world.desk("tim-teknis", "dinkes").get(f"/loket/kertas/{block.pk}/").status_code == 403
    assert world.applicant().get("/loket/kertas/").status_code == 403
    clerk = world.desk("loket-1")
    assert clerk.get(f"/loket/kertas/{block.pk}/").status_code == 200
    assert b"Nyatakan tidak dipakai" not in clerk.get(f"/loket/kertas/{block.pk}/").content
    assert clerk.post("/loket/kertas/", {"key": str(uuid4())}).status_code == 403


@pytest.mark.django_db
def test_a_hundred_forms_ask_the_database_no_more_than_one(
    clock: time_machine.Traveller, world: World, django_assert_max_num_queries: Any
) -> None:
    one, many = reserve(world, 1), reserve(world, 100)
    desk = world.desk("kabid")
    counts = []
    for block in (one, many):
        with django_assert_max_num_queries(40) as asked:
            assert desk.get(f"/loket/kertas/{block.pk}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] >= counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_enter_one_form_at_once_make_one_application(world: World) -> None:
    with time_machine.travel(PRINTED):
        (number,) = numbers_of(reserve(world, 1))
    with time_machine.travel(NOW):
        disturbed(world)
        people_there = [world.applicants["siti"], world.applicants["bambang"]]

        def enter(clerk: str, person: Applicant) -> str:
            try:
                return str(begin(world, number, person, clerk=clerk).pk)
            except paper_forms.NotEnterable as told:
                return str(told)

        said = at_once(
            [
                partial(enter, clerk, person)
                for clerk, person in zip(("loket-1", "loket-2"), people_there, strict=True)
            ]
        )
    case = Case.objects.get()
    assert str(case.pk) in said
    assert sum("sedang dimasukkan oleh" in one for one in said) == 1


CLERKS, BLOCKS, EACH, USUAL = 6, 5, 100, 20


def crowd(count: int) -> list[Applicant]:
    """So many people without an account, each with a NIK of their own."""
    area = offices.area("18.72.01.1003")
    return Applicant.objects.bulk_create(
        Applicant(
            kind="person", name=f"Warga {n}", nik=f"187201{41:02}0796{n:04}", area=area, sex="P"
        )
        for n in range(1, count + 1)
    )


@pytest.mark.requirement("PLU-16-3")
@pytest.mark.django_db(transaction=True)
def test_five_hundred_papers_typed_in_by_several_at_once_are_all_explained_and_none_collides(
    world: World,
) -> None:
    """Beside usual applications that take their numbers at the same time."""
    wanted = filling.scenario(SKP)
    answers = wanted["answers"] | {"mulai": "2026-12-14", "selesai": "2027-02-01"}
    with time_machine.travel(PRINTED):
        for _ in range(BLOCKS):
            reserve(world, EACH)
    papers = list(PaperForm.objects.order_by("number").values_list("number", flat=True))
    persons = crowd(len(papers) + USUAL)
    file = files.store_bytes(
        filling.pdf().read(), name="berkas.pdf", media_type="application/pdf", by=By(None, "worker")
    )
    work = itertools.chain(
        zip(papers, persons, strict=False), ((None, one) for one in persons[len(papers) :])
    )
    gate = threading.Lock()

    def complete(case: Case, person: Applicant) -> None:
        """As if the pages were filled in; sending checks them."""
        known = answers | {"nik": person.nik, "nama": person.name}
        Case.objects.filter(pk=case.pk).update(answers=known)
        Attachment.objects.bulk_create(
            Attachment(case_id=case.pk, requirement=code, file=file) for code in wanted["files"]
        )

    def clerk(number: int) -> int:
        by, done = world.by(f"loket-{number % 2 + 1}"), 0
        try:
            while True:
                with gate:
                    paper, person = next(work, (None, None))
                if person is None:
                    return done
                asked: dict[str, Any] = {"service": SKP, "request_type": "baru", "by": by}
                if paper is None:
                    case = drafts.start(applicant=person, channel="counter", **asked)
                else:
                    case = paper_forms.begin(paper, written_at=WRITTEN, applicant=person, **asked)
                complete(case, person)
                submission.submit(case.pk, truth=True, by=by)
                done += 1
        finally:
            connections.close_all()

    with time_machine.travel(NOW, tick=True):
        disturbed(world)
        with ThreadPoolExecutor(CLERKS) as pool:
            done = [one.result() for one in [pool.submit(clerk, n) for n in range(CLERKS)]]

    assert sum(done) == len(papers) + USUAL
    cases = dict(
        Case.objects.filter(paper_form__isnull=False).values_list("number", "submitted_at")
    )
    assert sorted(map(str, cases)) == papers
    assert set(cases.values()) == {WRITTEN}
    assert Case.objects.values("number").distinct().count() == len(papers) + USUAL
    series = NumberSeries.objects.get(series="PERMOHONAN")
    assert series.last == len(papers) + USUAL
    assert offices.unexplained_gaps(series) == ()
    assert set(Number.objects.values_list("purpose", flat=True)) == {
        f"case:{pk}" for pk in Case.objects.values_list("pk", flat=True)
    }
    for block in on_paper.blocks(world.by("kabid")):
        assert (block.entered, block.unexplained) == (EACH, 0)  # type: ignore[attr-defined]
    entered = Entry.objects.filter(event="cases.PaperFormEntered")
    assert entered.count() == len(papers)
    assert {one.data["written_at"] for one in entered} == {"2026-12-03 09.15 WIB"}
    assert set(
        Case.objects.filter(paper_form__isnull=False).values_list("clock_start", flat=True)
    ) == {date(2026, 12, 3)}
