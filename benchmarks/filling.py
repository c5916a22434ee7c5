"""A city full of letters, written straight into an empty database by COPY."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from satupintu import workflow
from satupintu.catalogue import queries as catalogue
from satupintu.lib import fields
from satupintu.lib.expressions import holds
from satupintu.offices.models import Area, Office, Post, Role
from satupintu.people.models import Account, Holding

LETTER = "SKTM"
DONE = (
    ("rt", "endorse"),
    ("rw", "endorse"),
    ("verifikasi", "verify"),
    ("paraf_kasi", "initial"),
    ("paraf_seklur", "initial"),
    ("tanda_tangan", "sign"),
)
ROLES = ("rt", "rw", "operator", "kasi", "seklur", "lurah")
WAITING = 60  # letters before every Lurah, in both cities, so that their pages are alike
TO_ANSWER = 400  # letters before the head of RT who is measured, in both cities
BEGUN = date(2024, 1, 2)


@dataclass(frozen=True)
class Size:
    residents: int
    heads: int  # of RT
    letters: int


@dataclass(frozen=True)
class Desk:
    office: int
    account: int
    post: int


@dataclass(frozen=True)
class District:
    """One kelurahan: who works in it, and its heads of RT with their RW."""

    kelurahan: int
    desks: dict[str, Desk]
    heads: list[tuple[Desk, Desk, int, str]]  # RT, RW, area of the RT, its code


@transaction.atomic
def fill(size: Size) -> tuple[int, int]:
    """Answers with the account of the Lurah and that of the head of RT who are measured."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    places = districts(size.heads)
    residents(size.residents, places)
    _letters(size, places)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    first = places[0]
    return first.desks["lurah"].account, first.heads[0][0].account


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


def districts(heads: int) -> list[District]:
    """Every post of the pack gets somebody, and the kelurahan share the heads of RT evenly."""
    kelurahan = list(Area.objects.filter(kind="kelurahan").order_by("code"))
    _more_neighbourhoods(kelurahan, -(-heads // len(kelurahan)))
    posts = list(Post.objects.select_related("office__area", "role").order_by("pk"))
    accounts = Account.objects.bulk_create(
        [
            Account(name=f"Pejabat {post.pk}", email=f"p{post.pk}@kota.example", password="!")  # noqa: S106
            for post in posts
        ]
    )
    Holding.objects.bulk_create(
        [
            Holding(post=post, account=account, from_date=BEGUN)
            for post, account in zip(posts, accounts, strict=True)
        ],
        batch_size=1000,
    )
    desks: dict[tuple[str, int], Desk] = {}
    for post, account in zip(posts, accounts, strict=True):
        if post.office.area_id:
            desk = Desk(post.office_id, account.pk, post.pk)
            desks.setdefault((post.role.code, post.office.area_id), desk)
    found = []
    for place in kelurahan:
        rts = Area.objects.filter(kind="rt", parent__parent=place).order_by("code")
        found.append(
            District(
                place.pk,
                {role: desks[role, place.pk] for role in ROLES[2:]},
                [
                    (desks["rt", rt.pk], desks["rw", rt.parent_id or 0], rt.pk, rt.code)
                    for rt in rts
                ],
            )
        )
    return found


def _more_neighbourhoods(kelurahan: list[Area], wanted: int) -> None:
    roles = {role.code: role for role in Role.objects.filter(code__in=["rt", "rw"])}

    def office(area: Area) -> None:
        made = Office.objects.create(
            code=f"{area.kind}-{area.code}", name=area.name, kind=area.kind, area=area
        )
        Post.objects.create(
            office=made, code="ketua", name=f"Ketua {area.name}", role=roles[area.kind]
        )

    for place in kelurahan:
        here = Area.objects.filter(kind="rt", parent__parent=place).count()
        rw = None
        for extra in range(wanted - here):
            if extra % 10 == 0:
                number = f"{extra // 10 + 50:03}"
                rw = Area.objects.create(
                    code=f"{place.code}.{number}", name=f"RW {number}", kind="rw", parent=place
                )
                office(rw)
            assert rw is not None
            number = f"{extra % 10 + 1:03}"
            office(
                Area.objects.create(
                    code=f"{rw.code}.{number}", name=f"RT {number}", kind="rt", parent=rw
                )
            )


def residents(count: int, districts: list[District]) -> None:
    now = timezone.now()
    areas = [area for district in districts for *_, area, _ in district.heads]
    copy(
        "people_applicant",
        (
            *("id", "kind", "name", "nik", "birth_place", "birth_date", "sex", "address"),
            *("area_id", "phone", "email", "company", "created_at", "updated_at"),
        ),
        (
            (
                *(one, "person", f"Warga {one}", f"3574{one:012}", "Probolinggo", BEGUN, "P"),
                *('"Jalan Anggrek 12"', areas[one % len(areas)], "", "", "{}", now, now),
            )
            for one in range(1, count + 1)
        ),
    )


def _letters(size: Size, districts: list[District]) -> None:
    version = catalogue.current_version(LETTER)
    assert version is not None
    sample = catalogue.sample(version.definition, 0)
    process = {"main": version.definition["process"], "refusal": version.definition["refusal"]}
    asked = [one for section in version.definition["sections"] for one in section["fields"]]
    facts = {
        **fields.facts_of(sample["answers"], asked),
        "today": timezone.localdate(),
        "request": "baru",
        "applicant": "person",
        "levy": 0,
    }
    at_rt = json.dumps(workflow.begin(process, facts, holds))
    now = timezone.now()
    open_at_lurah = WAITING * len(districts)
    total = size.letters + open_at_lurah + TO_ANSWER

    def place(case: int) -> tuple[District, tuple[Desk, Desk, int, str]]:
        if case > size.letters + open_at_lurah:
            return districts[0], districts[0].heads[0]
        district = districts[case % len(districts)]
        return district, district.heads[case // len(districts) % len(district.heads)]

    def day(case: int) -> datetime:
        return now - timedelta(minutes=total - case)

    answers = {code: value for code, value in sample["answers"].items() if code != "wilayah"}

    def cases() -> Iterable[Sequence[Any]]:
        for case in range(1, total + 1):
            closed = case <= size.letters
            district, (_, _, _, area) = place(case)
            at = day(case)
            yield (
                *(case, f"2026-{case:07}-X", version.pk, LETTER, district.desks["lurah"].office),
                *((case * 7919) % size.residents + 1, "online", "id", "baru"),
                json.dumps({**answers, "wilayah": area}),
                "{}",
                "closed" if closed else "open",
                "{}" if closed else at_rt,
                "approved" if closed else "",
                *("", "", "{}", at, at, at.date(), at.date()),
                at if closed else None,
                case if closed else None,
                *(0, 0, at, at),
            )

    copy(
        "cases_case",
        (
            *("id", "number", "service_version_id", "service_code", "office_id"),
            *("applicant_id", "channel", "language", "request_type"),
            *("answers", "typed", "phase", "state", "outcome"),
            *("refusal_ground", "refusal_reason", "draft_body", "truth_accepted_at"),
            *("submitted_at", "clock_start", "due_date", "closed_at", "permit_id"),
            *("version", "warned", "created_at", "changed_at"),
        ),
        cases(),
    )

    def tasks() -> Iterable[Sequence[Any]]:
        number = 0
        for case in range(1, total + 1):
            district, (rt, rw, _, _) = place(case)
            desks = {"rt": rt, "rw": rw, **district.desks}
            at = day(case)
            last = 6 if case <= size.letters else 5 if case <= size.letters + open_at_lurah else 0
            for step in range(min(last + 1, 6)):
                number += 1
                (code, kind), role = DONE[step], ROLES[step]
                desk, done = desks[role], step < last
                yield (
                    *(number, case, code, kind, 1, role, desk.office),
                    *("done" if done else "open", at, at.date(), at),
                    *((at, desk.account, desk.post, "forward") if done else (None, None, None, "")),
                    *("", ""),
                )

    copy(
        "cases_task",
        (
            *("id", "case_id", "step", "kind", "round", "role", "office_id"),
            *("status", "opened_at", "due_date", "seen_at"),
            *("done_at", "done_by_id", "done_post_id", "move"),
            *("reason", "act"),
        ),
        tasks(),
    )
    signed = range(1, size.letters + 1)
    copy(
        "files_storedfile",
        ("id", "path", "sha256", "size", "media_type", "name", "pages", "created_at"),
        (
            (one, f"2026/{one}", f"{one:064x}", 90_000, "application/pdf", "surat.pdf", 1, now)
            for one in signed
        ),
    )
    data = json.dumps({"title": "Surat Keterangan Tidak Mampu", "sections": [answers]})
    copy(
        "permits_permit",
        (
            *("id", "kind", "number", "token", "title", "service_version_id", "office_id"),
            *("holder_id", "subject", "status", "data", "place", "valid_from", "valid_until"),
            *("signer_id", "signer_title", "act", "failure", "file_id", "created_at", "signed_at"),
        ),
        (
            (
                *(one, "permit", f"400.9/{one}/KEL/2026", uuid.uuid4().hex, "SKTM", version.pk),
                *(district.desks["lurah"].office, (one * 7919) % size.residents + 1),
                *(f"case:{one}", "valid", data, "Ketapang", day(one).date(), day(one).date()),
                *(district.desks["lurah"].account, "Lurah", "", "", one, day(one), day(one)),
            )
            for one in signed
            for district, _ in (place(one),)
        ),
    )
    copy(
        "journal_entry",
        ("event", "subject", "account_id", "door", "request_id", "data", "happened_at"),
        (
            ("cases.TaskForwarded", f"case:{one}", None, "web", "", "{}", day(one))
            for one in range(1, total + 1)
            for _ in range(2)
        ),
    )
