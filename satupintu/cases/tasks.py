"""Jobs of cases: papers, messages, and what follows from money, signatures and outages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from satupintu.cases import queries
from satupintu.cases.actions import (
    appeals,
    clock,
    decision,
    drafts,
    endorsements,
    inspections,
    levy,
    retention,
    submission,
)
from satupintu.cases.models import Link, Minutes, Recommendation
from satupintu.cases.queries import retention as retention_queries
from satupintu.catalogue import queries as catalogue
from satupintu.documents import queries as documents
from satupintu.files import actions as files
from satupintu.journal import queries as journal
from satupintu.journal.events import SYSTEM
from satupintu.levies import actions as levies
from satupintu.levies import queries as bills
from satupintu.lib.money import rupiah
from satupintu.notifications import actions as notifications
from satupintu.permits import queries as permits

log = structlog.get_logger(__name__)
# A database that changes over or a full disk is back within minutes; 2, 4, 8 … 512 seconds.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)

GUEST_DRAFTS_STAY = timedelta(days=30)

# Which text of the pack tells the applicant what happened.
MESSAGES = {
    "cases.CaseSubmitted": "submitted",
    "cases.CorrectionAsked": "correction_asked",
    "cases.CorrectionAnswered": "correction_received",
    "cases.LevyAssessed": "bill_issued",
    "levies.BillPaid": "paid",
    "cases.VisitPlanned": "visit_planned",
    "cases.MessageSent": "message_received",
    "cases.CaseWithdrawn": "withdrawn",
    "cases.PaidCaseCancelled": "cancelled_after_payment",
    "cases.DeemedApproved": "deemed_approved",
    "cases.AppealOffered": "appeal_offered",
    "cases.AppealGranted": "appeal_granted",
    "permits.PermitHandedOver": "handed_over",
    "cases.ClockPaused": "outage",
    "permits.PermitSuspended": "suspended",
    "permits.PermitResumed": "resumed",
    "permits.PermitRevoked": "revoked",
}


@app.task(name="cases.make_receipt", retry=RETRY)
def make_receipt(*, case_id: int, **_: Any) -> None:
    case = queries.by_id(case_id)
    if case.receipt_id is None:
        file = _paper(case, "receipt", queries.papers.receipt(case))
        submission.store_receipt(case_id, file_id=file.pk)


@app.task(name="cases.make_minutes", retry=RETRY)
def make_minutes(*, visit_id: int, final: bool, **_: Any) -> None:
    if not final:
        return
    minutes = Minutes.objects.select_related("visit__case__service_version", "visit__task").get(
        visit_id=visit_id
    )
    if minutes.file_id is None:
        file = _paper(minutes.visit.case, "minutes", queries.papers.minutes(minutes))
        inspections.store_paper(kind="minutes", record_id=minutes.pk, file_id=file.pk)


@app.task(name="cases.make_recommendation", retry=RETRY)
def make_recommendation(*, recommendation_id: int, **_: Any) -> None:
    given = Recommendation.objects.select_related(
        "case__service_version", "case__applicant", "case__office", "post__office", "by"
    ).get(pk=recommendation_id)
    file = _paper(given.case, "recommendation", queries.papers.recommendation(given))
    inspections.store_paper(kind="recommendation", record_id=given.pk, file_id=file.pk)


@app.task(name="cases.make_bill", retry=RETRY)
def make_bill(*, case_id: int, bill_id: int, **_: Any) -> None:
    case = queries.by_id(case_id)
    if case.bill_id == bill_id and case.bill and case.bill.file_id is None:
        file = _paper(case, "bill", queries.papers.bill(case))
        levies.attach_file(case.bill, file_id=file.pk, by=SYSTEM)


@app.task(name="cases.make_payment_receipt", retry=RETRY)
def make_payment_receipt(*, receipt_id: int, **_: Any) -> None:
    receipt = bills.receipt(receipt_id)
    case = queries.by_bill_subject(receipt.bill.subject)
    if receipt.file_id is None:
        data = queries.papers.payment_receipt(case, receipt.pk)
        file = _paper(case, "payment_receipt", data)
        levies.attach_file(receipt, file_id=file.pk, by=SYSTEM)


@app.task(name="cases.accept_payment", retry=RETRY)
def accept_payment(*, subject: str, bill_id: int, **_: Any) -> None:
    levy.accept_payment(queries.by_bill_subject(bills.bill(bill_id).subject).pk)


@app.task(name="cases.signature_made", retry=RETRY)
def signature_made(*, source: str, kind: str, **_: Any) -> None:
    if source.startswith("case:") and kind != "edition":
        decision.signature_made(int(source.removeprefix("case:")))


@app.task(name="cases.signature_failed", retry=RETRY)
def signature_failed(*, source: str, **_: Any) -> None:
    if source.startswith("case:"):
        decision.signature_failed(int(source.removeprefix("case:")))


@app.task(name="cases.handed_over", retry=RETRY)
def handed_over(*, entry_id: int, permit_id: int, **_: Any) -> None:
    if case := queries.by_permit(permit_id):
        decision.handed_over(case.pk, by=journal.actor(entry_id))


@app.task(name="cases.spread_outage", retry=RETRY)
def spread_outage(*, outage_id: int, office_ids: list[int], **_: Any) -> None:
    """Each running case that the outage touches."""
    _each(
        queries.running_ids(office_ids),
        lambda case_id: clock.apply_outage(case_id, outage_id=outage_id),
    )


@app.task(name="cases.send_link", retry=RETRY)
def send_link(*, link_id: int, **_: Any) -> None:
    """The secret is worked out here and goes out at once: no table ever holds it."""
    token = endorsements.issue_link(link_id)
    if not token:
        return
    link = Link.objects.select_related("task__office").get(pk=link_id)
    notifications.send_secret(
        account_id=link.account_id,
        message="endorsement_reminder" if link.reminder else "endorsement_waiting",
        values={"office": link.task.office.name, "link": f"{settings.BASE_URL}/j/{token}/"},
        key=f"link:{link_id}",
    )


@app.task(name="cases.follow_post", retry=RETRY)
def follow_post(*, post_id: int, **_: Any) -> None:
    """A post has a new head: what waits for it comes to them."""
    _each(queries.open_endorsements(post_id), endorsements.follow_post)


@app.periodic(cron="15 * * * *")
@app.task(name="cases.remind_endorsers", queueing_lock="cases.remind_endorsers")
def remind_endorsers(timestamp: int) -> None:
    _each(queries.waiting_endorsements(), endorsements.remind)


@app.periodic(cron="35 * * * *")
@app.task(name="cases.follow_posts", queueing_lock="cases.follow_posts")
def follow_posts(timestamp: int) -> None:
    """What no event says: a term begins today, a post stands empty."""
    _each(queries.open_endorsements(), endorsements.follow_post)


@app.periodic(cron="25 * * * *")
@app.task(name="cases.close_silent_appeals", queueing_lock="cases.close_silent_appeals")
def close_silent_appeals(timestamp: int) -> None:
    _each(queries.silent_appeals(), appeals.expire)


@app.periodic(cron="5 * * * *")
@app.task(name="cases.watch_clocks", queueing_lock="cases.watch_clocks")
def watch_clocks(timestamp: int) -> None:
    _each(queries.running_ids(), clock.watch)


@app.periodic(cron="40 2 * * *")
@app.task(name="cases.forget_drafts", queueing_lock="cases.forget_drafts")
def forget_drafts(timestamp: int) -> None:
    before = datetime.fromtimestamp(timestamp, UTC) - GUEST_DRAFTS_STAY
    _each(queries.forgotten_drafts(before), partial(drafts.forget, before=before))


@app.periodic(cron="45 2 * * *")
@app.task(name="cases.end_drafts", queueing_lock="cases.end_drafts")
def end_drafts(timestamp: int) -> None:
    """Applicants hear of drafts that end, and drafts that they then still leave alone go."""
    now = datetime.fromtimestamp(timestamp, UTC)
    _each(retention_queries.old_drafts(now), partial(drafts.end_untouched, now=now))


@app.periodic(cron="15 3 * * *")
@app.task(name="cases.offer_for_erasing", queueing_lock="cases.offer_for_erasing")
def offer_for_erasing(timestamp: int) -> None:
    """Cases that the retention schedule no longer keeps come on the list of the administrators."""
    _each(retention_queries.perhaps_over(), retention.offer)


@app.periodic(cron="30 1 * * *")  # in the morning of all three Indonesian time zones
@app.task(name="cases.remind_of_bills", queueing_lock="cases.remind_of_bills")
def remind_of_bills(timestamp: int) -> None:
    """Once for each bill that was not paid in time; a night without a worker is made up for."""
    due = {int(bill.subject.removeprefix("case:")): bill.pk for bill in bills.overdue(days=14)}
    _each(due, lambda case_id: _remind(case_id, due[case_id]))


@app.task(name="cases.tell_applicant", retry=RETRY)
def tell_applicant(*, entry_id: int, **data: Any) -> None:
    """Put the news of an event into the applicant's inbox, mail and SMS, once for each event."""
    event = journal.entry(entry_id).event
    case = _case_of(data)
    if case is None:
        return
    message = MESSAGES.get(event)
    if event == "permits.PermitSigned":
        message = {"permit": "issued", "refusal": "refused"}.get(data["kind"])
    if event == "cases.MessageSent" and not data["from_office"]:
        return
    if event == "cases.ClockPaused" and data["reason"] != "outage":
        return
    if message is None:
        return
    with transaction.atomic():
        notifications.notify(
            applicant_id=case.applicant_id,
            message=message,
            values=_values(case, data.get("decision_id"), case.language),
            subject=case.subject,
            office_id=case.office_id,
            key=f"{message}:{entry_id}",
            language=case.language,
            by=SYSTEM,
        )


@app.task(name="cases.warn_officers", retry=RETRY)
def warn_officers(*, entry_id: int, case_id: int, level: str, **_: Any) -> None:
    """Tell whoever holds the case, and their head, that its days run out (design.md 6)."""
    case = queries.by_id(case_id)
    warned = {
        person.pk
        for task in queries.now_at(case)
        for person in (queries.colleagues(task) if task.role else [])
    } | {person.pk for person in queries.overseers(case)}
    with transaction.atomic():
        for account_id in sorted(warned):
            _tell_officer(case, account_id, "deadline_near", f"{entry_id}:{account_id}")


@app.task(name="cases.tell_signer", retry=RETRY)
def tell_signer(*, entry_id: int, permit_id: int, source: str, **_: Any) -> None:
    if source.startswith("case:"):
        with transaction.atomic():
            signer = permits.by_id(permit_id).signer_id
            case = queries.by_bill_subject(source)
            _tell_officer(case, signer, "signing_failed", f"{entry_id}")


def _remind(case_id: int, bill_id: int) -> None:
    case = queries.by_id(case_id)
    if case.bill_id != bill_id or case.bill is None or case.bill.status != "open":
        return
    with transaction.atomic():
        notifications.notify(
            applicant_id=case.applicant_id,
            message="bill_overdue",
            values=_values(case, language=case.language),
            subject=case.subject,
            key=f"bill_overdue:{bill_id}",
            language=case.language,
            by=SYSTEM,
        )


class SomeFailed(Exception):
    """The job did not get through for these; for all others it did."""


def _each(ids: Iterable[int], act: Callable[[int], None]) -> None:
    """One short transaction for each; one that can not be done does not stop the others."""
    failed = []
    for one in ids:
        try:
            act(one)
        except Exception:  # whatever is wrong with one case, the clocks of the others go on
            log.exception("case_not_done", id=one, job=act.__name__)
            failed.append(one)
    if failed:
        raise SomeFailed(failed)


def _tell_officer(case: Any, account_id: int, message: str, key: str) -> None:
    notifications.notify(
        account_id=account_id,
        message=message,
        values=_values(case),
        subject=case.subject,
        office_id=case.office_id,
        key=f"{message}:{key}",
        by=SYSTEM,
    )


def _case_of(data: dict[str, Any]) -> Any:
    if "case_id" in data:
        return queries.by_id(data["case_id"])
    if "bill_id" in data:
        return queries.by_bill_subject(bills.bill(data["bill_id"]).subject)
    return queries.by_permit(data["permit_id"]) or _refused(data["permit_id"])


def _refused(permit_id: int) -> Any:
    source = permits.by_id(permit_id).subject
    return queries.by_bill_subject(source) if source.startswith("case:") else None


def _values(case: Any, decision_id: int | None = None, language: str = "id") -> dict[str, str]:
    """What a message may name. The texts themselves are the pack's."""
    correction = case.corrections.order_by("-id").first()
    appeal = queries.own.open_appeal(case)

    def day(on: date | None) -> str:
        return format_date(on, "d MMMM y", locale=language) if on else ""

    return {
        "number": case.number,
        "service": catalogue.text(case.definition["name"], language),
        "name": case.applicant.display_name,
        "due": day(case.due_date) or "-",
        "days": str(case.definition["clock"]["days"]),
        "items": str(len(correction.items)) if correction else "0",
        "amount": rupiah(case.bill.total) if case.bill else "",
        "bill": case.bill.number if case.bill else "",
        "bill_due": day(case.bill.due_date) if case.bill else "",
        "reason": permits.decision(decision_id).reason
        if decision_id
        else case.withdrawn_reason or case.refusal_reason,
        "permit": case.permit.number if case.permit else "",
        "appeal_until": day(appeal.due_date) if appeal else "",
    }


def _paper(case: Any, document: str, data: dict[str, Any]) -> Any:
    letter = case.definition["documents"][document]
    check = data.get("verification")
    extra = {check["qr"]: documents.qr(check["url"])} if check else {}
    pdf = permits.paper(case.definition, letter["template"], data, extra)
    return files.store_bytes(
        pdf,
        name=f"{letter['title']} {data['number']}.pdf".replace("/", "-"),
        media_type="application/pdf",
        by=SYSTEM,
    )
