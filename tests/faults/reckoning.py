"""What must be true when the dust has settled, whatever died and when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from django.db import connection

from satupintu.cases.models import Case, Recommendation, Task
from satupintu.cases.tasks import MESSAGES
from satupintu.files import queries as files
from satupintu.files.models import StoredFile
from satupintu.journal import actions as sealing
from satupintu.journal import queries as journal
from satupintu.journal.models import Entry, Log
from satupintu.levies.models import Bill, Receipt
from satupintu.notifications.models import Delivery, Notice
from satupintu.offices import queries as offices
from satupintu.offices.models import NumberSeries
from satupintu.permits.models import Permit

# Used numbers that stand on no document, or on two; those of applications carry a check mark.
ASTRAY = """
SELECT 'number ' || n.text || ' stands on ' || count(o.number) || ' documents'
FROM offices_number n
JOIN offices_numberseries s ON s.id = n.series_id
LEFT JOIN (
    SELECT number FROM levies_bill UNION ALL SELECT number FROM levies_receipt
    UNION ALL SELECT number FROM permits_permit UNION ALL SELECT number FROM cases_recommendation
    UNION ALL SELECT number FROM cases_minutes
) o ON o.number = n.text
WHERE s.series <> 'PERMOHONAN' AND n.status = 'used'
GROUP BY n.text HAVING count(o.number) <> 1
"""
ONCE = ("cases.CaseSubmitted", "cases.CaseWithdrawn", "levies.BillIssued", "levies.BillPaid")


def reckon(book: Path, mail: Path, sms: Path, files_after: int) -> dict[str, Any]:
    """Every broken promise as a sentence, and how much was looked at."""
    acknowledged = _acknowledged(book)
    problems = [
        *_lost(acknowledged),
        *_doubled(),
        *_numbers(),
        *_stuck(),
        *_papers(),
        *_messages(mail, sms),
        *_damaged(files_after),
        *_journal(),
    ]
    counts = {
        "acknowledged": len(acknowledged),
        "cases": Case.objects.exclude(phase="draft").count(),
        "permits": Permit.objects.filter(status="valid").count(),
        "receipts": Receipt.objects.count(),
        "messages": Delivery.objects.filter(status="sent").count(),
        "perhaps_twice": Delivery.objects.filter(perhaps_twice=True).count(),
        "journal": Entry.objects.count(),
        "last_file": StoredFile.objects.order_by("-id").values_list("id", flat=True).first() or 0,
    }
    connection.close()
    return {"problems": problems, **counts}


def _acknowledged(book: Path) -> list[dict[str, Any]]:
    if not book.exists():
        return []
    return [json.loads(line) for line in book.read_text().splitlines()]


def _lost(acknowledged: list[dict[str, Any]]) -> Iterator[str]:
    known = Case.objects.in_bulk({one["case"] for one in acknowledged})
    tasks = Task.objects.in_bulk({one["task"] for one in acknowledged if "task" in one})
    paid = dict(Receipt.objects.values_list("number", "bill_id"))
    drawn_up = set(Permit.objects.values_list("subject", flat=True))
    for one in acknowledged:
        case = known.get(one["case"])
        kept = case is not None
        if case is not None:
            match one["act"]:
                case "submit":
                    kept = case.phase != "draft" and case.number == one["number"]
                case "pay":
                    kept = paid.get(one["receipt"]) == one["bill"]
                case "withdraw":
                    kept = case.outcome == "withdrawn"
                case "sign":
                    kept = case.subject in drawn_up
                case _:
                    kept = tasks[one["task"]].status == "done"
        if not kept:
            yield f"acknowledged, but not there: {one}"


def _doubled() -> Iterator[str]:
    yield from _rows(
        "SELECT event || ' twice for ' || subject FROM journal_entry WHERE event = ANY(%s)"
        " GROUP BY event, subject HAVING count(*) > 1",
        list(ONCE),
    )
    yield from _rows(
        "SELECT 'signed twice: ' || subject FROM journal_entry"
        " WHERE event = 'permits.PermitSigned' AND data::jsonb ->> 'kind' <> 'edition'"
        " GROUP BY subject HAVING count(*) > 1"
    )
    yield from _rows(
        "SELECT 'two bills for ' || subject FROM levies_bill WHERE status <> 'cancelled'"
        " GROUP BY subject HAVING count(*) > 1"
    )


def _numbers() -> Iterator[str]:
    for series in NumberSeries.objects.select_related("office"):
        for value in offices.unexplained_gaps(series):
            yield f"number {value} of {series.series} is missing"
    yield from _rows(ASTRAY)
    yield from _rows(
        "SELECT 'application number without application: ' || n.purpose FROM offices_number n"
        " JOIN offices_numberseries s ON s.id = n.series_id LEFT JOIN cases_case c"
        " ON 'case:' || c.id = n.purpose AND c.phase <> 'draft'"
        " WHERE s.series = 'PERMOHONAN' AND c.id IS NULL"
    )


def _stuck() -> Iterator[str]:
    running = Case.objects.filter(phase__in=["open", "waiting"])
    for case in running.exclude(tasks__status__in=["open", "waiting"]):
        yield f"nobody's turn: {case.subject}"
    yield from _rows(
        "SELECT 'paid, but still waiting for money: ' || b.subject FROM levies_bill b"
        " JOIN cases_task t ON 'case:' || t.case_id = b.subject"
        " WHERE b.status = 'paid' AND t.kind = 'pay' AND t.status = 'open'"
    )
    for permit in Permit.objects.filter(status="signing"):
        yield f"signed by nobody: permit {permit.pk}"
    yield from _rows(
        "SELECT 'job ' || id || ' ' || task_name || ' is ' || status || ' at try ' || attempts"
        " FROM procrastinate_jobs"
        " WHERE status NOT IN ('succeeded', 'cancelled') AND queueing_lock IS NULL"
    )


def _papers() -> Iterator[str]:
    for case in Case.objects.exclude(phase="draft").filter(receipt=None):
        yield f"no receipt: {case.subject}"
    without = {
        "bill": Bill.objects.exclude(status="cancelled").filter(file=None),
        "receipt": Receipt.objects.filter(file=None),
        "recommendation": Recommendation.objects.filter(file=None),
    }
    for kind, rows in without.items():
        for row in rows:
            yield f"no paper: {kind} {row.pk}"
    yield from _rows(
        "SELECT 'permit without file, edition or leaf: ' || p.id FROM permits_permit p"
        " LEFT JOIN permits_edition e ON e.permit_id = p.id AND e.file_id = p.file_id"
        " LEFT JOIN journal_leaf l ON l.log = 'permits' AND l.sequence = p.log_sequence"
        " WHERE p.status = 'valid' AND (e.id IS NULL OR l.sequence IS NULL)"
    )


def _messages(mail: Path, sms: Path) -> Iterator[str]:
    told = set(Notice.objects.values_list("key", flat=True))
    for entry_id, event in Entry.objects.filter(
        event__in=("cases.CaseSubmitted", "cases.LevyAssessed", "levies.BillPaid")
    ).values_list("id", "event"):
        if f"{MESSAGES[event]}:{entry_id}" not in told:
            yield f"nobody was told of {event} {entry_id}"
    arrived = Counter(_message_id(path) for path in mail.glob("*.eml"))
    texts: Counter[tuple[str, str]] = Counter()
    for path in sms.glob("*.json"):
        one = json.loads(path.read_text())
        texts[one["recipient"].lstrip("+"), one["text"]] += 1
    wanted: Counter[tuple[str, str]] = Counter()
    twice: Counter[tuple[str, str]] = Counter()
    for delivery in Delivery.objects.all():
        if delivery.status != "sent":
            yield f"message {delivery.pk} is {delivery.status}: {delivery.problem}"
        elif delivery.channel == "email" and not arrived[delivery.provider_reference]:
            yield f"mail {delivery.pk} never arrived"
        elif delivery.channel == "sms":
            which = delivery.address.lstrip("+"), delivery.text
            wanted[which] += 1
            twice[which] += delivery.perhaps_twice * (delivery.attempts - 1)
    for which, count in wanted.items():
        if not count <= texts[which] <= count + twice[which]:
            yield f"{texts[which]} SMS where {count} were due: {which[1][:60]}"


def _message_id(path: Path) -> str:
    with path.open("rb") as file:
        return str(BytesHeaderParser().parse(file)["Message-ID"])


def _damaged(after: int) -> Iterator[str]:
    for file in StoredFile.objects.filter(pk__gt=after):
        if problem := files.problem_of(file):
            yield f"file {file.pk}: {problem}"


def _journal() -> Iterator[str]:
    for log in Log:
        while sealing.seal(log):
            pass
        report = journal.verify(log)
        if report.unsealed:
            yield f"{report.unsealed} rows of {log} are not sealed"
        for problem in report.problems:
            yield f"journal {log} at {problem.sequence}: {problem.message}"


def _rows(statement: str, *values: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [str(text) for (text,) in cursor.fetchall()]
