"""The register book of an office: its letters, its gaps with their reasons, and the counts."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from satupintu.catalogue import queries as catalogue
from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM
from satupintu.journal.models import Entry
from satupintu.lib import tables
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.permits import queries
from satupintu.permits.models import Permit
from tests.units.town import Town

YEAR = 2026


def issue(town: Town, office: str, day: date, title: str = "Surat Keterangan") -> Permit:
    unit = units.office(office)
    version = catalogue.current_version("SKTM")
    count = Permit.objects.count()
    number = offices.take_number(
        office=unit, series="SKTM", template="400/{number:03}/{unit}/{year}", on=day,
        subject=f"permit:case:{count}", by=SYSTEM,
    )  # fmt: skip
    stored = files.store_bytes(b"%PDF-1.7", name="a.pdf", media_type="application/pdf", by=SYSTEM)
    assert version is not None
    return Permit.objects.create(
        kind="permit", number=number.text, token=f"t{count}", title=title,
        service_version=version, office=unit, holder=town.budi, subject=f"case:{count}",
        status="valid", data={}, valid_from=day, signer=town.officer("kel-mayangan", "lurah"),
        signer_title="Lurah", file=stored, signed_at="2026-11-20T00:00Z",
    )  # fmt: skip


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.requirement("PRB-12-3")
def test_the_book_lists_the_letters_of_the_own_office_with_masked_names_and_explained_gaps(
    town: Town,
) -> None:
    first = issue(town, "kel-mayangan", date(YEAR, 3, 1))
    issue(town, "kel-mayangan", date(YEAR, 3, 2), "=HYPERLINK()")
    other = issue(town, "kel-ketapang", date(YEAR, 3, 3))
    lost = offices.take_number(
        office=units.office("kel-mayangan"), series="SKTM",
        template="400/{number:03}/{unit}/{year}", on=date(YEAR, 3, 4), subject="x", by=SYSTEM,
    )  # fmt: skip
    offices.void_number(lost.pk, reason="Naskah batal ditandatangani", by=SYSTEM)
    desk = town.desk("kel-mayangan", "seklur")
    page = desk.get(reverse("permits:register"), {"tahun": YEAR}).content.decode()
    assert first.number in page
    assert other.number not in page
    assert "Budiono Hartarto" not in page
    assert lost.text in page
    assert "Naskah batal ditandatangani" in page
    series = units.number_series(units.office("kel-mayangan"), "SKTM", YEAR)
    assert units.unexplained_gaps(series) == ()

    answer = desk.get(reverse("permits:register_csv"), {"tahun": YEAR})
    written = lines(b"".join(answer.streaming_content).decode())  # type: ignore[attr-defined]
    assert [row[0] for row in written[1:]] == ["400/002/KEL-MAYANGAN/2026", first.number, lost.text]
    assert written[1][2] == "'=HYPERLINK()"
    assert written[3][4:] == ["Tidak dipakai", "Naskah batal ditandatangani"]
    read = Entry.objects.filter(event="journal.ProtectedDataRead", subject__startswith="office:")
    assert read.count() == 1


def test_the_book_says_what_no_longer_holds_and_what_never_held_for_a_time(town: Town) -> None:
    over, holds, letter = (issue(town, "kel-mayangan", date(YEAR, 1, day)) for day in (1, 2, 3))
    Permit.objects.filter(pk=over.pk).update(valid_until=date(YEAR, 1, 31))
    Permit.objects.filter(pk=letter.pk).update(kind="refusal", subject="case:99")
    desk = town.desk("kel-mayangan", "seklur")
    page = desk.get(reverse("permits:register"), {"tahun": YEAR}).content.decode()
    answer = desk.get(reverse("permits:register_csv"), {"tahun": YEAR})
    written = lines(b"".join(answer.streaming_content).decode())  # type: ignore[attr-defined]
    told = {row[0]: row[4] for row in written[1:]}
    assert told == {over.number: "Kedaluwarsa", holds.number: "Berlaku", letter.number: "Terbit"}
    for number, word in told.items():
        assert word in page[page.index(number) :].split("</tr>")[0]


def test_the_recapitulation_counts_by_month_and_kind(town: Town) -> None:
    for month in (1, 1, 2):
        issue(town, "kel-mayangan", date(YEAR, month, 5))
    issue(town, "kel-mayangan", date(YEAR - 1, 1, 5))
    office = [units.office("kel-mayangan").pk]
    counted = [(row["month"], row["count"]) for row in queries.recapitulation(office, YEAR)]
    assert counted == [(1, 2), (2, 1)]
    assert queries.book(office, year=YEAR, month=2).count() == 1


def test_the_book_comes_in_pages_by_key(town: Town) -> None:
    made = [issue(town, "kel-mayangan", date(YEAR, 1, 1 + n // 2)) for n in range(6)]
    office = [made[0].office_id]
    seen: list[Permit] = []
    after = ""
    while page := list(queries.book(office, year=YEAR, after=after)[:2]):
        seen += page
        after = f"{page[-1].valid_from.isoformat()}.{page[-1].pk}"
    assert seen == made[::-1]


def test_only_whoever_reads_the_letters_of_an_office_reads_its_book(town: Town) -> None:
    address = reverse("permits:register")
    for place in (("rt-mayangan-001-001", "ketua"), ("kec-mayangan", "administrator")):
        assert town.desk(*place).get(address).status_code == 403
    issue(town, "kel-mayangan", date(YEAR, 3, 1))
    strange = town.desk("kel-ketapang", "lurah").get(
        address, {"unit": "kel-mayangan", "tahun": "abc", "bulan": "99", "after": "x.y"}
    )
    assert "KEL-MAYANGAN" not in strange.content.decode()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_an_export_becomes_a_formula(cell: str) -> None:
    assert list(tables.write(["a"], [[cell]]))[-1].lstrip('"').startswith("'")
