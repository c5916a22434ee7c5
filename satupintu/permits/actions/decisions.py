"""Letters that suspend, resume or revoke a permit: proposed, dropped, signed, in force."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.offices import queries as units
from satupintu.permits import access, papers, queries
from satupintu.permits.actions import _record
from satupintu.permits.actions._record import Incomplete, NotInForce
from satupintu.permits.actions.documents import abandon, draw_up
from satupintu.permits.events import (
    DecisionDrafted,
    DecisionDropped,
    PermitResumed,
    PermitRevoked,
    PermitSuspended,
)
from satupintu.permits.models import Decision, Permit


@transaction.atomic
def draft_decision(permit_id: int, *, kind: str, reason: str, ground: str, by: By) -> Decision:
    """Propose to suspend, resume or revoke; nothing changes before the letter is signed."""
    permit = _record.lock(permit_id)
    post = access.drafter_of_sanctions(by, permit)
    access.require_other_holder(by, permit)
    if kind not in Decision.Kind.values:
        raise Incomplete("Pilih keputusan", field="kind")
    needed = {
        Decision.Kind.SUSPEND: (Permit.Status.VALID,),
        Decision.Kind.RESUME: (Permit.Status.SUSPENDED,),
        Decision.Kind.REVOKE: (Permit.Status.VALID, Permit.Status.SUSPENDED),
    }
    if permit.kind != "permit" or permit.status not in needed[Decision.Kind(kind)]:
        raise NotInForce("Keputusan ini tidak cocok dengan keadaan izin sekarang.")
    if permit.decisions.filter(queries.PENDING).exists():
        raise NotInForce("Izin ini sudah punya keputusan yang menunggu tanda tangan.")
    if not reason.strip():
        raise Incomplete("Tulis alasan keputusan", field="reason")
    if not ground.strip():
        raise Incomplete("Tulis dasar hukum keputusan", field="ground")
    decision = Decision.objects.create(
        permit=permit,
        kind=kind,
        reason=reason.strip(),
        ground=ground.strip(),
        drafted_by_id=by.person,
    )
    journal.record(
        DecisionDrafted(
            subject=f"permit:{permit.pk}", decision_id=decision.pk, permit_id=permit.pk, kind=kind
        ),
        by=replace(by, post_id=post.post_id, office_id=post.office_id),
    )
    return decision


@transaction.atomic
def drop_decision(decision_id: int, *, reason: str, by: By) -> Decision:
    """Its drafter or its signer gives a proposal up; a number it had ends with the reason."""
    decision = _lock_decision(decision_id)
    post = access.dropper_of_decision(by, decision)
    if decision.dropped_at:
        return decision
    if not decision.is_pending:
        raise NotInForce("Keputusan ini sudah ditandatangani, jadi tidak bisa dibatalkan.")
    if not reason.strip():
        raise Incomplete("Tulis alasan pembatalan", field="reason")
    acting = replace(by, post_id=post.post_id, office_id=post.office_id)
    if decision.letter:
        abandon(decision.letter.pk, reason=reason, by=acting)
    decision.dropped_at, decision.dropped_by_id = timezone.now(), by.person
    decision.drop_reason = reason.strip()
    decision.save()
    journal.record(
        DecisionDropped(
            subject=f"permit:{decision.permit_id}",
            decision_id=decision.pk,
            permit_id=decision.permit_id,
            kind=decision.kind,
        ),
        by=acting,
    )
    return decision


@transaction.atomic
def sign_decision(decision_id: int, *, act: str, by: By) -> Permit:
    """Consent to the letter; the sanction acts when its signature is there."""
    decision = _lock_decision(decision_id)
    post = access.signer_of_sanctions(by, decision)
    if decision.dropped_at:
        raise NotInForce("Usulan keputusan ini sudah dibatalkan.")
    assert by.account_id is not None  # the post was found by it
    permit = decision.permit
    letter = draw_up(
        kind="decision",
        subject=f"decision:{decision.pk}",
        service_version=permit.service_version,
        office=permit.office,
        holder=permit.holder,
        data=papers.decision(decision, signer=post, account_id=by.account_id),
        place=permit.place,
        valid_from=units.today(),
        valid_until=None,
        signer_id=by.account_id,
        signer_title=post.title,
        act=act,
        by=replace(by, post_id=post.post_id, office_id=post.office_id),
    )
    decision.letter = letter
    decision.save(update_fields=["letter"])
    return letter


@transaction.atomic
def enforce(decision_id: int) -> None:
    """The signed letter takes effect: from now on verification shows the new state."""
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision_id)
    if decision.effective_at:
        return
    permit = _record.lock(decision.permit_id)
    status, event, word = {
        Decision.Kind.SUSPEND: (Permit.Status.SUSPENDED, PermitSuspended, "suspended"),
        Decision.Kind.RESUME: (Permit.Status.VALID, PermitResumed, "resumed"),
        Decision.Kind.REVOKE: (Permit.Status.REVOKED, PermitRevoked, "revoked"),
    }[Decision.Kind(decision.kind)]
    permit.status = status
    permit.save(update_fields=["status"])
    decision.effective_at = timezone.now()
    decision.save(update_fields=["effective_at"])
    _record.log(permit, word, permit.editions.latest("id").sha256)
    journal.record(
        event(subject=f"permit:{permit.pk}", permit_id=permit.pk, decision_id=decision.pk),
        by=SYSTEM,
    )


def _lock_decision(decision_id: int) -> Decision:
    Decision.objects.select_for_update(no_key=True).get(pk=decision_id)
    return queries.decision(decision_id)
