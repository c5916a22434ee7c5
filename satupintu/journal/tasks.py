"""The sealer and the daily time stamp."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from satupintu.journal import actions, queries
from satupintu.journal.models import Log

BATCH = 10_000


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="journal.seal")
def seal(timestamp: int) -> None:
    for log in Log:
        while actions.seal(log, BATCH) == BATCH:
            pass


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="journal.stamp")
def stamp(timestamp: int) -> None:
    """Once a day for each log; asked hourly, so that an authority that is down is asked again.

    A failed try stays visible as a failed job, and verify_journal says how old the last stamp is.
    """
    authority: Callable[[bytes], bytes] = import_string(settings.TIMESTAMPER)
    for log in Log:
        waiting = queries.unstamped(log, since=timezone.now() - timedelta(hours=23))
        if waiting is not None:
            token = authority(sha256(waiting.note.encode()).digest())
            actions.keep_timestamp(waiting.id, token)
