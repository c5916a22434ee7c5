"""The life of a document until it is in hand: drawn up, signed, renewed, handed over."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By, ProtectedDataRead
from satupintu.lib.errors import Refused
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.permits import access
from satupintu.permits.actions import _record
from satupintu.permits.actions._record import Incomplete, NotInForce
from satupintu.permits.events import (
    PermitAbandoned,
    PermitDrawnUp,
    PermitHandedOver,
    PermitSigned,
    SigningFailed,
)
from satupintu.permits.models import Edition, Handover, Permit

if TYPE_CHECKING:
    from satupintu.catalogue.models import ServiceVersion
    from satupintu.files.models import StoredFile
    from satupintu.offices.models import Office
    from satupintu.people.models import Applicant

# A time stamp proves nothing after its own certificate ends, so a younger one covers it in time.
RENEW_AFTER = timedelta(days=730)
LONGEST = 200  # letters in the name and the proof of who received a document


class NotHolder(Refused):
    """Somebody takes a document home that is not theirs."""


@transaction.atomic
def draw_up(
    *,
    kind: str,
    subject: str,
    service_version: ServiceVersion,
    office: Office,
    holder: Applicant,
    data: dict[str, Any],
    place: str,
    valid_from: date,
    valid_until: date | None,
    signer_id: int,
    signer_title: str,
    act: str,
    by: By,
) -> Permit:
    """Give the document its number and leave it to the signer process.

    A document that was drawn up before and could not be signed keeps its number; one that was
    given up gets a new one.
    `data` is what the template prints, less number and date, which are given here.
    """
    document = service_version.definition["documents"][kind]
    permit = (
        Permit.objects.select_for_update(no_key=True).filter(kind=kind, subject=subject).first()
    )
    if permit and permit.status not in (Permit.Status.UNSIGNED, Permit.Status.VOID):
        return permit
    if permit is None or permit.status == Permit.Status.VOID:
        number = offices.take_number(
            office=office,
            series=document["series"],
            template=document["number"],
            on=valid_from,
            subject=f"{kind}:{subject}",
            by=by,
        )
        permit = permit or Permit(kind=kind, subject=subject)
        permit.number, permit.token = number.text, secrets.token_urlsafe(20)
        permit.title, permit.service_version = document["title"], service_version
        permit.office, permit.holder = office, holder
    permit.status = Permit.Status.SIGNING
    permit.data = data
    permit.place = place
    permit.valid_from, permit.valid_until = valid_from, valid_until
    permit.signer_id, permit.signer_title, permit.act = signer_id, signer_title, act
    permit.failure = ""
    permit.save()
    seen = json.dumps(data, sort_keys=True, ensure_ascii=False).encode()
    journal.record(
        PermitDrawnUp(
            subject=f"permit:{permit.pk}",
            permit_id=permit.pk,
            kind=kind,
            digest=sha256(seen).hexdigest(),
        ),
        by=by,
    )
    return permit


@transaction.atomic
def finish_signing(permit_id: int, *, act: str, file: StoredFile, level: str) -> None:
    """Store the signed file; a second finish of the same document changes nothing.

    A job that comes late from an earlier act holds what was signed then, not what is agreed now.
    """
    permit = _record.lock(permit_id)
    if permit.status != Permit.Status.SIGNING or permit.act != act:
        return
    permit.status = Permit.Status.VALID
    permit.file = file
    permit.signed_at = timezone.now()
    permit.renew_at = _renewal(level)
    permit.log_sequence = _record.log(permit, "issued", file.sha256)
    permit.save()
    Edition.objects.create(permit=permit, file=file, sha256=file.sha256, signature_level=level)
    journal.record(
        PermitSigned(
            subject=f"permit:{permit.pk}",
            permit_id=permit.pk,
            kind=permit.kind,
            source=permit.subject,
            sha256=file.sha256,
        ),
        by=SYSTEM,
    )


@transaction.atomic
def fail_signing(permit_id: int, *, reason: str) -> None:
    """The signature was not made. The number stays; the signer is asked again."""
    permit = _record.lock(permit_id)
    if permit.status != Permit.Status.SIGNING:
        return
    permit.status = Permit.Status.UNSIGNED
    permit.failure = reason
    permit.save(update_fields=["status", "failure"])
    journal.record(
        SigningFailed(subject=f"permit:{permit.pk}", permit_id=permit.pk, source=permit.subject),
        by=SYSTEM,
    )


@transaction.atomic
def abandon(permit_id: int, *, reason: str, by: By) -> None:
    """A document that could not be signed is not wanted any more; its number ends with a reason."""
    permit = _record.lock(permit_id)
    if permit.status != Permit.Status.UNSIGNED:
        return
    series = permit.service_version.definition["documents"][permit.kind]["series"]
    number = units.number_of(f"{permit.kind}:{permit.subject}", series)
    if number:
        offices.void_number(number.pk, reason=reason, by=by)
    permit.status = Permit.Status.VOID
    permit.save(update_fields=["status"])
    journal.record(PermitAbandoned(subject=f"permit:{permit.pk}", permit_id=permit.pk), by=by)


@transaction.atomic
def note_export(office_id: int, *, what: str, by: By) -> None:
    """Somebody took the register book of an office away."""
    journal.record(ProtectedDataRead(subject=f"office:{office_id}", what=what), by=by)


@transaction.atomic
def renew_edition(permit_id: int, *, file: StoredFile, level: str) -> None:
    """Keep the file with a stronger or younger archive time stamp beside the earlier one."""
    permit = _record.lock(permit_id)
    if Edition.objects.filter(permit=permit, sha256=file.sha256).exists():
        return
    Edition.objects.create(permit=permit, file=file, sha256=file.sha256, signature_level=level)
    permit.file = file
    permit.log_sequence = _record.log(permit, "renewed", file.sha256)
    permit.renew_at = _renewal(level)
    permit.save(update_fields=["file", "log_sequence", "renew_at"])
    journal.record(
        PermitSigned(
            subject=f"permit:{permit.pk}",
            permit_id=permit.pk,
            kind="edition",
            source=permit.subject,
            sha256=file.sha256,
        ),
        by=SYSTEM,
    )


@transaction.atomic
def hand_over(
    permit_id: int,
    *,
    to_name: str,
    relation: str,
    proof: str,
    authority: StoredFile | None,
    by: By,
) -> Handover:
    """Record who received the document at the counter, and against what proof."""
    permit = _record.lock(permit_id)
    post = access.handing_over(by, permit)
    if permit.status != Permit.Status.VALID:
        raise NotInForce("Dokumen ini belum ditandatangani atau tidak berlaku lagi.")
    access.require_other_holder(by, permit)
    if not to_name.strip():
        raise Incomplete("Tulis nama penerima dokumen", field="to_name")
    if not proof.strip():
        raise Incomplete("Tulis bukti diri yang ditunjukkan penerima", field="proof")
    for field, text in (("to_name", to_name), ("proof", proof)):
        if len(text.strip()) > LONGEST:
            raise Incomplete(f"Tulis paling banyak {LONGEST} huruf", field=field)
    if relation == "proxy" and to_name.strip().casefold() == permit.holder.name.casefold():
        raise Incomplete("Tulis nama penerima kuasa, bukan nama pemegang", field="to_name")
    if relation == "proxy" and authority is None:
        raise Incomplete(
            "Penerima kuasa harus membawa surat kuasa. Unggah surat itu dulu", field="authority"
        )
    if done := permit.handovers.filter(channel="counter").first():
        return done
    return _handed_over(
        Handover(
            permit=permit,
            channel="counter",
            to_name=to_name.strip(),
            relation=relation,
            proof=proof.strip(),
            authority=authority,
            by_id=by.person,
        ),
        by=replace(by, post_id=post.post_id, office_id=post.office_id),
    )


@transaction.atomic
def hand_over_online(permit_id: int, *, by: By) -> Handover:
    """The holder's first download after sign-in is the electronic handover (Palembang 11(2)g)."""
    permit = _record.lock(permit_id)
    if permit.file_id is None:
        raise NotInForce("Dokumen ini belum ditandatangani.")
    if by.account_id is None or permit.holder.account_id != by.account_id:
        raise NotHolder("Hanya pemegang dokumen ini yang bisa mengambilnya di sini.")
    if done := permit.handovers.filter(channel="online").first():
        return done
    return _handed_over(
        Handover(
            permit=permit,
            channel="online",
            to_name=permit.holder.name,
            relation="holder",
            proof="Masuk dengan akun terverifikasi",
            by_id=by.person,
        ),
        by=by,
    )


def _renewal(level: str) -> datetime:
    """At once where the archive time stamp is missing."""
    return timezone.now() + (RENEW_AFTER if level == "B-LTA" else timedelta())


def _handed_over(handover: Handover, *, by: By) -> Handover:
    handover.save()
    permit = handover.permit
    if permit.handed_over_at is None:
        permit.handed_over_at = handover.at
        permit.save(update_fields=["handed_over_at"])
    journal.record(
        PermitHandedOver(
            subject=f"permit:{handover.permit_id}",
            permit_id=handover.permit_id,
            handover_id=handover.pk,
            channel=handover.channel,
        ),
        by=by,
    )
    return handover
