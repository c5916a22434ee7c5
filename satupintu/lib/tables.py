"""Tables that people bring and take away: workbooks and CSV, as spreadsheets write and read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

import openpyxl

from satupintu.lib.errors import Refused, both

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
LAST_LINE = 20_000  # empty rows count here: a workbook may say its last row is the millionth
MOST_UNPACKED = 40 * 1024 * 1024
MOST_COLUMNS = 100
# A spreadsheet keeps fifteen digits of a number and makes zeros of the rest.
MOST_DIGITS = 15
LONGEST_CELL = 300
# What a spreadsheet would run instead of show.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Unreadable(Refused):
    """The file is no table that we can read."""


@dataclass(frozen=True)
class Row:
    number: int  # as the spreadsheet counts, the header is 1
    cells: Mapping[str, str]


def read(content: bytes, columns: Sequence[str], *, needed: Iterable[str]) -> list[Row]:
    """The rows of a CSV file or of the first sheet of a workbook (XLSX), by column.

    Empty rows are left out; a formula stays the text of the formula. Raises Unreadable.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            both(
                "Berkas ini lebih dari 2 MB. Bagi menjadi beberapa berkas",
                "This file is larger than 2 MB. Split it into several files",
            )
        )
    if content.startswith(b"PK"):
        return _rows(_of_workbook(content), columns, set(needed))
    if b"\0" in content:
        raise Unreadable(OLD)
    text = _decoded(content)
    header, _, _ = text.partition("\n")
    mark = max(",;\t", key=header.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return _rows(lines, columns, set(needed))
    except csv.Error as error:
        raise Unreadable(
            both(
                "Baris {row} tidak terbaca. Periksa tanda kutip di baris itu",
                "Row {row} can not be read. Check the quotation marks there",
                row=lines.line_num,
            )
        ) from error


OLD = both(
    "Berkas ini tidak bisa dibaca. Di Excel pilih Simpan sebagai, jenis Buku Kerja (.xlsx) atau "
    "CSV UTF-8, lalu unggah lagi",
    "This file can not be read. In Excel choose Save as, type Workbook (.xlsx) or CSV UTF-8, "
    "and upload that",
)


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    """The first sheet, row by row."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(OLD)
            # No spreadsheet writes one; by its entities ten kilobytes would grow to gigabytes.
            if any(b"<!DOCTYPE" in packed.read(part).replace(b"\0", b"") for part in parts):
                raise Unreadable(OLD)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield [_typed(cell, number) for cell in cells]
    except Refused:
        raise
    except Exception as error:  # whatever a broken or hostile workbook makes the library raise
        raise Unreadable(OLD) from error


def _typed(cell: object, row: int) -> str:
    """What the person sees in the cell, as CSV would hold it."""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int) and len(str(abs(cell))) > MOST_DIGITS:
        raise Unreadable(
            both(
                "Baris {row}: {cell} tersimpan sebagai bilangan, jadi angka terakhirnya hilang. "
                "Jadikan kolomnya teks, lalu tulis lagi",
                "Row {row}: {cell} is kept as a number, so its last digits are lost. "
                "Make the column text and type it again",
                row=row,
                cell=cell,
            )
        )
    return "" if cell is None else str(cell)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what Excel writes as plain CSV


def _rows(lines: Iterator[list[str]], columns: Sequence[str], needed: set[str]) -> list[Row]:
    names = [name.strip().lower() for name in next(lines, [])]
    if not set(columns).intersection(names):
        raise Unreadable(
            both(
                "Baris pertama berkas ini tidak memuat nama kolom. Pakai berkas contoh, lalu "
                "simpan sebagai Excel (.xlsx) atau CSV UTF-8",
                "The first row of this file names no columns. Use the sample file and save it as "
                "Excel (.xlsx) or CSV UTF-8",
            )
        )
    if missing := needed - set(names):
        raise Unreadable(
            both(
                "Kolom {names} tidak ada di baris pertama. Pakai berkas contoh",
                "The first row lacks the columns {names}. Use the sample file",
                names=", ".join(sorted(missing)),
            )
        )
    if strange := [name for name in names if name and name not in columns]:
        raise Unreadable(
            both(
                "Kolom {names} tidak dikenal. Hapus kolom itu atau pakai nama di berkas contoh",
                "The columns {names} are not known. Delete them, or use the names of the sample",
                names=", ".join(strange),
            )
        )
    found: list[Row] = []
    for number, cells in enumerate(lines, start=2):
        if number > LAST_LINE:
            raise Unreadable(
                both(
                    "Berkas ini berlanjut melewati baris {last}. Hapus baris kosong di bawah "
                    "datanya, lalu unggah lagi",
                    "This file goes on beyond row {last}. Delete the empty rows below the data "
                    "and upload it again",
                    last=LAST_LINE,
                )
            )
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_ROWS:
            raise Unreadable(
                both(
                    "Berkas ini lebih dari {most} baris. Bagi menjadi beberapa berkas",
                    "This file has more than {most} rows. Split it into several files",
                    most=MOST_ROWS,
                )
            )
        named = zip(names, (cell.strip()[:LONGEST_CELL] for cell in cells), strict=False)
        found.append(Row(number, {name: cell for name, cell in named if name}))
    return found


def is_formula(cell: str) -> bool:
    """A cell that a spreadsheet computes; a phone number with + in front is none."""
    return cell.startswith(FORMULA) and not cell[1:].replace(" ", "").replace("-", "").isdigit()


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV that a spreadsheet opens as it is, and in which no cell becomes a formula."""
    yield "\ufeff"
    for row in chain([header], rows):
        line = io.StringIO()
        csv.writer(line).writerow([_shown(cell) for cell in row])
        yield line.getvalue()


def _shown(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
