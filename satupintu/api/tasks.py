"""Jobs that tell other systems what happened."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app

from satupintu.api import actions, queries

if TYPE_CHECKING:
    from procrastinate.jobs import Job


class Backoff(BaseRetryStrategy):
    """20 s, 40 s, 80 s … 2 h with jitter; `deliver` itself gives up after three days."""

    MOST = 200

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self.MOST:
            return None
        longest = min(7200.0, 20.0 * 2 ** min(job.attempts, 10))
        # Half of it by chance, so that what one receiver held up does not all come at once.
        wait = longest * (0.5 + random.random() / 2)  # noqa: S311  (spreads load, guards nothing)
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
