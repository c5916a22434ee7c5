"""Jobs about jobs: what a killed worker left behind is done by another."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

KEPT_DAYS = 7


@app.periodic(cron="* * * * *")
@app.task(name="site.retry_stalled", queueing_lock="site.retry_stalled", pass_context=True)
async def retry_stalled_jobs(context: JobContext, /, timestamp: int) -> None:
    """A worker that no longer beats is dead; its job starts again and notices finished work."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the next of its kind waits already and does its work too
            await manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="*/10 * * * *")
@app.task(name="site.retry_unknown", queueing_lock="site.retry_unknown", pass_context=True)
async def retry_unknown_jobs(context: JobContext, /, timestamp: int) -> None:
    """While a release is rolled out, a worker of the old one gives up jobs of the new one at once.

    They are known by the tries they have left: what was really tried has used up all of them.
    """
    manager = context.app.job_manager
    for job in await manager.list_jobs_async(status="failed"):
        known = context.app.tasks.get(job.task_name)
        tries = known.retry_strategy if known else None
        if not isinstance(tries, RetryStrategy) or job.attempts > (tries.max_attempts or 0):
            continue
        if job.id is not None and job.queueing_lock is None:  # the others come again by themselves
            await manager.retry_job_by_id_async(job.id, retry_at=timezone.now())


@app.periodic(cron="17 2 * * *")
@app.task(name="site.clear_old", queueing_lock="site.clear_old", pass_context=True)
async def clear_old_jobs(context: JobContext, /, timestamp: int) -> None:
    """Finished jobs are history already in the journal; failed ones stay for a week to be read."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_DAYS * 24, include_failed=True, include_cancelled=True
    )
