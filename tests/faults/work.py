"""The worker while things die, and what it makes of what it finds afterwards."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from satupintu.journal import tasks as journal
from satupintu.notifications import tasks as notifications
from satupintu.permits import tasks as permits
from satupintu.site import tasks as site

MOST_TURNS = 20


def work(*, wait: bool) -> None:
    """As `manage.py procrastinate worker` does: for ever, or until the queue is empty."""
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(
            wait=wait,
            concurrency=2,
            install_signal_handlers=False,
            listen_notify=wait,
            fetch_job_polling_interval=0.2,
            delete_jobs="successful",
        )


def recover() -> int:
    """Everything that waits is done, as if the pauses between the tries were over."""
    for job in (site.retry_stalled_jobs, permits.sweep, notifications.deliver_stranded):
        _let_time_pass()
        with suppress(AlreadyEnqueued):
            job.configure(task_kwargs={"timestamp": 0}).defer()
        work(wait=False)
    for turn in range(MOST_TURNS):
        if not _let_time_pass():
            return turn
        work(wait=False)
    return MOST_TURNS


def _let_time_pass() -> int:
    """Half an hour, for heartbeats, pauses and messages that somebody began to send."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '30 min'"
        )
        cursor.execute(
            "UPDATE notifications_delivery SET tried_at = tried_at - interval '30 min'"
            " WHERE status = 'sending'"
        )
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND task_name <> %s",
            [journal.seal.name],
        )
        (left,) = cursor.fetchone() or (0,)
    connection.close()
    return int(left)
