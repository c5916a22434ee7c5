"""Who may act on issued documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from satupintu.journal.events import By
from satupintu.lib.errors import Refused
from satupintu.people import queries as people
from satupintu.people.queries import HeldPost
from satupintu.permits import papers
from satupintu.permits.models import Decision, Permit, Share

if TYPE_CHECKING:
    from satupintu.people.models import Applicant

# An officer with one of these in its office may open an issued document.
READING_RIGHTS = frozenset({"assign", "counter", "audit", "handover", "sanction"})


class MayNotSignOwnDraft(Refused):
    """Who drafts a sanction does not sign it (quality.md check 16)."""


class OwnPermit(Refused):
    """An officer acts on a document of their own."""


def require_other_holder(by: By, permit: Permit) -> None:
    """Nobody hands over, suspends or revokes, or restores, a document of their own."""
    if people.is_same_person(by.account_id, permit.holder):
        raise OwnPermit("Ini dokumen Anda sendiri. Petugas lain yang memprosesnya.")


def drafter_of_sanctions(by: By, permit: Permit) -> HeldPost:
    return people.acting_post(by, right="sanction", office_id=permit.office_id)


def signer_of_sanctions(by: By, decision: Decision) -> HeldPost:
    role = papers.signer_role(decision.permit.service_version.definition)
    post = people.acting_post(by, role=role, office_id=decision.permit.office_id)
    require_other_holder(by, decision.permit)
    if decision.drafted_by_id == by.account_id:
        raise MayNotSignOwnDraft(
            "Anda yang menyusun keputusan ini, jadi pejabat lain yang menandatanganinya."
        )
    return post


def dropper_of_decision(by: By, decision: Decision) -> HeldPost:
    """Who proposed it, or whoever would sign it."""
    if decision.drafted_by_id == by.account_id:
        return drafter_of_sanctions(by, decision.permit)
    return signer_of_sanctions(by, decision)


def handing_over(by: By, permit: Permit) -> HeldPost:
    return people.acting_post(by, right="handover", office_id=permit.office_id)


def officer_permit(by: By, permit_id: int) -> Permit:
    """A document of an office in which this officer has a duty; anybody else gets a 404."""
    found = (
        Permit.objects.select_related("holder", "service_version__service", "office", "file")
        .filter(pk=permit_id, office_id__in=reading_offices(by))
        .first()
    )
    if found is None:
        raise Http404
    return found


def printing(by: By, permit: Permit) -> HeldPost:
    """Whoever serves people at the counter of this office may print them a copy."""
    for post in people.posts_held(by.account_id):
        if post.office_id == permit.office_id and post.rights & {"counter", "handover"}:
            return post
    return handing_over(by, permit)


def may_print(by: By, permit: Permit) -> bool:
    """For a button; the action decides."""
    return any(
        post.office_id == permit.office_id and post.rights & {"counter", "handover"}
        for post in people.posts_held(by.account_id)
    )


def own_permit(by: By, permit_id: int) -> Permit:
    """A signed document of one's own or of one's company; anybody else gets a 404."""
    own = Permit.objects.select_related("holder", "file").filter(holder__account_id=by.person)
    found = own.filter(pk=permit_id, file__isnull=False).first()
    if found is None:
        raise Http404
    return found


def share_of(permit_id: int, share_id: int) -> Share:
    """Locked; a link of another document is a 404."""
    found = (
        Share.objects.select_for_update(no_key=True).filter(pk=share_id, permit=permit_id).first()
    )
    if found is None:
        raise Http404
    return found


def officer_decision(by: By, decision_id: int) -> Decision:
    """A decision on a document that this officer may open; anybody else gets a 404."""
    found = (
        Decision.objects.select_related(
            "permit__holder", "permit__service_version__service", "permit__office", "drafted_by"
        )
        .filter(pk=decision_id, permit__office_id__in=reading_offices(by))
        .first()
    )
    if found is None:
        raise Http404
    return found


def is_holder(applicant: Applicant, permit: Permit, *, seen: bool) -> bool:
    """The letter is held by this applicant.

    Whoever signs up types a NIK, so an equal one counts only where an officer has `seen` the card.
    """
    if permit.holder_id == applicant.pk:
        return True
    same = permit.holder.kind == applicant.kind == "person" and permit.holder.nik == applicant.nik
    return seen and same and bool(applicant.nik)


def reading_offices(by: By) -> list[int]:
    """The offices whose documents this officer may open."""
    posts = people.posts_held(by.account_id)
    return [post.office_id for post in posts if post.rights & READING_RIGHTS]


def may_draft_sanctions(by: By, permit: Permit) -> bool:
    """For a button; the action decides."""
    return any(
        "sanction" in post.rights and post.office_id == permit.office_id
        for post in people.posts_held(by.account_id)
    )


def may_sign(by: By, decision: Decision) -> bool:
    """For a link; the action also looks at who drafted it and whose permit it is."""
    role = papers.signer_role(decision.permit.service_version.definition)
    return any(
        post.role == role and post.office_id == decision.permit.office_id
        for post in people.posts_held(by.account_id)
    )


def may_drop(by: By, decision: Decision) -> bool:
    """For a link; the action decides."""
    try:
        dropper_of_decision(by, decision)
    except Refused:
        return False
    return decision.is_pending
