"""The service stands still; the clock of every case it touches stands with it (Metro art. 16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from satupintu.cases import tasks
from satupintu.cases.models import Case
from satupintu.offices import queries as offices
from tests.journeys import deeds
from tests.journeys.conftest import City

WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Thursday 3 December 2026, 09.00 WIB; the tests move it on."""
    with time_machine.travel(datetime(2026, 12, 3, 9, tzinfo=WIB)) as moved:
        yield moved


def news(city: City, number: str) -> int:
    """How many mails told Siti of a disturbance."""
    return len(
        [
            mail
            for mail in city.mails("siti@warga.example")
            if "gangguan" in mail.get_content() and number in mail.get_content()
        ]
    )


@pytest.mark.requirement("MTR-16", "PLB-7-3-c", "BJM-2")
@pytest.mark.requirement("PLU-8-2-d")
def test_an_outage_is_left_out_of_every_clock_it_touches(
    clock: time_machine.Traveller, city: City
) -> None:
    """SKP has 5 working days. Two are lost, one more is the half day on which it ended."""
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)
    assert (case.clock_start, case.due_date) == (date(2026, 12, 3), date(2026, 12, 10))

    clock.move_to(datetime(2026, 12, 7, 10, tzinfo=WIB))  # Monday
    siti, head = city.applicant(), city.officer("kepala")
    head.open("/pejabat/gangguan/")
    head.press("Nyatakan gangguan", status=422, reason="Kabel serat optik putus")
    head.press("Nyatakan gangguan", kind="outage", reason="Kabel serat optik putus")
    city.work()

    shown = siti.open(f"/permohonan/{case.pk}/").text
    assert "Kabel serat optik putus" in shown
    assert "Waktu ini tidak dihitung" in shown
    officer = city.officer("verifikator-1").open(f"/berkas/{number}/")
    assert "Jam layanan berhenti" in officer.text
    assert "gangguan" in city.stranger().open(f"/lacak/?nomor={number}").text.lower()
    assert "Kabel serat optik putus" in city.stranger().open("/status/").text
    assert news(city, number) == 1

    # What is sent meanwhile is received, and its clock waits too.
    late = city.send("SKP-PENELITIAN", "bambang", scenario=0)
    assert late.pauses.filter(outage__isnull=False, ended_at=None).count() == 1

    clock.move_to(datetime(2026, 12, 9, 13, tzinfo=WIB))  # Wednesday
    city.next_day()
    siti, head = city.applicant(), city.officer("kepala")
    head.open("/pejabat/gangguan/").press("Layanan berjalan lagi")
    city.work()

    case.refresh_from_db()
    late.refresh_from_db()
    moved = offices.calendar().add_working_days(date(2026, 12, 10), 3)
    assert case.due_date == moved == date(2026, 12, 15)
    # Received on the 7th: day 1 would be the 8th, but the 8th and 9th do not count.
    assert late.due_date == offices.calendar().add_working_days(date(2026, 12, 14), 2)
    assert not case.pauses.filter(ended_at=None).exists()
    assert "Waktu ini tidak dihitung" not in siti.open(f"/permohonan/{case.pk}/").text
    assert news(city, number) == 1

    # Days do not move again when the work goes on.
    deeds.verify(city, number)
    tasks.watch_clocks.func(timestamp=0)
    case.refresh_from_db()
    assert case.due_date == moved


@pytest.mark.requirement("MTR-16")
def test_an_outage_of_one_unit_leaves_the_clocks_of_others_alone(
    clock: time_machine.Traveller, city: City
) -> None:
    case = city.send("SKP-PENELITIAN")
    clock.move_to(datetime(2026, 12, 7, 10, tzinfo=WIB))
    head = city.officer("kepala").open("/pejabat/gangguan/")
    head.press("Nyatakan gangguan", kind="outage", reason="Listrik padam", offices=["dinkes"])
    city.work()

    assert not case.pauses.exists()
    assert Case.objects.get(pk=case.pk).due_date == case.due_date


@pytest.mark.requirement("BJM-2")
def test_what_is_sent_at_night_counts_from_the_next_working_day(
    clock: time_machine.Traveller, city: City
) -> None:
    clock.move_to(datetime(2026, 12, 4, 23, 40, tzinfo=WIB))  # Friday night
    case = city.send("SKP-PENELITIAN")
    assert offices.local(case.submitted_at).date() == date(2026, 12, 4)  # type: ignore[arg-type]
    assert case.clock_start == date(2026, 12, 7)
    assert case.due_date == date(2026, 12, 14)


@pytest.mark.requirement("MTR-16")
def test_the_clock_of_a_case_that_waits_for_its_applicant_stands_still(
    clock: time_machine.Traveller, city: City
) -> None:
    case = city.send("SKP-PENELITIAN")
    number = str(case.number)
    clock.move_to(datetime(2026, 12, 7, 10, tzinfo=WIB))
    deeds.open_from_list(city.officer("verifikator-1"), number).press(
        "Kirim permintaan perbaikan",
        items="field:judul",
        **{"why-field-judul": "Judul tidak sama dengan proposal."},
    )
    clock.move_to(datetime(2026, 12, 18, 8, tzinfo=WIB))
    siti = city.applicant().open(f"/permohonan/{case.pk}/perbaikan/")
    siti.press("Kirim perbaikan", judul="Minat baca di Kota Metro", confirmed="true")
    city.work()

    case.refresh_from_db()
    assert case.answers["judul"] == "Minat baca di Kota Metro"
    # Ten working days, 7 to 18 December, were touched by the pause.
    assert case.due_date == offices.calendar().add_working_days(date(2026, 12, 10), 10)
