"""What a dead worker left behind is done by another one, whatever else waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from satupintu.journal.tasks import seal
from satupintu.people.tasks import send_mail, send_sms
from satupintu.site.tasks import retry_stalled_jobs, retry_unknown_jobs


@pytest.mark.django_db(transaction=True)
def test_a_periodic_job_whose_successor_waits_holds_up_no_other_job(
    run_jobs: Callable[[], None],
) -> None:
    behind = [
        seal.configure(queueing_lock="journal.seal").defer(timestamp=0),
        send_sms.defer(to="", text="", key=""),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
        )
    seal.configure(queueing_lock="journal.seal").defer(timestamp=1)
    retry_stalled_jobs.configure(task_kwargs={"timestamp": 0}).defer()

    run_jobs()
    run_jobs()

    known = dict(ProcrastinateJob.objects.filter(pk__in=behind).values_list("pk", "status"))
    assert known == {behind[0]: "failed", behind[1]: "succeeded"}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_an_older_worker_does_not_know_is_done_by_a_newer_one(
    run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(job: int) -> tuple[str, int]:
        row = ProcrastinateJob.objects.get(pk=job)
        return row.status, row.attempts

    of_new_release = send_sms.defer(to="", text="", key="")
    tried_often = send_mail.defer(to="", subject="", body="")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 7 WHERE id = %s",
            [tried_often],
        )
    with monkeypatch.context() as older:
        older.delitem(app.tasks, "people.send_sms")
        run_jobs()
    assert status(of_new_release) == ("failed", 1)

    retry_unknown_jobs.configure(task_kwargs={"timestamp": 0}).defer()
    run_jobs()
    run_jobs()

    assert status(of_new_release)[0] == "succeeded"
    assert status(tried_often) == ("failed", 7)
