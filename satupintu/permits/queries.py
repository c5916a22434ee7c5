"""Reads issued documents, for their holders, for officers and for strangers with a QR code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.utils import timezone

from satupintu.compiled import compiled
from satupintu.documents import queries as documents
from satupintu.files import queries as files
from satupintu.journal.events import By
from satupintu.lib import identity
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.permits import access
from satupintu.permits.models import Decision, Handover, Permit, Share
from satupintu.permits.papers import MONTHS, letterhead, long_date, signer_block
from satupintu.signing import queries as signing

if TYPE_CHECKING:
    from satupintu.people.models import Applicant
    from satupintu.signing.queries import SignatureReport

__all__ = ["MONTHS", "Decision", "Handover", "Permit", "letterhead", "long_date", "signer_block"]

PAGE = 100

PENDING = Q(
    effective_at__isnull=True, dropped_at__isnull=True
)  # decisions neither signed nor given up

# The five states of a checked document (ux.md e); the sixth word, "cannot be checked", is a 503.
VALID, ENDED, SUSPENDED, REVOKED, UNKNOWN = "valid", "ended", "suspended", "revoked", "unknown"


@dataclass(frozen=True)
class Verification:
    """What a stranger may learn: nothing beyond what the paper already shows."""

    state: str  # valid | ended | suspended | revoked | unknown
    permit: Permit | None = None
    holder: str = ""
    signature: SignatureReport | None = None


# Only what a stranger is shown, and what it follows from.
VERIFIED = Permit.objects.select_related("holder", "signer").only(
    *("number", "token", "title", "place", "status", "valid_from", "valid_until", "file_id"),
    *("signer_title", "log_sequence", "holder__name", "signer__name"),
)


def by_id(permit_id: int) -> Permit:
    return _whole().get(pk=permit_id)


def by_ids(permit_ids: Sequence[int]) -> QuerySet[Permit]:
    return _listed().filter(pk__in=permit_ids).order_by("id")


def by_act(act: str) -> QuerySet[Permit]:
    return _listed().filter(act=act).order_by("id")


def by_source(kind: str, source: str) -> Permit | None:
    return _whole().filter(kind=kind, subject=source).first()


def is_of(permit_id: int, subject: str) -> bool:
    return Permit.objects.filter(pk=permit_id, subject=subject).exists()


def of_holder(applicant_id: int) -> QuerySet[Permit]:
    """What was signed for a person or company, the newest first."""
    return _listed().filter(holder_id=applicant_id, file__isnull=False).order_by("-id")


def decision(decision_id: int) -> Decision:
    return Decision.objects.select_related(
        "permit__holder",
        "permit__service_version__service",
        "permit__office",
        "drafted_by",
        "letter",
    ).get(pk=decision_id)


def decisions(permit: Permit) -> QuerySet[Decision]:
    return permit.decisions.select_related("letter", "drafted_by", "dropped_by").order_by("id")


def public_decisions(permit: Permit) -> list[Decision]:
    """What was decided on it since and has taken effect, as strangers are told, oldest first."""
    return sorted(_effective(permit.pk), key=lambda decision: decision.pk)


@compiled
def _effective(permit_id: int) -> QuerySet[Decision]:
    found = Decision.objects.filter(permit_id=permit_id, effective_at__isnull=False)
    return found.select_related("letter").only(
        "permit_id", "kind", "effective_at", "letter__number"
    )


def pending_decisions(office_ids: Sequence[int]) -> QuerySet[Decision]:
    return (
        Decision.objects.filter(PENDING, permit__office_id__in=office_ids)
        .select_related("permit__holder", "permit__service_version", "letter")
        .defer("permit__data", "permit__service_version__definition", "letter__data")
        .order_by("drafted_at", "id")[:100]
    )


def decisions_to_sign(by: By) -> list[Decision]:
    units = {post.office_id for post in people.posts_held(by.account_id)}
    return [one for one in pending_decisions([*units]) if access.may_sign(by, one)]


def handovers(permit: Permit) -> QuerySet[Handover]:
    return permit.handovers.select_related("by").order_by("id")


def find(office_ids: Sequence[int], number: str) -> QuerySet[Permit]:
    """Permits of these offices whose number begins so, newest first, at most 25."""
    return (
        _listed()
        .filter(office_id__in=office_ids, kind="permit", number__startswith=number.strip())
        .order_by("-id")[:25]
    )


def letter_of(number: str, *, applicant: Applicant, seen: bool) -> Permit | None:
    """This applicant's signed letter of that number; None for a wrong number and for another's."""
    found = _whole().filter(number=_tidy(number), kind="permit", file__isnull=False).first()
    return found if found and access.is_holder(applicant, found, seen=seen) else None


def shares(permit: Permit) -> QuerySet[Share]:
    """Its links, also those that ended, the newest first."""
    return permit.shares.order_by("-id")[:30]


def open_shares(permit: Permit) -> QuerySet[Share]:
    return permit.shares.filter(withdrawn_at=None, ends_at__gt=timezone.now())


def shared(token: str) -> Share | None:
    """The link behind a token; None when it ended, was taken back or never was."""
    found = Share.objects.select_related("permit").filter(token_hash=hash_of(token))
    return found.filter(withdrawn_at=None, ends_at__gt=timezone.now()).first()


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def book(
    office_ids: Sequence[int], *, year: int, month: int | None = None, after: str = ""
) -> QuerySet[Permit]:
    """The register book of these offices: every signed letter by its date, the newest first."""
    found = _issued(office_ids, year).order_by("-valid_from", "-id")
    if month:
        found = found.filter(valid_from__month=month)
    day, _, key = after.rpartition(".")
    try:
        place = date.fromisoformat(day), int(key)
    except ValueError:
        return found
    return found.filter(
        Q(valid_from__lte=place[0]), Q(valid_from__lt=place[0]) | Q(pk__lt=place[1])
    )


def recapitulation(office_ids: Sequence[int], year: int) -> list[Mapping[str, Any]]:
    """Signed letters by month and kind: [{month, title, count}]."""
    counted: Any = (
        _issued(office_ids, year)
        .values("title", month=ExtractMonth("valid_from"))
        .annotate(count=Count("pk"))
        .order_by("month", "title")
    )
    return list(counted)


def _issued(office_ids: Sequence[int], year: int) -> QuerySet[Permit]:
    return Permit.objects.filter(
        office_id__in=office_ids,
        file__isnull=False,
        valid_from__gte=date(year, 1, 1),
        valid_from__lte=date(year, 12, 31),
    ).select_related("holder", "office")


def verify_token(token: str) -> Verification:
    return _verification(next(iter(_of_token(token)), None))


@compiled
def _of_token(token: str) -> QuerySet[Permit]:
    return VERIFIED.filter(token=token)


def verify_number(number: str) -> Verification:
    return _verification(next(iter(VERIFIED.filter(number=_tidy(number))[:1]), None))


def verify_file(content: bytes) -> Verification:
    """A file is ours when its hash is registered; its signature tells if it was changed.

    Raises signing's NotChecked for a foreign file that can not be looked into.
    """
    permit = _whole().filter(editions__sha256=sha256(content).hexdigest()).first()
    return _verification(permit, signing.inspect(content))


def state(permit: Permit, on: date | None = None) -> str:
    if permit.file_id is None:
        return UNKNOWN
    if permit.status != Permit.Status.VALID:
        return permit.status
    return ENDED if permit.has_ended(on or offices.today()) else VALID


@dataclass(frozen=True)
class Waiting:
    """A page of what waits to be fetched, the oldest first; the next one begins after `next`."""

    permits: list[Permit]
    next: str = ""


def to_hand_over(office_ids: Sequence[int], *, wanted: str = "", after: str = "") -> Waiting:
    """Signed permits of these offices that nobody received; each office read from its index.

    `wanted` is the holder's NIK or how a number begins.
    """
    digits = "".join(wanted.split())  # as groups of four, too
    is_nik = len(digits) == 16 and digits.isdecimal()
    only = Q(holder__nik=digits) if is_nik else Q(number__startswith=wanted)
    parts = [
        not_handed_over(office_id, after=after).filter(only)[: PAGE + 1] for office_id in office_ids
    ]
    found = sorted(
        (permit for part in parts for permit in part),
        key=lambda permit: (permit.signed_at or permit.created_at, permit.pk),
    )
    page = found[:PAGE]
    more = len(found) > PAGE and page[-1].signed_at
    return Waiting(page, f"{more.isoformat()}_{page[-1].pk}" if more else "")


def not_handed_over(office_id: int, *, after: str = "") -> QuerySet[Permit]:
    """`after` is the key of the last row of the page before; what makes no sense is the start."""
    waiting = _listed().filter(
        office_id=office_id,
        kind="permit",
        status=Permit.Status.VALID,
        handed_over_at__isnull=True,
    )
    moment, _, key = after.partition("_")
    try:
        at, pk = datetime.fromisoformat(moment), int(key)
    except ValueError:
        return waiting.order_by("signed_at", "id")
    if at.tzinfo is None:
        return waiting.order_by("signed_at", "id")
    later = Q(signed_at__gt=at) | Q(signed_at=at, pk__gt=pk)
    return waiting.filter(later, signed_at__gte=at).order_by("signed_at", "id")


def copy(permit: Permit) -> bytes:
    """The same words marked SALINAN: only the signed file is the document (Palembang 13(3))."""
    return render(permit, mark="SALINAN")


def render(permit: Permit, *, mark: str = "") -> bytes:
    """The document as the signer saw it, now with its number, its date and its QR address."""
    definition = permit.service_version.definition
    qr = documents.qr(f"{address(permit)}#{claim(permit)}")
    data = {
        **permit.data,
        "number": permit.number,
        "verification": {"url": address(permit), "qr": "qr.svg"},
        **({"mark": mark} if mark else {}),
    }
    template = definition["documents"][permit.kind]["template"]
    return paper(definition, template, data, {"qr.svg": qr})


def paper(
    definition: Mapping[str, Any],
    template: str,
    data: Mapping[str, Any],
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """One of a service's templates as PDF/A, with the city's crest and the files `data` names."""
    named = {
        name: files.read(files.stored(file_id)) for name, file_id in data.get("files", {}).items()
    }
    return documents.render(
        definition["templates"][template],
        dict(data),
        files={
            **{name: source.encode() for name, source in definition["templates"].items()},
            "crest.svg": offices.city().crest.encode(),
            **named,
            **(extra or {}),
        },
    )


def content(permit: Permit) -> bytes:
    """The signed file as it is now. Only for documents that have one."""
    assert permit.file is not None
    return files.read(permit.file)


def file_name(permit: Permit) -> str:
    return f"{permit.title} {permit.number}.pdf".replace("/", "-")


def ended_on(source: str) -> date | None:
    """The last day of the newest permit of a case, by its term or by revocation.

    Without a permit the earliest of days; None while it is in force without end.
    """
    permit = Permit.objects.filter(subject=source, kind="permit", file__isnull=False).first()
    if permit is None:
        return date.min
    if permit.status == Permit.Status.REVOKED:
        moment = permit.decisions.aggregate(last=Max("effective_at"))["last"]
        return offices.local(moment).date() if moment else permit.valid_until
    return permit.valid_until


def unsigned() -> dict[str, int]:
    """How many documents wait for their signature, and of how many it could not be made."""
    waiting = (Permit.Status.SIGNING, Permit.Status.UNSIGNED)
    found = Permit.objects.filter(status__in=waiting).values_list("status").annotate(Count("pk"))
    return dict.fromkeys(map(str, waiting), 0) | dict(found)


def signing_ids() -> list[int]:
    """Documents whose signature is being made."""
    return list(Permit.objects.filter(status=Permit.Status.SIGNING).values_list("id", flat=True))


def to_renew(*, limit: int) -> QuerySet[Permit]:
    """Documents whose newest edition lacks the archive time stamp, or has an old one."""
    return _whole().filter(renew_at__lte=timezone.now()).order_by("renew_at", "id")[:limit]


def claim(permit: Permit) -> str:
    """The compact signed claim in the QR, readable without a network (quality.md check 23)."""
    return signing.claim(
        {
            "n": permit.number,
            "k": permit.kind,
            "h": identity.mask_name(permit.holder.name),
            "f": permit.valid_from.isoformat(),
            "u": permit.valid_until.isoformat() if permit.valid_until else None,
        }
    )


def address(permit: Permit) -> str:
    return f"{settings.BASE_URL}/v/{permit.token}"


def _verification(permit: Permit | None, report: SignatureReport | None = None) -> Verification:
    if permit is None or state(permit) == UNKNOWN:
        return Verification(UNKNOWN, signature=report)
    return Verification(state(permit), permit, identity.mask_name(permit.holder.name), report)


def _tidy(number: str) -> str:
    return " ".join(number.split())


def _whole() -> QuerySet[Permit]:
    return Permit.objects.select_related(
        "holder", "service_version__service", "office", "file", "signer"
    )


def _listed() -> QuerySet[Permit]:
    """For lists, which show neither the service's definition nor what the document prints."""
    return Permit.objects.select_related("holder", "file").defer("data")
