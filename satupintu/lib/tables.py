"""Tables that people bring and take away: CSV, as spreadsheets write and read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from satupintu.lib.errors import Refused, both

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
LONGEST_CELL = 300
# What a spreadsheet would run instead of show.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Unreadable(Refused):
    """The file is no table that we can read."""


@dataclass(frozen=True)
class Row:
    number: int  # as the spreadsheet counts, the header is 1
    cells: Mapping[str, str]


def read(content: bytes, columns: Sequence[str], *, needed: Iterable[str]) -> list[Row]:
    """The rows of a CSV file by column; empty rows are left out. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            both(
                "Berkas ini lebih dari 2 MB. Bagi menjadi beberapa berkas",
                "This file is larger than 2 MB. Split it into several files",
            )
        )
    if content.startswith(b"PK") or b"\0" in content:
        raise Unreadable(
            both(
                "Ini berkas Excel. Di Excel pilih Simpan sebagai, jenis CSV UTF-8, lalu unggah",
                "This is an Excel file. In Excel choose Save as, type CSV UTF-8, and upload that",
            )
        )
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


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what Excel writes as plain CSV


def _rows(lines: Iterator[list[str]], columns: Sequence[str], needed: set[str]) -> list[Row]:
    names = [name.strip().lower() for name in next(lines, [])]
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
    return f"'{text}" if text.startswith(FORMULA) else text
