"""What every other test relies on."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


def test_a_test_can_not_reach_a_foreign_host() -> None:
    with pytest.raises(RuntimeError, match="may not use the network"):
        socket.create_connection(("203.0.113.7", 443), timeout=1)
    with pytest.raises(RuntimeError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_every_transactional_test_starts_with_an_empty_queue(time: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 'none')"
        )
    assert ProcrastinateJob.objects.count() == 1, time


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_until_the_queue_is_empty(run_jobs: Callable[[], None]) -> None:
    from procrastinate import builtin_tasks
    from procrastinate.contrib.django import app

    assert builtin_tasks
    task = app.configure_task("builtin:procrastinate.builtin_tasks.remove_old_jobs")
    job = task.defer(max_hours=1)
    run_jobs()
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"
    assert not ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists()
