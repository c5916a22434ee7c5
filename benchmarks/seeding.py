"""A city of any size in an empty database: by COPY what needs Python, the rest follows from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.filling import DONE, ROLES, District, copy, districts, residents
from satupintu import workflow
from satupintu.catalogue import queries as catalogue
from satupintu.journal import actions as journal
from satupintu.journal.models import Log
from satupintu.lib import fields, numbers
from satupintu.lib.expressions import holds

SERVICES = ("SKTM", "SKU", "DOMISILI", "PENG-SKCK", "BELUM-MENIKAH", "KELAHIRAN", "KEMATIAN")
# Of a hundred running cases so many stand at each step; most wait for the head of section, whose
# step is the one that is measured.
STANDING = {0: 8, 1: 6, 2: 10, 3: 60, 4: 8, 5: 8}
LEAST_RUNNING = 20_000
DOCUMENTS = ("ktp", "kk", "pernyataan")
MANY_DOCUMENTS = 500
TABLES = (
    *("cases_case", "cases_task", "cases_attachment", "files_storedfile"),
    *("permits_permit", "journal_entry", "notifications_notice", "people_applicant"),
)


@dataclass(frozen=True)
class Version:
    """One published service, and its engine's state at every step."""

    pk: int
    code: str
    answers: dict[str, Any]
    states: tuple[str, ...]


def seed(size: int) -> None:
    """`size` cases, nine of ten finished, with tasks, files, documents, notices and journal."""
    size = max(size, LEAST_RUNNING // 2)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '256MB'")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        places = districts(29 * 4)
        indexes = _drop_indexes()
        residents(max(size // 2, 10_000), places)
        _cases(size, places)
        for statement in CHILDREN:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        with connection.cursor() as cursor:
            for statement in indexes:
                cursor.execute(statement)
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for log in Log:
        while journal.seal(log, limit=100_000):
            pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("SET synchronous_commit = on")


def running(size: int) -> int:
    return max(LEAST_RUNNING if size >= 2 * LEAST_RUNNING else size // 2, size // 50)


def _drop_indexes() -> list[str]:
    """Building an index over whole tables is cheaper than keeping it row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
            [list(TABLES)],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


def _versions() -> list[Version]:
    found = []
    for code in SERVICES:
        version = catalogue.current_version(code)
        assert version is not None
        definition = version.definition
        process = {"main": definition["process"], "refusal": definition["refusal"]}
        sample = catalogue.sample(definition, 0)
        asked = [one for section in definition["sections"] for one in section["fields"]]
        facts = {
            **fields.facts_of(sample["answers"], asked),
            "today": timezone.localdate(),
            "request": "baru",
            "applicant": "person",
            "levy": 0,
        }
        state = workflow.begin(process, facts, holds)
        states = [json.dumps(state)]
        for step, _ in DONE:
            state = workflow.advance(process, state, workflow.Move(step, "forward"), facts, holds)
            states.append(json.dumps(state))
        answers = {name: said for name, said in sample["answers"].items() if name != "wilayah"}
        found.append(Version(version.pk, code, answers, tuple(states)))
    return found


def _cases(size: int, places: list[District]) -> None:
    versions, now = _versions(), timezone.now()
    open_ones = running(size)
    steps = [step for step, share in STANDING.items() for _ in range(share)]
    answers = {
        (version.code, area): json.dumps({**version.answers, "wilayah": area})
        for version in versions
        for place in places
        for *_, area in place.heads
    }

    def rows() -> Iterator[Sequence[Any]]:
        for case in range(1, size + 1):
            is_open = case > size - open_ones
            place = places[case % len(places)]
            *_, area = place.heads[case // len(places) % len(place.heads)]
            version = versions[case * 31 // 7 % len(versions)]
            at = now - timedelta(minutes=(size - case) // 4 + 1)
            step = steps[case % 100] if is_open else 6
            yield (
                *(case, number(case), version.pk, version.code, place.desks["lurah"].office),
                *((case * 7919) % max(size // 2, 10_000) + 1, "online", "id", "baru"),
                *(answers[version.code, area], "{}", "open" if is_open else "closed"),
                *(version.states[step], "" if is_open else "approved", "", "", "{}"),
                *(at, at, at.date(), at.date() + timedelta(days=5)),
                *(None if is_open else at + timedelta(days=1), None if is_open else case),
                *(step, 0, at, at, "", ""),
            )

    copy(
        "cases_case",
        (
            *("id", "number", "service_version_id", "service_code", "office_id"),
            *("applicant_id", "channel", "language", "request_type", "answers", "typed", "phase"),
            *("state", "outcome", "refusal_ground", "refusal_reason", "draft_body"),
            *("truth_accepted_at", "submitted_at", "clock_start", "due_date"),
            *("closed_at", "permit_id", "version", "warned", "created_at", "changed_at"),
            *("withdrawal_wish", "withdrawn_reason"),
        ),
        rows(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE desk (district int, step int, code text, kind text,"
            " role text, office bigint, account bigint, post bigint)"
        )
    copy(
        "desk",
        ("district", "step", "code", "kind", "role", "office", "account", "post"),
        (
            (at, step, code, kind, role, desk.office, desk.account, desk.post)
            for at, place in enumerate(places)
            for step, ((code, kind), role) in enumerate(zip(DONE, ROLES, strict=True))
            for desk in [{"rt": place.heads[0][0], "rw": place.heads[0][1], **place.desks}[role]]
        ),
    )


def number(case: int) -> str:
    return numbers.case_number(2025, case, settings.SECRET_KEY)


# What belongs to a case follows from it, so the server writes it without asking Python.
CHILDREN = (
    """INSERT INTO cases_task (id, case_id, step, kind, round, role, office_id, status, opened_at,
        due_date, seen_at, done_at, done_by_id, done_post_id, move, reason, act)
    SELECT c.id * 6 + d.step, c.id, d.code, d.kind, 1, d.role, d.office,
        CASE WHEN d.step < c.version THEN 'done' ELSE 'open' END,
        c.submitted_at + d.step * interval '1 hour', c.due_date, c.submitted_at,
        CASE WHEN d.step < c.version THEN c.submitted_at + (d.step + 1) * interval '1 hour' END,
        CASE WHEN d.step < c.version THEN d.account END,
        CASE WHEN d.step < c.version THEN d.post END,
        CASE WHEN d.step < c.version THEN 'forward' ELSE '' END, '', ''
    FROM cases_case c
    JOIN desk d ON d.district = c.id % (SELECT count(DISTINCT district) FROM desk)
        AND d.step <= least(c.version, 5)
    ORDER BY c.id, d.step""",
    f"""INSERT INTO files_storedfile (id, path, sha256, size, media_type, name, pages, created_at)
    SELECT c.id * 4 + n, 'seed/' || c.id * 4 + n, lpad(to_hex(c.id * 4 + n), 64, '0'), 90000,
        'application/pdf', 'berkas-' || n || '.pdf', 1, c.submitted_at
    FROM cases_case c, generate_series(0, {len(DOCUMENTS)}) n
    WHERE n < {len(DOCUMENTS)} OR c.phase = 'closed'
    ORDER BY c.id, n""",
    f"""INSERT INTO cases_attachment (id, case_id, requirement, file_id, current, verdict,
        verdict_reason, verdict_at, created_at)
    SELECT c.id * 4 + n, c.id, ('{{{",".join(DOCUMENTS)}}}'::text[])[n + 1], c.id * 4 + n, true,
        CASE WHEN c.version > 2 THEN 'fits' ELSE '' END, '',
        CASE WHEN c.version > 2 THEN c.submitted_at END, c.submitted_at
    FROM cases_case c, generate_series(0, {len(DOCUMENTS) - 1}) n
    ORDER BY c.id, n""",
    f"""INSERT INTO permits_permit (id, kind, number, token, title, service_version_id, office_id,
        holder_id, subject, status, data, place, valid_from, valid_until, signer_id, signer_title,
        act, failure, file_id, log_sequence, created_at, signed_at, handed_over_at)
    SELECT c.id, 'permit', '400.9/' || c.id || '/KEL/2025', md5('token' || c.id) || 'deadbeef',
        'Surat Keterangan', c.service_version_id, c.office_id, c.applicant_id, 'case:' || c.id,
        'valid', c.answers, 'Ketapang', c.submitted_at::date, (c.submitted_at + interval '1 year'),
        d.account, 'Lurah', '', '', c.id * 4 + {len(DOCUMENTS)}, c.id - 1, c.submitted_at,
        c.closed_at, c.closed_at
    FROM cases_case c
    JOIN desk d ON d.district = c.id % (SELECT count(DISTINCT district) FROM desk) AND d.step = 5
    WHERE c.phase = 'closed'
    ORDER BY c.id""",
    """INSERT INTO journal_leaf (log, sequence, data)
    SELECT 'permits', log_sequence,
        convert_to('{"number":"' || number || '","status":"issued"}', 'UTF8')
    FROM permits_permit WHERE log_sequence < 10000 ORDER BY log_sequence""",
    """INSERT INTO notifications_notice (key, applicant_id, code, language, subject, title, body,
        created_at)
    SELECT 'case:' || id, applicant_id, 'received', 'id', 'case:' || id, 'Permohonan diterima',
        'Permohonan ' || number || ' kami terima.', submitted_at
    FROM cases_case ORDER BY id""",
    """INSERT INTO journal_entry (event, subject, account_id, post_id, office_id, door, request_id,
        data, happened_at)
    SELECT 'cases.CaseSubmitted', 'case:' || id, NULL, NULL, office_id, 'web', '',
        '{"case_id":' || id || ',"number":"' || number || '"}', submitted_at
    FROM cases_case ORDER BY id""",
    # One case whose documents were replaced again and again, each time with its journal row.
    f"""INSERT INTO files_storedfile (id, path, sha256, size, media_type, name, pages, created_at)
    SELECT -n, 'many/' || n, lpad(to_hex(n), 64, 'f'), 90000, 'application/pdf', 'lama.pdf', 1,
        now() FROM generate_series(1, {MANY_DOCUMENTS}) n""",
    f"""INSERT INTO cases_attachment (id, case_id, requirement, file_id, current, verdict,
        verdict_reason, created_at)
    SELECT -n, (SELECT max(id) FROM cases_case WHERE version = 3), 'ktp', -n, false, '', '', now()
    FROM generate_series(1, {MANY_DOCUMENTS}) n""",
    f"""INSERT INTO journal_entry (event, subject, account_id, post_id, office_id, door, request_id,
        data, happened_at)
    SELECT 'cases.FileAttached', 'case:' || c.id, NULL, NULL, c.office_id, 'web', '',
        '{{"case_id":' || c.id || ',"attachment_id":' || n || ',"requirement":"ktp"}}', now()
    FROM (SELECT max(id) AS id, max(office_id) AS office_id FROM cases_case WHERE version = 3) c,
        generate_series(1, {MANY_DOCUMENTS}) n""",
)
