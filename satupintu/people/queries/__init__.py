"""Every read of accounts, applicants, holders and mandates."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac

from satupintu.compiled import compiled
from satupintu.lib.identity import mask_name, mask_nik, mask_phone
from satupintu.offices import queries as offices
from satupintu.offices.queries import NoRight as NoRight
from satupintu.people.access import RIGHTS as RIGHTS
from satupintu.people.access import HeldPost as HeldPost
from satupintu.people.access import acting_post as acting_post
from satupintu.people.access import admin_reach as admin_reach
from satupintu.people.access import on_day
from satupintu.people.access import posts_held as posts_held
from satupintu.people.access import reading_posts_once as reading_posts_once
from satupintu.people.access import require_admin as require_admin
from satupintu.people.access import require_admin_everywhere as require_admin_everywhere
from satupintu.people.access import require_data_steward as require_data_steward
from satupintu.people.access import require_officer as require_officer
from satupintu.people.access import review_reach as review_reach
from satupintu.people.models import Account, Applicant, Device, Holding, Mandate, Pin
from satupintu.people.queries.data_requests import answered_data_requests as answered_data_requests
from satupintu.people.queries.data_requests import data_request as data_request
from satupintu.people.queries.data_requests import data_requests_of as data_requests_of
from satupintu.people.queries.data_requests import open_data_requests as open_data_requests
from satupintu.people.queries.reviews import ended_posts as ended_posts
from satupintu.people.queries.reviews import last_review as last_review
from satupintu.people.queries.reviews import reviews as reviews

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from satupintu.journal.events import By
    from satupintu.offices.models import Post

FOUND_AT_MOST = 20
POSTS_A_PAGE = 50
MOST_WORDS = 6


def acting_as(
    by: By, *, role: str | None = None, right: str | None = None, office_id: int | None = None
) -> By:
    """`by` with the post in which the act is done, as the journal wants it. Raises NoRight."""
    held = acting_post(by, role=role, right=right, office_id=office_id)
    return dataclasses.replace(by, post_id=held.post_id, office_id=held.office_id)


# Accounts


def account(account_id: int) -> Account:
    return Account.objects.get(pk=account_id)


def names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these accounts, in one query."""
    wanted = {account_id for account_id in account_ids if account_id is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def account_by_contact(contact: str) -> Account | None:
    """By e-mail in lower case or by phone as +62…."""
    return Account.objects.filter(Q(email=contact) | Q(phone=contact)).first()


def is_officer(account_id: int | None) -> bool:
    """Holds a post today, or acts in one."""
    return bool(posts_held(account_id))


def answers_by_link(account_id: int | None) -> bool:
    """Heads of RT and RW, who get links by SMS and open them with a PIN."""
    return any("endorse" in held.rights for held in posts_held(account_id))


def has_second_factor(account_id: int, *, other_than: int | None = None) -> bool:
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found = Authenticator.objects.filter(user_id=account_id, type__in=factors)
    return bool(found.exclude(pk=other_than).exists())


def needs_second_factor(account_id: int) -> bool:
    """An officer who can not yet prove a second factor; no officer page may open (PLU-6)."""
    return any(not held.proved for held in posts_held(account_id))


@dataclass(frozen=True)
class Contacts:
    """Only what its owner has proved to read; empty where that is not so."""

    email: str
    phone: str


def contacts(account_id: int) -> Contacts:
    owner = account(account_id)
    proved = EmailAddress.objects.filter(user_id=account_id, email=owner.email, verified=True)
    return Contacts(
        email=owner.email if owner.email and proved.exists() else "",
        phone=owner.phone if owner.phone and owner.phone_verified else "",
    )


def applicant_contacts(applicant: Applicant) -> Contacts:
    """What the applicant's account has proved to be its own, or was told without an account."""
    if applicant.account is None or applicant.account.is_guest:
        return Contacts(email=applicant.email, phone=applicant.phone)
    return contacts(applicant.account.pk)


def officer_contacts(account_id: int) -> Contacts:
    """For messages to an officer in the post: what an administrator recorded counts too.

    It lets nobody in; who holds no post today has only what `contacts` knows.
    """
    if not is_officer(account_id):
        return contacts(account_id)
    owner = account(account_id)
    return Contacts(email=owner.email or "", phone=owner.phone or "")


def pin_mark(account_id: int) -> str:
    """Changes with the PIN, and tells nothing of it; empty where there is none."""
    found = Pin.objects.filter(account_id=account_id).first()
    return salted_hmac("people.pin", found.hash, algorithm="sha256").hexdigest() if found else ""


def device(device_id: int) -> Device:
    return Device.objects.get(pk=device_id)


# Applicants


def applicant(applicant_id: int) -> Applicant:
    return Applicant.objects.select_related("area").get(pk=applicant_id)


def applicants_of(account_id: int) -> QuerySet[Applicant]:
    """Oneself first, then the companies one applies for."""
    return Applicant.objects.filter(account_id=account_id).order_by("-kind", "name", "id")


def own_applicant(account_id: int) -> Applicant | None:
    return Applicant.objects.filter(account_id=account_id, kind=Applicant.Kind.PERSON).first()


def personal_data(account_id: int) -> dict[str, object]:
    """The account, and the applicants that it speaks for, as plain values."""
    owner = account(account_id)
    own = ("name", "email", "phone", "nip", "rank", "created_at", "last_login")
    of_applicant = (
        "kind", "name", "nik", "birth_place", "birth_date", "sex", "address", "area__name",
        "phone", "email", "company", "created_at", "updated_at",
    )  # fmt: skip
    return {
        "account": {name: getattr(owner, name) for name in own},
        "applicants": list(applicants_of(account_id).values(*of_applicant)),
        "devices": list(owner.devices.values("words", "first_seen", "last_seen")[:FOUND_AT_MOST]),
    }


def companies_of(account_id: int) -> QuerySet[Applicant]:
    return applicants_of(account_id).filter(kind=Applicant.Kind.COMPANY)


def is_same_person(account_id: int | None, applicant: Applicant) -> bool:
    """Whether an account stands for an applicant: its own, or one with its phone or its NIK."""
    if account_id is None:
        return False
    if applicant.account_id == account_id:
        return True
    return bool(_sharing(account_id, applicant.phone or "-", applicant.nik or "-"))


@compiled
def _sharing(account_id: int, phone: str, nik: str) -> QuerySet[Account]:
    same = Q(phone=phone, phone_verified=True)
    same |= Q(applicants__nik=nik, applicants__kind=Applicant.Kind.PERSON)
    return Account.objects.filter(same, pk=account_id).only("pk")


def others_with_nik(applicant: Applicant) -> int:
    """Applicants with the same NIK that another phone or account gave: a slip, or a claim."""
    same = Applicant.objects.filter(nik=applicant.nik, kind=Applicant.Kind.PERSON)
    if applicant.phone:
        same = same.exclude(phone=applicant.phone)
    return same.exclude(pk=applicant.pk).count() if applicant.nik else 0


@dataclass(frozen=True)
class MaskedApplicant:
    """Enough to recognise someone who stands at the counter, and no more."""

    id: int
    kind: str
    name: str
    nik: str
    phone: str
    has_account: bool


def applicants_by_nik(nik: str) -> tuple[MaskedApplicant, ...]:
    """For the counter; companies are found by the NIK of the person who is responsible."""
    found = Applicant.objects.filter(nik=nik).select_related("account")
    rows = found.order_by("-kind", "name", "id")[:FOUND_AT_MOST]
    return tuple(_masked(row) for row in rows)


def _masked(row: Applicant) -> MaskedApplicant:
    return MaskedApplicant(
        id=row.pk,
        kind=row.kind,
        name=row.display_name if row.company else mask_name(row.name),
        nik=mask_nik(row.nik) if row.nik else "",
        phone=mask_phone(row.phone) if row.phone else "",
        has_account=row.account is not None and not row.account.is_guest,
    )


# Posts and mandates

Row = TypeVar("Row", Holding, Mandate)


def holding(holding_id: int) -> Holding:
    return Holding.objects.select_related("post__office", "account").get(pk=holding_id)


def mandate(mandate_id: int) -> Mandate:
    return Mandate.objects.select_related("post__office", "account").get(pk=mandate_id)


def accounts_holding(
    *, role: str, office_id: int | None = None, on: date | None = None
) -> QuerySet[Account]:
    """Everyone who may act in a role on a day, to tell them that work waits."""
    day = on or offices.today()
    posts: dict[str, object] = {"post__role__code": role, "post__active": True}
    if office_id:
        posts["post__office_id"] = office_id
    held = Holding.objects.filter(on_day(day), account_id=OuterRef("pk"), **posts)
    acting = Mandate.objects.filter(on_day(day), account_id=OuterRef("pk"), **posts)
    return Account.objects.filter(Exists(held) | Exists(acting), is_active=True).order_by("id")


def officers_acting(*, role: str, office_id: int) -> list[Account]:
    """Who may act in a role of an office today."""
    return _acting(role, office_id, offices.today())


@compiled
def _acting(role: str, office_id: int, day: date) -> QuerySet[Account]:
    return accounts_holding(role=role, office_id=office_id, on=day)


def team(*, role: str, office_id: int) -> dict[int, int]:
    """Who may act in a role of an office today: account id -> the post they act in."""
    posts = {"post__role__code": role, "post__office_id": office_id, "post__active": True}
    rows: list[Holding | Mandate] = [
        *_on(Holding.objects.filter(**posts), None),
        *_on(Mandate.objects.filter(**posts), None),
    ]
    return {row.account_id: row.post_id for row in rows if row.account.is_active}


@dataclass(frozen=True)
class MatrixRow:
    """One post on one day: what it may do, and who may do it."""

    post: Post
    role_name: object
    rights: frozenset[str]
    holding: Holding | None
    mandate: Mandate | None


@dataclass(frozen=True)
class MatrixPage:
    rows: tuple[MatrixRow, ...]
    next: str = ""  # key of the last row: "office code.post id"


def who_may_do_what(
    on: date | None = None, posts: QuerySet[Post] | None = None
) -> tuple[MatrixRow, ...]:
    """Posts, rights and people on a day (PLB-9-4); three queries, whatever the size."""
    day = on or offices.today()
    shown = list(offices.posts() if posts is None else posts)
    held = {row.post_id: row for row in _on(Holding.objects.filter(post__in=shown), day)}
    acting = {row.post_id: row for row in _on(Mandate.objects.filter(post__in=shown), day)}
    return tuple(
        MatrixRow(
            post=post,
            role_name=post.role.name,
            rights=frozenset(post.role.rights),
            holding=held.get(post.pk),
            mandate=acting.get(post.pk),
        )
        for post in shown
    )


def matrix(
    on: date,
    *,
    reach: Collection[int] | None = None,
    search: str = "",
    vacant: bool = False,
    right: str = "",
    office_id: int | None = None,
    after: str = "",
) -> MatrixPage:
    """A page of posts of these units (None: of all), found by post or unit."""
    found = offices.posts() if reach is None else offices.posts().filter(office_id__in=reach)
    held = Holding.objects.filter(on_day(on), post=OuterRef("pk"))
    acting = Mandate.objects.filter(on_day(on), post=OuterRef("pk"))
    for word in search.split()[:MOST_WORDS]:
        found = found.filter(
            Q(name__icontains=word) | Q(office__name__icontains=word) | Q(office__code__iexact=word)
        )
    if right:
        found = found.filter(role__rights__contains=[right])
    if office_id is not None:
        found = found.filter(office_id=office_id)
    if vacant:
        found = found.filter(~Exists(held), ~Exists(acting))
    office, _, key = after.rpartition(".")
    if key.isdecimal():
        found = found.filter(Q(office__code__gt=office) | Q(office__code=office, pk__gt=int(key)))
    rows = who_may_do_what(on, found[: POSTS_A_PAGE + 1])
    page = rows[:POSTS_A_PAGE]
    last = page[-1].post if len(rows) > len(page) else None
    return MatrixPage(page, f"{last.office.code}.{last.pk}" if last else "")


def second_factors(account_ids: Iterable[int]) -> dict[int, set[str]]:
    """Which kinds of second factor these accounts have."""
    found: dict[int, set[str]] = {}
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    rows = Authenticator.objects.filter(user_id__in=list(account_ids), type__in=kinds)
    for account_id, kind in rows.values_list("user_id", "type"):
        found.setdefault(account_id, set()).add(kind)
    return found


def officer(account_id: int, reach: Collection[int] | None = None) -> Account | None:
    """The account of somebody who holds, held or will hold a post, in these units if named."""
    places = {} if reach is None else {"post__office_id__in": reach}
    return Account.objects.filter(
        Exists(Holding.objects.filter(account=OuterRef("pk"), **places))
        | Exists(Mandate.objects.filter(account=OuterRef("pk"), **places)),
        pk=account_id,
    ).first()


def holdings_of_account(account_id: int) -> QuerySet[Holding]:
    return _with_names(Holding.objects.filter(account_id=account_id)).reverse()


def mandates_of_account(account_id: int) -> QuerySet[Mandate]:
    return _with_names(Mandate.objects.filter(account_id=account_id)).reverse()


def holdings_of_post(post_id: int) -> QuerySet[Holding]:
    return _with_names(Holding.objects.filter(post_id=post_id)).reverse()


def mandates_of_post(post_id: int) -> QuerySet[Mandate]:
    return _with_names(Mandate.objects.filter(post_id=post_id)).reverse()


def _on(rows: QuerySet[Row], day: date | None) -> QuerySet[Row]:
    return _with_names(rows.filter(on_day(day or offices.today())))


def _with_names(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_related("account", "post__office").order_by("from_date", "id")
