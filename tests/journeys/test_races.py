"""Everybody at the same moment, on a real database: one wins, the others are told."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction

from satupintu.cases.actions import inspections, levy, review, submission
from satupintu.cases.models import Case, Task
from satupintu.catalogue import queries as catalogue
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.levies.models import Bill
from satupintu.notifications.models import Notice
from satupintu.offices import queries as offices
from satupintu.offices.models import Number
from satupintu.permits import actions as permits
from satupintu.permits.models import Permit
from tests.browsing import Browser, readable
from tests.cases import desk, filling
from tests.journeys.conftest import City
from tests.journeys.rivals import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def verified(city: City) -> tuple[Case, Task]:
    """A case whose every document is found fitting; the next press forwards it."""
    case = city.send("SKP-PENELITIAN")
    task = case.tasks.get(status="open")
    for attachment in case.attachments.filter(current=True):
        review.judge(
            task.pk,
            attachment_id=attachment.pk,
            verdict="fits",
            by=city.world.by("verifikator-1"),
        )
    return Case.objects.get(pk=case.pk), task


def test_sending_eight_times_at_once_makes_one_application(city: City) -> None:
    draft = filling.complete(
        city.world.applicant(), "SKP-PENELITIAN", city.world.applicants["siti"].pk
    )
    windows = [city.world.applicant() for _ in range(8)]
    url = f"/permohonan/draf/{draft.pk}/kirim/"

    answers = at_once(partial(one.post, url, {"truth": "true"}) for one in windows)

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    case = Case.objects.get()
    assert case.tasks.count() == 1
    assert list(Number.objects.values_list("value", "purpose")) == [(1, f"case:{case.pk}")]
    assert Entry.objects.filter(event="cases.CaseSubmitted").count() == 1
    city.work()
    assert Notice.objects.count() == 1


def test_twenty_rivals_forward_one_task_and_one_wins(city: City) -> None:
    case, task = verified(city)
    posts = ("verifikator-1", "verifikator-2")
    desks = [city.world.desk(posts[number % 2]) for number in range(20)]
    url = f"/berkas/{case.number}/tugas/{task.pk}/"
    form = {"act": "forward", "version": case.version}

    answers = at_once(partial(one.post, url, form) for one in desks)

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 19
    for answer in answers:
        if answer.status_code == 409:
            page = readable(answer.content.decode())
            assert "baru saja diperbarui oleh Petugas dpmptsp verifikator" in page
    case.refresh_from_db()
    assert Entry.objects.filter(subject=case.subject, event="cases.TaskForwarded").count() == 1
    assert list(case.tasks.values_list("step", "status").order_by("id")) == [
        ("verifikasi", "done"),
        ("rekomendasi", "open"),
    ]


def test_a_withdrawal_that_waited_for_the_assessment_leaves_no_open_bill(city: City) -> None:
    case = desk.sent(city.world, "PBG")
    task = desk.reach(case, "penetapan")
    owner = By(city.world.applicants["siti"].account_id, "web")

    def withdraw() -> Case:
        try:
            return submission.withdraw(case.pk, reason="Tidak jadi.", by=owner)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            levy.assess(task.pk, version=desk.fresh(case).version, by=desk.holder(task))
            withdrawn = pool.submit(withdraw)
            until_somebody_waits()
        withdrawn.result()

    assert Bill.objects.get().status == "cancelled"


def until_somebody_waits() -> None:
    end = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
    raise AssertionError("nobody waits")


def test_whoever_acts_on_an_old_page_is_told_and_keeps_what_they_typed(city: City) -> None:
    case, _ = verified(city)
    first = city.officer("verifikator-1").open(f"/berkas/{case.number}/")
    second = city.officer("verifikator-2").open(f"/berkas/{case.number}/")
    first.press(
        "Kirim permintaan perbaikan",
        items="requirement:ktp",
        **{"why-requirement-ktp": "Foto buram."},
    )
    words = "Penelitian serupa sedang berjalan di tempat yang sama."

    second.press("Usulkan penolakan", status=409, refusal_reason=words, ground="UU 11/2019")

    assert "baru saja diperbarui oleh Petugas dpmptsp verifikator-1" in second.text
    assert words in second.text, "nobody types a paragraph twice"
    case.refresh_from_db()
    assert (case.refusal_reason, case.phase) == ("", "waiting")


def test_a_draft_document_is_not_written_over_by_a_colleague_who_saw_an_older_one(
    city: City,
) -> None:
    case, task = verified(city)
    review.forward(task.pk, version=case.version, by=city.world.by("verifikator-1"))
    step = case.tasks.get(status="open")
    team = city.world.by("tim-teknis", "kesbangpol")
    inspections.recommend(step.pk, verdict="agree", text="Aman.", by=team)
    review.forward(step.pk, version=Case.objects.get().version, by=team)
    account = city.world.officer("pengolah")
    left, right = Browser(account), Browser(account)
    for window in (left, right):
        window.open(f"/berkas/{case.number}/naskah/susun/")
    left.press("Simpan dan lihat hasilnya", note="Bawa surat ini ke kelurahan.")

    right.press("Simpan dan lihat hasilnya", status=409, note="Tidak perlu ke kelurahan.")

    assert "Tidak perlu ke kelurahan." in right.text
    assert Case.objects.get().draft_body["permit"]["note"] == "Bawa surat ini ke kelurahan."


@pytest.mark.requirement("PLU-4-2-h")
def test_thirty_issuers_at_once_leave_no_double_and_no_gap(city: City) -> None:
    """Every third act is undone after it had its number; the numbers close up behind it."""
    version = catalogue.current_version("SKP-PENELITIAN")
    office, holder = offices.office("dpmptsp"), city.world.applicants["siti"]
    by = city.world.by("kepala")
    assert version is not None
    assert by.account_id is not None

    class Undone(Exception):
        pass

    def issue(number: int) -> Any:
        try:
            with transaction.atomic():
                permits.draw_up(
                    kind="permit",
                    subject=f"case:{number}",
                    service_version=version,
                    office=office,
                    holder=holder,
                    data={},
                    place="Kota Metro",
                    valid_from=offices.today(),
                    valid_until=None,
                    signer_id=by.account_id or 0,
                    signer_title="Kepala Dinas",
                    act="",
                    by=by,
                )
                if number % 3 == 0:
                    raise Undone
        except Undone:
            return None
        return number

    at_once(partial(issue, number) for number in range(30))

    series = offices.number_series(office, "SKP", offices.today().year)
    values = sorted(series.numbers.values_list("value", flat=True))
    assert values == list(range(1, 21))
    assert len(set(Permit.objects.values_list("number", flat=True))) == 20
    assert offices.unexplained_gaps(series) == ()
