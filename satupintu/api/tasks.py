"""Jobs that tell other systems what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app

from satupintu.api import actions, queries
from satupintu.lib import waits

if TYPE_CHECKING:
    from procrastinate.jobs import Job


class Backoff(BaseRetryStrategy):
    """20 s, 40 s, 80 s … 2 h with jitter; `deliver` itself gives up after three days."""

    MOST = 200

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self.MOST:
            return None
        wait = waits.longer_each_time(job.attempts, first=20, longest=7200)
        return RetryDecision(retry_in={"seconds": round(wait)})


@app.task(name="api.announce", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def announce(*, entry_id: int, **_: Any) -> None:
    actions.announce(entry_id)


@app.task(name="api.deliver", retry=Backoff())
def deliver(*, delivery_id: int, **_: Any) -> None:
    actions.deliver(delivery_id)


@app.periodic(cron="*/20 * * * *")
@app.task(name="api.deliver_stranded", queueing_lock="api.deliver_stranded")
def deliver_stranded(timestamp: int, **_: Any) -> None:
    """A worker killed in the middle of a job leaves its message behind; nothing may be lost."""
    for delivery_id in queries.stranded():
        deliver.defer(delivery_id=delivery_id)
