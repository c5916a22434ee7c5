"""The cast of a demonstration: people with a known password and second factor."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib import identity
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import access
from satupintu.people.events import AccountCreated, ApplicantRecorded, HolderAppointed
from satupintu.people.models import Account, Applicant, Holding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from satupintu.journal.events import By


@transaction.atomic
def load_cast(data: Mapping[str, Any], *, by: By) -> dict[str, Applicant]:
    """Make the applicants and officers of a pack's demo.yaml; repeatable.

    Answers with the applicants by code. Only in a sandbox: nobody else may know a password.
    """
    access.require_admin_everywhere(by)
    if not settings.SANDBOX:
        raise Refused("Akun contoh hanya boleh dibuat di ruang coba (SATUPINTU_SANDBOX=1)")
    for row in data["officers"]:
        account = _account(row, by=by)
        account.nip, account.rank = row.get("nip", ""), row.get("rank", "")
        account.save()
        _second_factor(account, row["totp_secret"])
        _appoint(account, row, by=by)
    return {row["code"]: _applicant(row, by=by) for row in data["applicants"]}


def _account(row: Mapping[str, Any], *, by: By) -> Account:
    email = row.get("email", "").lower() or None
    phone = identity.phone(row["phone"]) if row.get("phone") else None
    known = {"email": email} if email else {"phone": phone}
    account = Account.objects.filter(**known).first()
    if account is None:
        account = Account(name=row["name"], email=email, phone=phone, phone_verified=bool(phone))
        account.set_password(row["password"])
        account.save()
        journal.record(AccountCreated(subject=account.subject, account_id=account.pk), by=by)
    if email:
        EmailAddress.objects.update_or_create(
            user=account, email=email, defaults={"verified": True, "primary": True}
        )
    return account


def _second_factor(account: Account, secret: str) -> None:
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, secret)
        RecoveryCodes.activate(account)


def _appoint(account: Account, row: Mapping[str, Any], *, by: By) -> None:
    post = offices.post(row["office"], row["post"])
    if Holding.objects.filter(access.on_day(offices.today()), post=post).exists():
        return
    # Cases of the demonstration lie up to 400 days back; the holder was there before them.
    start = date(offices.today().year - 2, 1, 1)
    holding = Holding.objects.create(post=post, account=account, from_date=start)
    event = HolderAppointed(
        subject=f"post:{post.pk}", holding_id=holding.pk, post_id=post.pk, account_id=account.pk
    )
    journal.record(event, by=by)


def _applicant(row: Mapping[str, Any], *, by: By) -> Applicant:
    account = _account(row, by=by) if row.get("password") else None
    number = identity.nik(row["nik"]).number
    known = Applicant.objects.filter(kind=row["kind"], nik=number, account=account).first()
    if known is not None:
        return known
    applicant = Applicant.objects.create(
        kind=row["kind"],
        account=account,
        name=row["name"],
        nik=number,
        birth_place=row["birth_place"],
        birth_date=date.fromisoformat(row["birth_date"]),
        sex=row["sex"],
        address=row["address"],
        area=offices.area(row["area"]),
        phone=identity.phone(row["phone"]),
        email=row.get("email", "").lower(),
        company=row.get("company", {}),
    )
    event = ApplicantRecorded(subject=applicant.subject, applicant_id=applicant.pk)
    journal.record(event, by=by)
    return applicant
