"""Jobs of issued documents: the slow work between consent and the finished file."""

from __future__ import annotations

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM
from satupintu.offices import queries as offices
from satupintu.permits import actions, queries
from satupintu.permits.models import Permit
from satupintu.signing import actions as signing


@app.task(name="permits.sign", retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def sign(*, permit_id: int, **_: Any) -> None:
    """Render and sign outside any transaction, then store; runs again harmlessly when killed."""
    permit = queries.by_id(permit_id)
    if permit.status != Permit.Status.SIGNING:
        return
    try:
        signed = signing.sign(
            permit.act,
            queries.render(permit),
            reason=permit.title,
            location=offices.city().name,
            field="TandaTangan",
        )
    except (signing.ActLost, signing.NoKey, signing.CannotSign) as lost:
        actions.fail_signing(permit_id, reason=lost.message)
        return
    file = files.store_bytes(
        signed.pdf, name=queries.file_name(permit), media_type="application/pdf", by=SYSTEM
    )
    actions.finish_signing(permit_id, file=file, level=signed.level)


@app.task(name="permits.enforce")
def enforce(*, source: str, kind: str, **_: Any) -> None:
    """A signed decision letter takes effect."""
    if kind == "decision":
        actions.enforce(int(source.removeprefix("decision:")))


@app.periodic(cron="*/10 * * * *")
@app.task(name="permits.renew", queueing_lock="permits.renew")
def renew(timestamp: int) -> None:
    """Raise signatures that were made while the time-stamp authority was down to B-LTA."""
    for permit in queries.below_lta(limit=50):
        upgraded = signing.upgrade(queries.content(permit))
        if upgraded.level == "B-LTA":
            file = files.store_bytes(
                upgraded.pdf,
                name=queries.file_name(permit),
                media_type="application/pdf",
                by=SYSTEM,
            )
            actions.renew_edition(permit.pk, file=file, level=upgraded.level)
