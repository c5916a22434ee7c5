"""Applicants: recorded by themselves or at the counter, and kept right."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib import identity
from satupintu.lib.errors import Refused, both
from satupintu.people import access
from satupintu.people.actions._reading import read
from satupintu.people.events import ApplicantErased, ApplicantRecorded, PersonalDataChanged
from satupintu.people.models import Applicant

if TYPE_CHECKING:
    from satupintu.journal.events import By

ERASED = "(data dihapus)"
FIELDS = frozenset(
    {
        "name",
        "nik",
        "birth_place",
        "birth_date",
        "sex",
        "address",
        "area",
        "phone",
        "email",
        "company",
    }
)


@transaction.atomic
def create_applicant(*, kind: str, account_id: int | None = None, by: By, **data: Any) -> Applicant:
    """Record a person or company: one's own, or at the counter anybody's. Raises NoRight, Refused.

    One account stands for one person; asking again answers with that person, unchanged.
    """
    by = access.require_owner_or_counter(by, account_id)
    if kind == Applicant.Kind.PERSON and account_id is not None:
        known = Applicant.objects.filter(account_id=account_id, kind=kind).first()
        if known is not None:
            return known
    applicant = Applicant(kind=kind, account_id=account_id, **_clean(data))
    if not applicant.name:
        raise Refused(
            both("Isi nama lengkap sesuai KTP", "Fill in the full name as on the identity card"),
            field="name",
        )
    if kind == Applicant.Kind.COMPANY and not applicant.company.get("name"):
        raise Refused(
            both("Isi nama badan usaha", "Fill in the name of the company"), field="company"
        )
    applicant.save()
    event = ApplicantRecorded(subject=applicant.subject, applicant_id=applicant.pk)
    journal.record(event, by=by)
    return applicant


@transaction.atomic
def erase_applicant(applicant_id: int, *, by: By) -> bool:
    """Forget who somebody without an account of their own is; an account is its owner's to end.

    Whoever calls knows that nothing else is kept of this person.
    """
    applicant = Applicant.objects.select_for_update().get(pk=applicant_id)
    account = applicant.account
    if applicant.name == ERASED or (account is not None and not account.is_guest):
        return False
    applicant.name, applicant.nik, applicant.birth_place, applicant.birth_date = (
        ERASED,
        "",
        "",
        None,
    )
    applicant.sex, applicant.address, applicant.area = "", "", None
    applicant.phone, applicant.email, applicant.company = "", "", {}
    applicant.save()
    if account is not None:
        account.name, account.guest_key, account.is_active = ERASED, secrets.token_bytes(32), False
        account.save(update_fields=["name", "guest_key", "is_active"])
    event = ApplicantErased(subject=applicant.subject, applicant_id=applicant.pk)
    journal.record(event, by=by)
    return True


@transaction.atomic
def add_company(*, account_id: int, company: dict[str, Any], by: By) -> Applicant:
    """A company for which the person of this account is responsible. Raises NoRight, Refused."""
    person = Applicant.objects.filter(account_id=account_id, kind=Applicant.Kind.PERSON).first()
    if person is None:
        raise Refused(
            both(
                "Lengkapi data diri Anda dulu, lalu tambahkan badan usaha",
                "First complete your own details, then add a company",
            )
        )
    own = {name: getattr(person, name) for name in FIELDS - {"company"}}
    return create_applicant(
        kind=Applicant.Kind.COMPANY, account_id=account_id, company=company, by=by, **own
    )


@transaction.atomic
def update_applicant(applicant_id: int, *, by: By, **data: Any) -> Applicant:
    """Correct what is known; the journal keeps which fields, never what stood in them.

    Raises NoRight, Refused.
    """
    applicant = Applicant.objects.select_for_update(no_key=True).get(pk=applicant_id)
    by = access.require_owner_or_counter(by, applicant.account_id)
    cleaned = _clean(data)
    changed = sorted(name for name in cleaned if getattr(applicant, name) != cleaned[name])
    if not changed:
        return applicant
    for name in changed:
        setattr(applicant, name, cleaned[name])
    if not applicant.name:
        raise Refused(
            both("Isi nama lengkap sesuai KTP", "Fill in the full name as on the identity card"),
            field="name",
        )
    applicant.save()
    journal.record(
        PersonalDataChanged(
            subject=applicant.subject, applicant_id=applicant.pk, fields=tuple(changed)
        ),
        by=by,
    )
    return applicant


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(data) - FIELDS:
        raise TypeError(f"An applicant has no {', '.join(sorted(unknown))}")
    cleaned = dict(data)
    for name in {"name", "birth_place", "email"} & set(cleaned):
        cleaned[name] = str(cleaned[name]).strip()
    if cleaned.get("nik"):
        cleaned["nik"] = read("nik", lambda text: identity.nik(text).number, cleaned["nik"])
    if cleaned.get("phone"):
        cleaned["phone"] = read("phone", identity.phone, cleaned["phone"])
    if company := cleaned.get("company"):
        for name, reader in (("npwp", identity.npwp), ("nib", identity.nib)):
            if company.get(name):
                company = {**company, name: read(name, reader, company[name])}
        cleaned["company"] = company
    return cleaned
