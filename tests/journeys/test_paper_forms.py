"""The system is down and people stand at the counter: paper today, the same number afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from satupintu.cases.models import Case, PaperForm
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from tests.browsing import Browser, text_of_pdf
from tests.cases import filling
from tests.journeys.conftest import City

WIB = ZoneInfo("Asia/Jakarta")
SKP, NIK = "SKP-PENELITIAN", "1872015202610001"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Tuesday 1 December 2026, 10.00 WIB: a quiet day to print."""
    with time_machine.travel(datetime(2026, 12, 1, 10, tzinfo=WIB)) as moved:
        yield moved


def printed(city: City, count: int = 3) -> list[str]:
    """The section head sets numbers aside and prints; gives the numbers."""
    head = city.officer("kabid").open("/loket/kertas/")
    head.press("Cadangkan nomor", service=SKP, office="dpmptsp", count=str(count))
    head.follow(f"Cetak {count} formulir")
    return list(PaperForm.objects.order_by("number").values_list("number", flat=True))


def stood_still(city: City, day: date, start: str, end: str) -> None:
    """The head declares the outage afterwards, by a decision."""
    head = city.officer("kepala").open("/pejabat/gangguan/")
    parts: dict[str, Any] = {
        f"{name}_{part}": getattr(day, part)
        for name in ("started_on", "ended_on")
        for part in ("day", "month", "year")
    }
    head.press(
        "Nyatakan gangguan",
        kind="outage",
        reason="Listrik padam",
        started_at=start,
        ended_at=end,
        decision="800/17/2026, 4 Desember 2026",
        **parts,
    )


def at_start(city: City, nik: str, **registered: str) -> Browser:
    """The clerk finds or registers the person and has chosen the service."""
    clerk = city.officer("loket-1")
    clerk.open("/loket/").press("Cari pemohon", nik=nik)
    if registered:
        clerk.press("Daftarkan pemohon", **registered)
    else:
        clerk.page.make_links_absolute("http://testserver")
        found = clerk.page.xpath("//main//a[contains(@href, '/loket/pemohon/')]/@href")[0]
        clerk.open(found.removeprefix("http://testserver"))
    return clerk.follow("Surat Keterangan Penelitian")


def typed(number: str, day: str = "3", hour: str = "09.15") -> dict[str, str]:
    when = {"written_on_day": day, "written_on_month": "12", "written_on_year": "2026"}
    return {"request_type": "baru", "paper": number, "written_time": hour, **when}


@pytest.mark.requirement("PLU-16-3")
def test_a_form_on_paper_becomes_an_application_with_its_number_and_its_time(
    clock: time_machine.Traveller, city: City
) -> None:
    numbers = printed(city)
    paper = text_of_pdf(city.officer("kabid").body)
    assert all(paper.count(one) >= 2 for one in numbers)  # on the form and on the slip
    assert "/lacak/" in paper
    assert "Judul penelitian" in paper
    assert "Proposal penelitian" in paper
    slip = city.stranger().open(f"/lacak/?nomor={numbers[0]}", status=404)
    assert "belum dimasukkan petugas" in slip.text

    # Thursday, two hours without power. Somebody who never had an account fills in the first form.
    clock.move_to(datetime(2026, 12, 4, 8, 30, tzinfo=WIB))  # Friday: the system is back
    city.next_day()
    clerk = at_start(city, NIK, name="Sumiati")
    clerk.press("Mulai mengisi", status=422, **typed(numbers[0]))
    assert "tidak ada gangguan yang dinyatakan" in clerk.text
    stood_still(city, date(2026, 12, 3), "08:30", "10:30")
    clerk.press("Mulai mengisi", **typed(numbers[0]))
    case = Case.objects.get()
    wanted = filling.scenario(SKP)
    answers = {"nama": "Sumiati", "nik": NIK, "tgl_lahir": "1961-02-12"}
    answers |= {"mulai": "2026-12-14", "selesai": "2027-02-01"}
    desk = city.world.desk("loket-1")
    filling.fill(desk, case, wanted["answers"] | answers)
    filling.upload(desk, case, wanted["files"])
    clerk.open(f"/permohonan/draf/{case.pk}/periksa/").press("Kirim", truth="true")
    city.work()

    # The number and the time are those of the paper; the outage is left out of the clock.
    case.refresh_from_db()
    assert case.number == numbers[0]
    assert case.submitted_at == datetime(2026, 12, 3, 9, 15, tzinfo=WIB)
    assert case.clock_start == date(2026, 12, 3)
    assert case.due_date == offices.calendar().add_working_days(date(2026, 12, 3), 5)
    (pause,) = case.pauses.all()
    assert pause.started_at == case.submitted_at
    assert pause.ended_at == datetime(2026, 12, 3, 10, 30, tzinfo=WIB)

    # Both times stand on the page, in the history and on the block.
    page = city.officer("verifikator-1").open(f"/berkas/{case.number}/").text
    assert "ditulis 3 Desember 2026 pukul 09.15" in page
    assert "dimasukkan 4 Desember 2026 pukul 08.30" in page
    history = city.officer("verifikator-1").open(f"/berkas/{case.number}/history/").text
    assert "ditulis 2026-12-03 09.15 WIB, dimasukkan 2026-12-04 08.30 WIB" in history
    entered = Entry.objects.get(event="cases.PaperFormEntered")
    assert entered.data["written_at"] == "2026-12-03 09.15 WIB"
    assert "3 Desember 2026" in city.stranger().open(f"/lacak/?nomor={case.number}").text

    # One was spoiled, one stays for the next time: the book says what is not explained yet.
    head = city.officer("kabid").open("/loket/kertas/").follow(numbers[0])
    assert "2 dari 3 nomor belum jelas" in head.text
    spoiled = str(PaperForm.objects.get(number=numbers[1]).pk)
    head.press("Nyatakan tidak dipakai", status=422, chosen=spoiled)
    assert "Tulis alasan" in head.text
    head.press("Nyatakan tidak dipakai", chosen=spoiled, reason="Kertas basah")
    assert "1 dari 3 nomor belum jelas" in head.text
    assert "Kertas basah" in head.text
    left = text_of_pdf(head.follow("Cetak 1 formulir").body)
    assert numbers[2] in left
    assert numbers[0] not in left


def test_a_second_paper_of_the_same_person_is_entered_only_on_purpose(
    clock: time_machine.Traveller, city: City
) -> None:
    numbers = printed(city)
    clock.move_to(datetime(2026, 12, 3, 14, tzinfo=WIB))
    city.next_day()
    stood_still(city, date(2026, 12, 3), "08:30", "10:30")
    sent = city.send(SKP)  # Siti also sent it from home
    clerk = at_start(city, str(sent.applicant.nik))
    clerk.press("Mulai mengisi", status=422, **typed(numbers[0]))
    assert str(sent.number) in clerk.text
    assert "Centang" in clerk.text
    assert not PaperForm.objects.exclude(case=None).exists()

    clerk.press("Mulai mengisi", anyway="1", **typed(numbers[0]))
    draft = Case.objects.get(paper_form__number=numbers[0])

    # The wrong person: the draft goes, the paper waits again.
    clerk.open(f"/permohonan/draf/{draft.pk}/hapus/").press("Hapus")
    form = PaperForm.objects.get(number=numbers[0])
    assert (form.state, form.written_at) == ("waiting", None)
    events = Entry.objects.filter(event__startswith="cases.PaperForm").order_by("id")
    assert [one.event.removeprefix("cases.PaperForm") for one in events] == [
        "sPrinted",
        "Begun",
        "Released",
    ]
