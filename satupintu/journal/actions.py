"""Writing to the journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from satupintu.journal.models import Entry

if TYPE_CHECKING:
    from satupintu.journal.events import By, Event


def record(event: Event, *, by: By) -> Entry:
    """Write the event to the journal and queue the jobs that react to it.

    Both happen on the caller's database connection, so a rolled-back change leaves
    no trace and starts no job. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Record an event in the transaction of its change.")
    fields = event.data()
    entry = Entry.objects.create(
        event=event.name(),
        subject=event.subject,
        account_id=by.account_id,
        post_id=by.post_id,
        office_id=by.office_id,
        door=by.door,
        request_id=by.request_id,
        data_json=json.dumps(
            {name: value for name, value in fields.items() if name != "subject"},
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        ),
        happened_at=timezone.now(),
    )
    if jobs := import_string(settings.REACTIONS).get(type(event)):
        arguments = {"entry_id": entry.id, **fields}
        app.job_manager.batch_defer_jobs([job.configure(task_kwargs=arguments).job for job in jobs])
    return entry
