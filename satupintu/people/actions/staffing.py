"""Units, posts and holders taken over from a table: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from satupintu.journal import actions as journal
from satupintu.lib import identity, tables
from satupintu.lib.errors import Refused, both
from satupintu.lib.tables import Row
from satupintu.offices import actions as units
from satupintu.offices import queries as offices
from satupintu.people import access
from satupintu.people.actions import accounts, posts
from satupintu.people.actions._reading import read
from satupintu.people.events import StaffImported
from satupintu.people.models import Account, Holding

if TYPE_CHECKING:
    from satupintu.journal.events import By
    from satupintu.offices.models import Office, Post

DAY = timedelta(days=1)
COLUMNS = (
    "unit", "nama_unit", "jenis_unit", "induk", "wilayah", "jabatan", "nama_jabatan", "peran",
    "nama", "nip", "pangkat", "email", "ponsel", "mulai", "sampai", "nomor_keputusan",
    "tanggal_keputusan",
)  # fmt: skip
NEEDED = ("unit", "jabatan")
PERSON = ("nama", "email", "ponsel", "mulai")
# As long as the tables allow; the area of an RT or RW takes over the name of its unit.
LONGEST = {
    "unit": 60,
    "nama_unit": 120,
    "jenis_unit": 40,
    "wilayah": 40,
    "jabatan": 60,
    "nama_jabatan": 200,
    "nama": 160,
    "pangkat": 80,
    "email": 254,
    "nomor_keputusan": 120,
}
# What is known of the rows taken so far.
KNOWN = ("offices", "posts", "areas", "reaching", "accounts")
# The column in which what an action refused was written.
COLUMN_OF = {
    "name": "nama_unit",
    "area": "wilayah",
    "post_name": "nama_jabatan",
    "email": "email",
    "phone": "ponsel",
    "nip": "nip",
    "account_id": "email",
    "from_date": "mulai",
    "to_date": "sampai",
    "last_day": "mulai",
    "decision_number": "nomor_keputusan",
    "decision_date": "tanggal_keputusan",
}
CURES = {
    "unit": both("Isi kode unit, misalnya rt-pilang-003-001", "Give the code of the unit"),
    "nama_unit": both(
        "Isi nama unit; untuk unit yang sudah ada, kosongkan atau ikuti halaman jabatan",
        "Give the name; of a known unit leave it empty or follow the page of posts",
    ),
    "jenis_unit": both("Isi kelurahan, rw, rt, atau jenis lain", "Give the kind of the unit"),
    "induk": both("Isi kode unit di atasnya", "Give the code of the unit above it"),
    "wilayah": both("Isi kode wilayah yang ada di data kota", "Give the code of a known area"),
    "jabatan": both("Isi kode jabatan, misalnya ketua", "Give the code of the post"),
    "nama_jabatan": both("Ikuti nama di halaman jabatan", "Follow the name on the page of posts"),
    "peran": both("Pakai salah satu kode peran kota ini", "Use one of the city's roles"),
    "nama": both("Isi nama lengkap", "Fill in the full name"),
    "nip": both("Simpan kolom ini sebagai teks, 18 angka", "Keep this column as text, 18 digits"),
    "email": both("Isi e-mail atau ponsel yang dipakai orang itu", "Give the person's own contact"),
    "ponsel": both("Simpan kolom ini sebagai teks: 0812…", "Keep this column as text: 0812…"),
    "mulai": both(
        "Tulis 2026-11-20, atau akhiri dulu pemegang lama di halaman jabatan",
        "Write 2026-11-20, or end the former holding on the page of the post",
    ),
    "sampai": both("Tulis tanggal seperti 2031-11-20", "Write a date like 2031-11-20"),
    "nomor_keputusan": both("Isi nomor dan tanggalnya, atau kosongkan keduanya", "Both or neither"),
    "tanggal_keputusan": both(
        "Isi nomor dan tanggal seperti 2026-01-05, atau kosongkan keduanya",
        "Give number and date like 2026-01-05, or leave both empty",
    ),
}


class Wrong(Refused):
    """A cell of the table that can not be taken over; `field` is its column."""


@dataclass(frozen=True)
class Problem:
    row: int
    column: str
    what: str
    cure: str


@dataclass
class Outcome:
    """What the table changes, or changed; with problems it changed nothing."""

    rows: int = 0
    units: int = 0
    posts: int = 0
    accounts: int = 0
    appointed: int = 0
    handed_over: int = 0
    decisions: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return self.units + self.posts + self.accounts + self.appointed + self.decisions


@transaction.atomic
def import_staff(rows: Sequence[Row], *, dry: bool = False, by: By) -> Outcome:
    """Take over units, posts and holders (Probolinggo art. 9): with one bad row, none of them.

    `dry` does everything and takes it back, so that it finds what the import would find.
    The same table twice changes nothing. Raises NoRight.
    """
    access.require_admin(by)
    work = _Work(rows, by)
    # One act, and nobody changes posts of their own: the rights are the same for every row.
    with access.reading_posts_once(acts=False):
        for row in rows:
            work.try_to_take(row)
    done = work.done
    done.rows = len(rows)
    if dry or done.problems:
        transaction.set_rollback(True)
    elif done.changes:
        counted = {name: value for name, value in vars(done).items() if name != "problems"}
        journal.record(StaffImported(subject="staff", **counted), by=access.require_admin(by))
    return done


class _Work:
    """The rows one after the other, with what is known read once for all of them."""

    def __init__(self, rows: Sequence[Row], by: By) -> None:
        self.by = by
        self.done = Outcome()
        self.offices = {office.code: office for office in offices.offices()}
        self.posts = {(post.office.code, post.code): post for post in offices.posts()}
        self.areas = dict(offices.areas().values_list("pk", "code"))
        self.roles = {role.code: role for role in offices.roles()}
        self.reaching: dict[int, By] = {}
        self.places: dict[tuple[str, str], int] = {}
        emails = {row.cells.get("email", "").lower() for row in rows} - {""}
        phones = {_phone_or_nothing(row.cells.get("ponsel", "")) for row in rows} - {""}
        found = Account.objects.filter(Q(email__in=emails) | Q(phone__in=phones))
        self.accounts = {key: one for one in found for key in (one.email, one.phone) if key}
        self.held: dict[int, list[Holding]] = {}
        asked = {(row.cells.get("unit", ""), row.cells.get("jabatan", "")) for row in rows}
        wanted = [self.posts[place].pk for place in asked & self.posts.keys()]
        for holding in Holding.objects.filter(post__in=wanted, withdrawn=False).order_by("id"):
            self.held.setdefault(holding.post_id, []).append(holding)

    def try_to_take(self, row: Row) -> None:
        before = {name: dict(getattr(self, name)) for name in KNOWN}
        try:
            with transaction.atomic():
                self._take(row)
        except Refused as refused:
            vars(self).update(before)
            column = COLUMN_OF.get(refused.field or "", refused.field or "")
            cure = CURES.get(column, both("Periksa baris ini", "Check this row"))
            self.done.problems.append(Problem(row.number, column, refused.message, cure))

    def _take(self, row: Row) -> None:
        cells = {name: row.cells.get(name, "") for name in COLUMNS}
        for name, cell in cells.items():
            if tables.is_formula(cell):
                raise _wrong(
                    name,
                    "Sel ini rumus. Tempel sebagai nilai",
                    "This cell is a formula. Paste it as a value",
                )
        for name, most in LONGEST.items():
            if len(cells[name]) > most:
                raise _wrong(name, f"Paling panjang {most} huruf", f"At most {most} characters fit")
        for name in NEEDED:
            if not cells[name]:
                raise _wrong(name, f"Kolom {name} kosong", f"Column {name} is empty")
        place = (cells["unit"], cells["jabatan"])
        if place in self.places:
            raise _wrong(
                "jabatan",
                f"Jabatan ini sudah ada di baris {self.places[place]}",
                f"This post stands in row {self.places[place]} already",
            )
        self.places[place] = row.number
        post = self._post(self._office(cells), cells)
        if any(cells[name] for name in PERSON):
            self._hold(post, cells)

    def _reaching(self, office: Office) -> By:
        """The post that reaches this unit. Raises NoRight."""
        if office.pk not in self.reaching:
            self.reaching[office.pk] = access.require_admin(self.by, office.pk)
        return self.reaching[office.pk]

    def _office(self, cells: dict[str, str]) -> Office:
        known = self.offices.get(cells["unit"])
        if known is not None:
            said = {
                "nama_unit": known.name,
                "jenis_unit": known.kind,
                "induk": known.parent.code if known.parent else "",
                "wilayah": self.areas.get(known.area_id or 0, ""),
            }
            if all(not cells[name] or cells[name] == value for name, value in said.items()):
                return known
            self._reaching(known)
            cells = {**cells, **{name: cells[name] or said[name] for name in said}}
        for name in ("nama_unit", "jenis_unit", "induk"):
            if not cells[name]:
                raise _wrong(
                    name,
                    f"Unit {cells['unit']} belum ada, jadi {name} harus diisi",
                    f"Unit {cells['unit']} is new, so {name} is needed",
                )
        above = self.offices.get(cells["induk"])
        if above is None or above is known:
            raise _wrong(
                "induk",
                f"Unit induk {cells['induk']} tidak ada",
                f"There is no unit {cells['induk']}",
            )
        office, changed = units.put_office(
            code=cells["unit"],
            name=cells["nama_unit"],
            kind=cells["jenis_unit"],
            parent_id=above.pk,
            area=cells["wilayah"],
            by=self._reaching(above),
        )
        self.done.units += changed
        office.parent = above
        self.reaching[office.pk] = self._reaching(above)
        self.offices[office.code] = office
        if office.area_id:
            self.areas[office.area_id] = cells["wilayah"]
        return office

    def _post(self, office: Office, cells: dict[str, str]) -> Post:
        place = (office.code, cells["jabatan"])
        known = self.posts.get(place)
        if known is not None:
            said = {"nama_jabatan": known.name, "peran": known.role.code}
            if all(not cells[name] or cells[name] == value for name, value in said.items()):
                return known
            cells = {**cells, **{name: cells[name] or said[name] for name in said}}
        role = self.roles.get(cells["peran"])
        if role is None:
            raise _wrong(
                "peran", f"Peran {cells['peran']} tidak ada", f"There is no role {cells['peran']}"
            )
        if not cells["nama_jabatan"]:
            raise _wrong("nama_jabatan", "Nama jabatan kosong", "The name of the post is empty")
        access.require_other_than_holders(self.by, office.pk, cells["jabatan"])
        rights = {*role.rights, *(known.role.rights if known else ())}
        if access.CITY_WIDE & rights:
            by = access.require_admin_everywhere(self.by)
        else:
            by = self._reaching(office)
        post, changed = units.put_post(
            office_id=office.pk,
            code=cells["jabatan"],
            name=cells["nama_jabatan"],
            role_id=role.pk,
            by=by,
        )
        self.done.posts += changed
        post.office, post.role = office, role
        self.posts[place] = post
        return post

    def _hold(self, post: Post, cells: dict[str, str]) -> None:
        start, end = _day("mulai", cells["mulai"]), _day("sampai", cells["sampai"])
        if start is None:
            raise _wrong("mulai", "Tanggal mulai kosong", "The first day is empty")
        account = self._account(cells)
        held = self.held.setdefault(post.pk, [])
        same = [one for one in held if _touches(one, start, end)]
        decision = cells["nomor_keputusan"], _day("tanggal_keputusan", cells["tanggal_keputusan"])
        for known in same:
            if known.account_id == account.pk and known.to_date == end:
                if any(decision) and decision != (known.decision_number, known.decision_date):
                    self._record(known, *decision)
                return
        for one in same:
            if one.from_date < start and start >= offices.today():
                ended = posts.end_holding(one.pk, last_day=start - DAY, by=self.by)
                held[held.index(one)] = ended
                self.done.handed_over += 1
        given = posts.appoint(
            post_id=post.pk,
            account_id=account.pk,
            from_date=start,
            to_date=end,
            decision_number=decision[0],
            decision_date=decision[1],
            by=self.by,
        )
        held.append(given)
        self.done.appointed += 1

    def _record(self, known: Holding, number: str, on: date | None) -> None:
        """The decree of somebody who holds the post already."""
        held = self.held[known.post_id]
        held[held.index(known)] = posts.record_decision(
            known.pk, decision_number=number, decision_date=on, by=self.by
        )
        self.done.decisions += 1

    def _account(self, cells: dict[str, str]) -> Account:
        phone = read("phone", identity.phone, cells["ponsel"]) if cells["ponsel"] else ""
        email = cells["email"].lower()
        found = {
            account.pk: account
            for account in (self.accounts.get(email), self.accounts.get(phone))
            if account is not None
        }
        if len(found) > 1:
            raise _wrong(
                "ponsel",
                "E-mail dan ponsel ini milik dua akun yang berbeda",
                "This e-mail and this phone belong to two accounts",
            )
        for account in found.values():
            if account.name.casefold() != cells["nama"].casefold():
                raise _wrong(
                    "nama",
                    "Akun dengan kontak ini memakai nama lain",
                    "The account with this contact has another name",
                )
            return account
        account = accounts.create_account(
            name=cells["nama"],
            email=email,
            phone=phone,
            nip=cells["nip"],
            rank=cells["pangkat"],
            by=self.by,
        )
        self.done.accounts += 1
        self.accounts |= {key: account for key in (account.email, account.phone) if key}
        return account


def _touches(holding: Holding, start: date, end: date | None) -> bool:
    after = end is not None and holding.from_date > end
    before = holding.to_date is not None and holding.to_date < start
    return not after and not before


def _day(column: str, text: str) -> date | None:
    """2026-11-20, or 20-11-2026 and 20/11/2026 as spreadsheets of this country write it."""
    if not text:
        return None
    parts = text.replace("/", "-").split("-")
    try:
        year, month, day = map(int, parts if len(parts[0]) == 4 else parts[::-1])
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise _wrong(column, f"{text} bukan tanggal", f"{text} is no date") from None


def _phone_or_nothing(text: str) -> str:
    try:
        return identity.phone(text) if text else ""
    except Refused:
        return ""


def _wrong(column: str, indonesian: str, english: str) -> Wrong:
    return Wrong(both(indonesian, english), field=column)
