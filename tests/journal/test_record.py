"""One call leaves the trace and starts the reactions, or neither."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from satupintu.journal import actions, queries
from satupintu.journal.events import SYSTEM, Event, ProtectedDataRead
from satupintu.journal.models import Entry
from tests.journal import BUDI, Noted, Paid, note

EVIDENCE = ("entry", "leaf", "checkpoint", "timestamp")


@dataclass(frozen=True, kw_only=True)
class Rich(Event):
    value: Any


@pytest.mark.django_db
def test_a_row_says_who_did_what_in_which_post_and_through_which_door() -> None:
    with transaction.atomic():
        actions.record(Noted(subject="case:1", number="2026-1"), by=BUDI)
    row = Entry.objects.get()
    assert (row.event, row.subject, row.data) == ("journal.Noted", "case:1", {"number": "2026-1"})
    assert (row.account_id, row.post_id, row.office_id) == (5, 7, 3)
    assert (row.door, row.request_id) == ("web", "req-1")


@pytest.mark.django_db
def test_every_reaction_gets_the_row_and_the_event() -> None:
    with transaction.atomic():
        entry = actions.record(Paid(subject="bill:4", number="S-4"), by=SYSTEM)
    jobs = ProcrastinateJob.objects.order_by("id")
    assert [job.task_name for job in jobs] == ["tests.journal.first", "tests.journal.second"]
    for job in jobs:
        assert job.args == {"entry_id": entry.id, "subject": "bill:4", "number": "S-4"}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_leaves_no_trace_and_starts_no_job() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        actions.record(Paid(subject="bill:4", number="S-4"), by=SYSTEM)
        assert ProcrastinateJob.objects.count() == 2
        _ = 1 / 0
    assert not Entry.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_holds_inside_a_worker_which_has_a_connection_beside_ours() -> None:
    connector: Any = app.connector
    with (
        app.replace_connector(connector.get_worker_connector()) as worker,
        worker.open(),
        suppress(ZeroDivisionError),
        transaction.atomic(),
    ):
        actions.record(Paid(subject="bill:4", number="S-4"), by=SYSTEM)
        _ = 1 / 0
    assert not Entry.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.record(Noted(subject="case:1", number="1"), by=SYSTEM)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_event_keeps_plain_values_and_refuses_what_has_no_single_written_form() -> None:
    value = {"b": (Decimal("1.10"), None, True), "a": date(2026, 1, 2)}
    entry = actions.record(Rich(subject="case:1", value=value), by=SYSTEM)
    assert entry.data_json == '{"value":{"a":"2026-01-02","b":["1.10",null,true]}}'
    with pytest.raises(TypeError, match="float"):
        actions.record(Rich(subject="case:1", value=0.1), by=SYSTEM)
    with pytest.raises(ValueError, match="events carry ids"):
        actions.record(Rich(subject="case:1", value="x" * 40_000), by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ['case:1","door":"', "case:1\\", "case:1\n"])
def test_a_subject_can_not_imitate_another_column(subject: str) -> None:
    with pytest.raises(DatabaseError, match="entry_plain_text"):
        actions.record(Noted(subject=subject, number="1"), by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_are_only_ever_added(table: str, verb: str) -> None:
    statement = verb.format(f"journal_{table}").replace("id = id", "log = log")
    if table in {"entry", "timestamp"}:
        statement = statement.replace("log = log", "id = id")
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_an_auditor_leafs_through_everything_and_finds_who_looked_at_protected_data() -> None:
    note(5)
    with transaction.atomic():
        actions.record(ProtectedDataRead(subject="applicant:9", what="nik"), by=BUDI)
    seen, page = [], queries.entries(limit=4)
    while True:
        seen += page.rows
        if page.before is None:
            break
        page = queries.entries(limit=4, before=page.before)
    assert [row.id for row in seen] == sorted((row.id for row in seen), reverse=True)
    assert len(seen) == 6
    looked = queries.entries(event="journal.ProtectedDataRead", account_id=5).rows
    assert [row.subject for row in looked] == ["applicant:9"]
    assert [row.subject for row in queries.timeline(["case:1", "case:3"])] == ["case:3", "case:1"]
