"""Jobs of issued documents: the slow work between consent and the finished file."""

from __future__ import annotations

from typing import Any

import structlog
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from satupintu.documents import queries as documents
from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.permits import actions, queries
from satupintu.permits.models import Permit
from satupintu.signing import actions as signing

log = structlog.get_logger(__name__)


TRIES = 5
RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)


@app.task(
    name="permits.sign",
    retry=RetryStrategy(max_attempts=TRIES, exponential_wait=2),
    pass_context=True,
)
def sign(context: JobContext, /, *, permit_id: int, **_: Any) -> None:
    """Render and sign outside any transaction, then store; runs again harmlessly when killed."""
    permit = queries.by_id(permit_id)
    if permit.status != Permit.Status.SIGNING:
        return None
    try:
        _sign(permit)
    except (signing.ActLost, signing.NoKey, signing.CannotSign) as lost:
        return actions.fail_signing(permit_id, reason=lost.message)
    except documents.DocumentError as broken:
        log.error("document_not_rendered", permit_id=permit_id, error=str(broken))
        return actions.fail_signing(permit_id, reason="Naskah tidak bisa dicetak. Hubungi admin.")
    except Exception as error:  # nothing that goes wrong here may leave a document half signed
        if context.job.attempts + 1 < TRIES:
            raise
        log.exception("document_not_signed", permit_id=permit_id)
        reason = error.message if isinstance(error, Refused) else "Ada gangguan di sistem kami."
        return actions.fail_signing(permit_id, reason=reason)
    return None


def _sign(permit: Permit) -> None:
    signed = signing.sign(
        permit.act,
        queries.render(permit),
        reason=permit.title,
        location=offices.city().name,
        field="TandaTangan",
    )
    file = files.store_bytes(
        signed.pdf, name=queries.file_name(permit), media_type="application/pdf", by=SYSTEM
    )
    actions.finish_signing(permit.pk, act=permit.act, file=file, level=signed.level)
    if not queries.by_act(permit.act).filter(status=Permit.Status.SIGNING).exists():
        signing.close_act(permit.act)


@app.periodic(cron="*/5 * * * *")
@app.task(name="permits.sweep", queueing_lock="permits.sweep")
def sweep(timestamp: int) -> None:
    """A document that is being signed by no job any more goes back to its signer."""
    for permit_id in queries.signing_ids():
        if not ProcrastinateJob.objects.filter(
            task_name=sign.name, args__permit_id=permit_id, status__in=["todo", "doing"]
        ).exists():
            actions.fail_signing(permit_id, reason="Ada gangguan di sistem kami.")


@app.task(name="permits.enforce", retry=RETRY)
def enforce(*, source: str, kind: str, **_: Any) -> None:
    """A signed decision letter takes effect."""
    if kind == "decision":
        actions.enforce(int(source.removeprefix("decision:")))


@app.periodic(cron="*/10 * * * *")
@app.task(name="permits.renew", queueing_lock="permits.renew")
def renew(timestamp: int) -> None:
    """Lift signatures made while the time-stamp authority was down, and renew old time stamps."""
    for permit in queries.to_renew(limit=50):
        try:
            upgraded = signing.upgrade(queries.content(permit))
        except (signing.NoKey, signing.CannotSign) as refused:
            log.error("signature_not_renewed", permit_id=permit.pk, error=refused.message)
            continue
        if upgraded.level == "B-LTA":
            file = files.store_bytes(
                upgraded.pdf,
                name=queries.file_name(permit),
                media_type="application/pdf",
                by=SYSTEM,
            )
            actions.renew_edition(permit.pk, file=file, level=upgraded.level)
