"""Jobs that carry messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from satupintu.lib import waits
from satupintu.notifications import actions, queries

if TYPE_CHECKING:
    from procrastinate.jobs import Job


class Backoff(BaseRetryStrategy):
    """10 s, 20 s, 40 s … 1 h with jitter; `deliver` itself gives up after three days."""

    MOST = 200

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self.MOST:
            return None
        wait = waits.longer_each_time(job.attempts, first=10, longest=3600)
        return RetryDecision(retry_in={"seconds": round(wait)})


@app.task(name="notifications.deliver", retry=Backoff())
def deliver(*, delivery_id: int, **_: Any) -> None:
    actions.deliver(delivery_id)


@app.periodic(cron="50 2 * * *")
@app.task(name="notifications.forget_texts", queueing_lock="notifications.forget_texts")
def forget_texts(timestamp: int, **_: Any) -> None:
    actions.forget_texts()


@app.task(name="notifications.tell_new_device", retry=Backoff())
def tell_new_device(*, entry_id: int, device_id: int, **_: Any) -> None:
    actions.tell_new_device(entry_id, device_id)


@app.task(name="notifications.tell_recovery_codes", retry=Backoff())
def tell_recovery_codes(*, entry_id: int, account_id: int, left: int, **_: Any) -> None:
    actions.tell_recovery_codes(entry_id, account_id, left)


@app.task(name="notifications.tell_data_request", retry=Backoff())
def tell_data_request(*, entry_id: int, request_id: int, **_: Any) -> None:
    actions.tell_data_request(entry_id, request_id)


@app.periodic(cron="*/15 * * * *")
@app.task(name="notifications.deliver_stranded", queueing_lock="notifications.deliver_stranded")
def deliver_stranded(timestamp: int, **_: Any) -> None:
    """A worker killed in the middle of a job leaves its message behind; nothing may be lost."""
    for delivery_id in queries.stranded():
        deliver.defer(delivery_id=delivery_id)
