"""Units, posts and their holders come from a table, checked first, all of it or nothing."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satupintu.catalogue import actions as catalogue
from satupintu.journal.models import Entry
from satupintu.lib import tables
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.offices.models import Area, Office, Post
from satupintu.people import actions, queries
from satupintu.people.actions import staffing
from satupintu.people.models import Account, Holding
from tests.people.cast import holder_of
from tests.units.town import Town
from tests.world import COMMAND, ROOT

HEAD = ",".join(actions.COLUMNS)
KETAPANG = "35.74.01.1001"
TOP, UNIT = ("diskominfo", "administrator"), ("kec-kademangan", "administrator")


def rw(number: int = 3) -> str:
    code = f"{number:03}"
    return (
        f"rw-ketapang-{code},RW {code} Ketapang,rw,kel-ketapang,{KETAPANG}.{code},ketua,"
        f"Ketua RW {code} Ketapang,rw,Ketua RW {code},,,,0813{number:08},2026-01-01,2030-12-31"
    )


def rt(number: int, neighbourhood: int = 3, start: str = "2026-01-01") -> str:
    code, above = f"{neighbourhood:03}-{number:03}", f"{neighbourhood:03}.{number:03}"
    return (
        f"rt-ketapang-{code},RT {code} Ketapang,rt,kel-ketapang,{KETAPANG}.{above},ketua,"
        f"Ketua RT {code} Ketapang,rt,Ketua RT {code},,,rt{code}@emas.example,,{start},"
    )


def table(*rows: str) -> list[tables.Row]:
    text = "\n".join([HEAD, *rows])
    return tables.read(text.encode(), actions.COLUMNS, needed=actions.NEEDED)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Area, Office, Post, Account, Holding, Entry))


@pytest.mark.requirement("PRB-9-1", "PRB-9-2")
def test_units_posts_and_holders_are_taken_over_and_the_same_file_twice_changes_nothing(
    town: Town,
) -> None:
    by = town.by(*TOP)
    done = actions.import_staff(table(rw(), rt(1), rt(2)), by=by)
    assert (done.problems, done.units, done.posts, done.accounts) == ([], 3, 3, 3)
    head = offices.post("rt-ketapang-003-002", "ketua")
    holder = holder_of(head)
    assert holder is not None
    assert holder.email == "rt003-002@emas.example"
    served = offices.office_of_area(f"{KETAPANG}.003.002", "rt")
    assert served == head.office
    events = set(Entry.objects.order_by("-id").values_list("event", flat=True)[:20])
    assert {
        "offices.OfficePut", "offices.PostPut", "people.AccountCreated", "people.HolderAppointed",
        "people.StaffImported",
    } <= events  # fmt: skip
    before = counts()
    again = actions.import_staff(table(rw(), rt(1), rt(2)), by=by)
    assert again.changes == 0
    assert counts() == before


def test_loading_the_pack_again_leaves_what_was_imported(town: Town) -> None:
    actions.import_staff(table(rw(), rt(1)), by=COMMAND)
    catalogue.load_pack(ROOT / "packs/probolinggo", by=COMMAND)
    head = offices.post("rt-ketapang-003-001", "ketua")
    assert head.active
    assert head.office.active
    assert offices.areas("rt").filter(code=f"{KETAPANG}.003.001").exists()


BAD = [
    (",,,,,,,,,,,,,,", 0, ""),
    (",x,,,,ketua,,,,,,,,,", 1, "unit"),
    ("rt-baru,,rt,kel-ketapang,,ketua,Ketua,rt,,,,,,,", 1, "nama_unit"),
    ("rt-baru,RT Baru,rt,kel-tidak-ada,,ketua,Ketua,rt,,,,,,,", 1, "induk"),
    ("rt-baru,RT Baru,rt,kel-ketapang,35.74.99.1001.001.001,ketua,K,rt,,,,,,,", 1, "wilayah"),
    ("rt-baru,RT Baru,rt,kel-ketapang,,ketua,Ketua,raja,,,,,,,", 1, "peran"),
    ("kel-ketapang,Kelurahan Lain,,,,lurah,,,,,,,,,", 1, "nama_unit"),
    ("kel-ketapang,,,,,lurah,Raja Ketapang,,,,,,,,", 1, "nama_jabatan"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,,,2026-01-01,", 1, "email"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,1.98E+17,,p@x.example,,2026-01-01,", 1, "nip"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,p@x.example,12,2026-01-01,", 1, "ponsel"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,p@x.example,,kemarin,", 1, "mulai"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,p@x.example,,2026-01-01,2025-01-01", 1, "sampai"),
    ("rw-ketapang-002,,,,,ketua,,,=1+1,,,p@x.example,,2026-01-01,", 1, "nama"),
    ("kel-ketapang,,,,,lurah,,,Paimin,,,p@x.example,,2025-01-01,", 1, "mulai"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,p@x.example,,1-1-99999999999,", 1, "mulai"),
    ("rw-ketapang-002,,,,,ketua,,,Paimin,,,abc,,2026-01-01,", 1, "email"),
    ("rw-ketapang-002,,,,,ketua,,,Orang Lain,,,budi@warga.example,,2026-01-01,", 1, "nama"),
]


@pytest.mark.requirement("PRB-9-2")
def test_every_bad_row_is_named_with_its_column_and_cure_and_nothing_is_half_imported(
    town: Town,
) -> None:
    before = counts()
    rows = table(rw(), *(row for row, _, _ in BAD))
    wanted = [number for number, (_, wrong, _) in enumerate(BAD, start=3) if wrong]
    for checking in (True, False):
        done = actions.import_staff(rows, dry=checking, by=town.by(*TOP))
        assert [one.row for one in done.problems] == wanted
        assert all(one.what and one.cure and one.column for one in done.problems)
        assert counts() == before


@pytest.mark.parametrize(("row", "wrong", "column"), BAD[1:])
def test_each_mistake_is_told_in_its_column(town: Town, row: str, wrong: int, column: str) -> None:
    done = actions.import_staff(table(row), by=town.by(*TOP))
    assert [one.column for one in done.problems] == [column]


@pytest.mark.parametrize("column", [*staffing.LONGEST])
def test_a_cell_that_is_too_long_is_told_in_its_column(town: Town, column: str) -> None:
    cells = {"unit": "kel-ketapang", "jabatan": "lurah", column: "a" * 290}
    (row,) = table(",".join(cells.get(name, "") for name in actions.COLUMNS))
    (problem,) = actions.import_staff([row], by=COMMAND).problems
    assert (problem.column, "Paling panjang" in problem.what) == (column, True)


def test_a_new_unit_whose_first_row_fails_is_still_new_in_the_next_row(town: Town) -> None:
    second = rw().replace(",ketua,Ketua", ",wakil,Wakil").replace("0813", "0814")
    done = actions.import_staff(table(rw().replace("2026-01-01", "kemarin"), second), by=COMMAND)
    assert [(one.row, one.column) for one in done.problems] == [(2, "mulai")]


def test_a_check_changes_nothing_and_tells_what_the_import_will_change(town: Town) -> None:
    before = counts()
    checked = actions.import_staff(table(rw(), rt(1)), dry=True, by=COMMAND)
    assert counts() == before
    done = actions.import_staff(table(rw(), rt(1)), by=COMMAND)
    assert vars(done) == vars(checked)


@pytest.mark.requirement("PRB-9-2")
def test_a_new_head_from_a_coming_day_takes_over_from_the_former_one(town: Town) -> None:
    actions.import_staff(table(rw(), rt(1)), by=COMMAND)
    later = rt(1, start="2999-01-01").replace("Ketua RT 003-001,", "Penerus,")
    later = later.replace("rt003-001@", "penerus@")
    done = actions.import_staff(table(later), by=COMMAND)
    assert (done.problems, done.handed_over, done.appointed) == ([], 1, 1)
    head = offices.post("rt-ketapang-003-001", "ketua")
    first, second = Holding.objects.filter(post=head).order_by("from_date")
    assert str(first.to_date) == "2998-12-31"
    assert second.account.name == "Penerus"


@pytest.mark.requirement("PRB-9-2")
def test_a_units_administrator_imports_into_the_own_units_only(town: Town) -> None:
    by = town.by(*UNIT)
    assert actions.import_staff(table(rw(), rt(1)), by=by).problems == []
    other = (
        rt(1)
        .replace("kel-ketapang", "kel-mayangan")
        .replace("rt-ketapang-003-001", "rt-mayangan-003-001")
    )
    held = "rw-mayangan-002,,,,,ketua,,,Paimin,,,p@x.example,,2026-01-01,"
    done = actions.import_staff(table(other, held), by=by)
    assert [one.row for one in done.problems] == [2, 3]
    with pytest.raises(Refused):
        actions.import_staff(table(rt(2)), by=town.by("kel-ketapang", "lurah"))


@pytest.mark.requirement("PRB-9-2")
def test_a_unit_is_laid_on_an_area_of_the_unit_above_that_no_other_serves(town: Town) -> None:
    theirs = rt(1).replace(f"{KETAPANG}.003.001", "35.74.03.1001.001.009")
    double = rt(1).replace(f"{KETAPANG}.003.001", f"{KETAPANG}.001.001")
    done = actions.import_staff(table(theirs, double.replace("-003-001", "-009-001")), by=COMMAND)
    assert [one.column for one in done.problems] == ["wilayah"]
    (problem,) = actions.import_staff(table(theirs), by=town.by(*UNIT)).problems
    assert (problem.column, "di luar wilayah" in problem.what) == ("wilayah", True)
    assert actions.import_staff(table(theirs), by=town.by(*TOP)).problems == []


@pytest.mark.requirement("PRB-9-2")
def test_rights_over_the_whole_city_come_from_its_administrator_only(town: Town) -> None:
    auditor = "kec-kademangan,,,,,pengawas,Pengawas,pengawas,Paimin,,,p@x.example,,2026-01-01,"
    (problem,) = actions.import_staff(table(auditor), by=town.by(*UNIT)).problems
    assert "seluruh kota" in problem.what
    assert actions.import_staff(table(auditor), by=town.by(*TOP)).problems == []
    (problem,) = actions.import_staff(
        table("kec-kademangan,,,,,pengawas,Pengawas,operator,,,,,,,"), by=town.by(*UNIT)
    ).problems
    assert "seluruh kota" in problem.what


@pytest.mark.requirement("PRB-9-2")
def test_nobody_changes_the_role_of_a_post_of_their_own_held_or_to_come(town: Town) -> None:
    by = town.by(*UNIT)
    new = "kel-ketapang,,,,,bantu,Pembantu,customer_service,,,,,,,"
    assert actions.import_staff(table(new), by=by).problems == []
    actions.appoint(
        post_id=offices.post("kel-ketapang", "bantu").pk,
        account_id=town.officer(*UNIT).pk,
        from_date=offices.today() + timedelta(days=9),
        by=COMMAND,
    )
    other = table(new.replace("customer_service", "lurah"))
    (problem,) = actions.import_staff(other, by=by).problems
    assert "jabatan Anda sendiri" in problem.what
    assert actions.import_staff(other, by=town.by(*TOP)).problems == []


def workbook(*rows: list[Any]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to more than fits."""
    file = BytesIO(workbook(["unit", "jabatan"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/bomb.xml", b" " * (tables.MOST_UNPACKED + 1))
    return file.getvalue()


def far_below(row: int) -> bytes:
    """A small workbook with a cell in a row that nobody scrolls to."""
    book, file = openpyxl.Workbook(), BytesIO()
    book.worksheets[0].append(["unit", "jabatan"])
    book.worksheets[0].cell(row, 1, "x")
    book.save(file)
    return file.getvalue()


def with_entity(declared: str, encoding: str = "utf-8") -> bytes:
    """A workbook whose first cell says an entity that its sheet declares."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook(["unit", "jabatan"]))) as plain,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for part in plain.infolist():
            text = plain.read(part).decode()
            if "<worksheet " in text:
                text = f"<!DOCTYPE worksheet [{declared}]>" + text.replace(">unit<", ">&a;<")
                assert "&a;" in text
            packed.writestr(part.filename, text.encode(encoding if "&a;" in text else "utf-8"))
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "unit">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % b SYSTEM "http://127.0.0.1:9/b.dtd"> %b; <!ENTITY a "unit">',
        f'<!ENTITY b "{"x" * 50_000}"><!ENTITY a "{"&b;" * 2000}">',
    ],
    ids=["its own", "a file", "another document", "a hundred megabytes"],
)
def test_a_workbook_that_declares_entities_is_refused(declared: str, encoding: str) -> None:
    content = with_entity(declared, encoding)
    assert len(content) < 10_000
    with pytest.raises(tables.Unreadable, match="tidak bisa dibaca"):
        tables.read(content, actions.COLUMNS, needed=actions.NEEDED)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "tidak bisa dibaca"),
        (b"\xd0\xcf\x11\xe0\0\0", "tidak bisa dibaca"),
        (workbook(["unit", "jabatan", "nip"], ["a", "b", 198001012000012001]), "Baris 2: 19800101"),
        (bomb(), "tidak bisa dibaca"),
        (far_below(1_048_576), "Hapus baris kosong di bawah"),
        (b"unit,jabatan\n" + b"x" * tables.MOST_BYTES, "lebih dari 2 MB"),
        (b"unit,jabatan\n" + b"a,b\n" * (tables.MOST_ROWS + 1), "lebih dari 5000 baris"),
        (b"unit,nama\na,b\n", "Kolom jabatan tidak ada"),
        (b"unit,jabatan,gaji\na,b,c\n", "Kolom gaji tidak dikenal"),
        (b"", "tidak memuat nama kolom"),
        (b"%PDF-1.4\n1 0 obj\n", "tidak memuat nama kolom"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(content: bytes, words: str) -> None:
    with pytest.raises(tables.Unreadable, match=words):
        tables.read(content, actions.COLUMNS, needed=actions.NEEDED)


def test_a_workbook_is_read_like_its_csv() -> None:
    content = workbook(
        ["Unit", "jabatan", "nama", "ponsel", "mulai"],
        ["a", "b", "Siti; Aminah", 81234567890, datetime(2026, 11, 20)],  # noqa: DTZ001
        [None, None, None, None, None],
        ["c", "d", "=1+1", "", None],
    )
    first, second = tables.read(content, actions.COLUMNS, needed=actions.NEEDED)
    assert dict(first.cells) == {
        "unit": "a", "jabatan": "b", "nama": "Siti; Aminah", "ponsel": "81234567890",
        "mulai": "2026-11-20",
    }  # fmt: skip
    assert (second.number, second.cells["nama"]) == (4, "=1+1")
    assert tables.is_formula(second.cells["nama"])


def test_tables_of_excel_in_this_country_are_read() -> None:
    text = 'unit;jabatan;nama\r\na;b;"Siti; Aminah"\r\n;;\r\nc;d;é\r\n'
    for content in (text.encode("utf-8-sig"), text.encode("cp1252")):
        rows = tables.read(content, actions.COLUMNS, needed=actions.NEEDED)
        assert [row.number for row in rows] == [2, 4]
        assert rows[0].cells["nama"] == "Siti; Aminah"
        assert rows[1].cells["nama"] == "é"


def test_the_page_checks_first_and_imports_what_was_checked(town: Town) -> None:
    desk, address = town.desk(*TOP), reverse("people:staffing")
    sample = desk.get(reverse("people:staffing_sample"))
    assert tables.read(sample.content, actions.COLUMNS, needed=actions.NEEDED)

    def upload(*rows: str) -> SimpleUploadedFile:
        return SimpleUploadedFile("pejabat.csv", "\n".join([HEAD, *rows]).encode())

    bad = desk.post(address, {"file": upload(rt(1), "x,,,,,,,,,,,,,,")})
    assert bad.status_code == 422
    assert "perlu diperbaiki" in bad.content.decode()
    before = counts()
    good = desk.post(address, {"file": upload(rw(), rt(1))})
    assert "Berkas ini bisa diimpor" in good.content.decode()
    assert counts() == before
    sent = desk.post(address, {"checked": good.context["checked"]}, follow=True)
    assert "2 baris diimpor" in sent.content.decode()
    assert holder_of(offices.post("rw-ketapang-003", "ketua"))
    assert desk.post(address, {"checked": "apa saja"}).status_code == 422
    assert desk.post(address, {}).status_code == 422


def test_the_command_checks_and_imports(town: Town, tmp_path: Path) -> None:
    file, said = tmp_path / "rt.csv", StringIO()
    file.write_text("\n".join([HEAD, rw(), rt(1)]))
    call_command("import_staff", file, "--check", stdout=said)
    assert not Office.objects.filter(code="rw-ketapang-003").exists()
    call_command("import_staff", file, stdout=said)
    assert "2 baris: 2 unit, 2 jabatan, 2 akun, 2 pejabat ditetapkan" in said.getvalue()
    file.write_text("\n".join([HEAD, "x,,,,,,,,,,,,,,"]))
    with pytest.raises(CommandError, match="tidak ada yang diimpor"):
        call_command("import_staff", file, stderr=said)
    assert "baris 2, jabatan" in said.getvalue()


@pytest.mark.requirement("PRB-9-1")
def test_a_row_costs_a_bounded_number_of_queries(town: Town) -> None:
    by = town.by(*UNIT)
    asked = []
    for first, many in ((3, 1), (4, 4)):
        areas = range(first, first + many)
        rows = table(*map(rw, areas), *(rt(n, m) for m in areas for n in range(10)))
        with CaptureQueriesContext(connection) as queried:
            done = actions.import_staff(rows, by=by)
        assert (done.problems, done.appointed) == ([], len(rows))
        asked.append(len(queried) / len(rows))
    assert asked[1] <= asked[0] < 40
    assert len(queries.matrix(offices.today()).rows) == queries.POSTS_A_PAGE


def test_the_decree_comes_with_the_table_and_to_who_holds_the_post_already(town: Town) -> None:
    by = town.by(*TOP)
    actions.import_staff(table(rw()), by=by)
    whole = f"{rw()},141/12/2025,2025-12-20"
    assert actions.import_staff(table(whole), by=by).decisions == 1
    assert actions.import_staff(table(whole), by=by).changes == 0
    held = Holding.objects.get(post__office__code="rw-ketapang-003")
    assert (held.decision_number, str(held.decision_date)) == ("141/12/2025", "2025-12-20")
    fresh = f"{rw(4)},141/13/2025,20-12-2025"
    assert actions.import_staff(table(fresh), by=by).appointed == 1
    [problem] = actions.import_staff(table(f"{rw(5)},141/14/2025,"), by=by).problems
    assert problem.column == "tanggal_keputusan"
