"""Jobs about jobs: what a killed worker left behind is done by another."""

from __future__ import annotations

from procrastinate import JobContext
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


@app.periodic(cron="17 2 * * *")
@app.task(name="site.clear_old", queueing_lock="site.clear_old", pass_context=True)
async def clear_old_jobs(context: JobContext, /, timestamp: int) -> None:
    """Finished jobs are history already in the journal; failed ones stay for a week to be read."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_DAYS * 24, include_failed=True, include_cancelled=True
    )
