"""A dispute or an audit keeps a case whole, whatever the retention schedule says."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from satupintu.cases.actions import holds, retention
from satupintu.cases.models import Case, Hold
from satupintu.journal.models import Entry
from satupintu.people.queries import NoRight
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.test_retention import LIST, administrator, erase, finished, later, offer
from tests.world import COMMAND

__all__ = ["finished", "later", "letters", "neighbourhood"]

WHY, GROUND = "Sengketa di pengadilan", "Surat Ombudsman 12/2031"


def test_what_is_held_is_neither_offered_nor_erased_until_the_hold_is_lifted(
    letters: Letters,
    finished: Case,
    later: datetime,
    settings: Settings,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    number = str(finished.number)
    offer()
    officer = administrator(letters)
    officer.open(LIST).follow("Tahan")
    officer.press("Tahan", status=422, reason=" ", ground="")
    assert "Tulis alasan penahanan" in officer.text
    officer.press("Tahan", reason=WHY, ground=GROUND)
    assert WHY in officer.text
    listed = officer.open(LIST)
    assert "Belum ada yang masa simpannya berakhir" in listed.text
    assert f"{WHY} ({GROUND})" in listed.text
    kasi = letters.officer("kasi")
    settings.KEPT_SECONDS = 60
    told = kasi.open(f"/berkas/{number}/").text
    assert "Ditahan dari penghapusan" in told
    assert WHY in told
    with django_assert_max_num_queries(12):
        kasi.open(f"/berkas/{number}/")

    by = letters.world.by("administrator", "kec-kademangan")
    with pytest.raises(retention.Held):
        retention.erase(finished.pk, record="1/BA/2031", by=by)
    with pytest.raises(holds.NotHeld):
        holds.place(finished.pk, reason=WHY, ground=GROUND, by=by)
    account = by.account_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=finished.pk).update(
            answers={},
            typed={},
            draft_body={},
            erased_at=timezone.now(),
            erased_by=account,
            erasure_record="1/BA",
        )

    officer.open(f"/pejabat/retensi/{number}/").press("Cabut", status=422, lift="")
    officer.press("Cabut", lift="Perkara selesai")
    assert "Perkara selesai" in officer.text
    with pytest.raises(holds.NotHeld):
        holds.lift(finished.pk, reason="Lagi", by=by)
    erase(officer, finished)
    finished.refresh_from_db()
    assert finished.erased_at
    rows = Entry.objects.filter(event__in=["cases.CaseHeld", "cases.HoldLifted"]).order_by("id")
    assert [row.event for row in rows] == ["cases.CaseHeld", "cases.HoldLifted"]
    assert {row.account_id for row in rows} == {account}
    assert WHY not in str([row.data for row in rows])
    with pytest.raises(holds.NotHeld):
        holds.place(finished.pk, reason=WHY, ground=GROUND, by=by)


def test_only_who_may_erase_a_case_holds_it(letters: Letters, finished: Case) -> None:
    elsewhere = letters.world.by("administrator", "kec-mayangan")
    for by in (elsewhere, COMMAND):
        with pytest.raises(NoRight):
            holds.place(finished.pk, reason=WHY, ground=GROUND, by=by)
    letters.officer("lurah").open(f"/pejabat/retensi/{finished.number}/", status=403)
    assert not Hold.objects.exists()
