"""Accounts: made, disabled, and what happens at the door."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from satupintu.journal import actions as journal
from satupintu.lib import identity
from satupintu.lib.errors import Refused, both
from satupintu.people import access
from satupintu.people.actions._ending import tell_open_pages
from satupintu.people.actions._reading import read
from satupintu.people.events import (
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    OwnDataTaken,
    RecoveryCodeUsed,
    SignInChanged,
    SignInFailed,
)
from satupintu.people.models import Account

if TYPE_CHECKING:
    from satupintu.journal.events import By


class ContactTaken(Refused):
    """Another account already signs in with this e-mail or phone."""


@transaction.atomic
def create_account(
    *, name: str, email: str = "", phone: str = "", nip: str = "", rank: str = "", by: By
) -> Account:
    """An account for an officer. Nobody chooses its password: the owner sets it by a code.

    Raises NoRight, ContactTaken.
    """
    by = access.require_admin(by)
    if not name.strip():
        raise Refused(both("Isi nama lengkap", "Fill in the full name"), field="name")
    email = email.strip().lower()
    phone = read("phone", identity.phone, phone) if phone.strip() else ""
    if not email and not phone:
        raise Refused(
            both("Isi e-mail atau nomor ponsel", "Fill in an e-mail or a phone number"),
            field="email",
        )
    if email:
        read("email", _checked_email, email)
    if nip and not re.fullmatch(r"[0-9]{18}", nip):
        raise Refused(both("NIP harus 18 angka", "A NIP has 18 digits"), field="nip")
    if email and Account.objects.filter(email=email).exists():
        raise ContactTaken(
            both("E-mail ini sudah dipakai akun lain", "Another account already uses this e-mail"),
            field="email",
        )
    if phone and Account.objects.filter(phone=phone).exists():
        raise ContactTaken(
            both("Nomor ini sudah dipakai akun lain", "Another account already uses this number"),
            field="phone",
        )
    account = Account(
        name=name.strip(), email=email or None, phone=phone or None, nip=nip, rank=rank.strip()
    )
    account.set_unusable_password()
    account.save()
    if email:
        EmailAddress.objects.create(user=account, email=email, primary=True, verified=False)
    journal.record(AccountCreated(subject=account.subject, account_id=account.pk), by=by)
    return account


def _checked_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Refused(
            both("Tulis e-mail lengkap: nama@contoh.id", "Write a whole e-mail: name@example.com")
        ) from None
    return text


@transaction.atomic
def sign_up(
    *, name: str, email: str = "", phone: str = "", password: str | None = None, by: By
) -> Account:
    """A person makes an account; it lets nobody in before its contact is proved.

    Without a password, whoever signs in by an outside provider.
    """
    account = Account(name=name.strip(), email=email or None, phone=phone or None)
    account.set_password(password)
    account.save()
    journal.record(AccountCreated(subject=account.subject, account_id=account.pk), by=by)
    return account


@transaction.atomic
def disable_account(account_id: int, *, by: By) -> Account:
    """Shut an account out; its sessions and rights end with its next request."""
    return _switch(account_id, active=False, by=by)


@transaction.atomic
def enable_account(account_id: int, *, by: By) -> Account:
    return _switch(account_id, active=True, by=by)


def _switch(account_id: int, *, active: bool, by: By) -> Account:
    by = access.require_admin_of_account(by, account_id)
    access.require_other(by, account_id)
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.is_active == active:
        return account
    account.is_active = active
    account.save(update_fields=["is_active"])
    tell_open_pages()
    event = AccountEnabled if active else AccountDisabled
    journal.record(event(subject=account.subject, account_id=account.pk), by=by)
    return account


@transaction.atomic
def set_phone(account_id: int, phone: str, *, verified: bool, by: By) -> None:
    """Keep the number that signs in, and whether its owner proved to read it."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    account.phone, account.phone_verified = phone, verified
    account.save(update_fields=["phone", "phone_verified"])
    what = "phone_verified" if verified else "phone_set"
    note_sign_in_change(account_id, what, by=by)


@transaction.atomic
def note_failed_sign_in(account_id: int | None, *, throttled: bool, by: By) -> None:
    """Breaches of the rules of sign-in are logged (PLU-6), with nothing of what was typed."""
    subject = f"account:{account_id}" if account_id else "sign-in"
    event = SignInFailed(subject=subject, account_id=account_id, throttled=throttled)
    journal.record(event, by=by)


@transaction.atomic
def note_sign_in_change(account_id: int, what: str, *, by: By) -> None:
    event = SignInChanged(subject=f"account:{account_id}", account_id=account_id, what=what)
    journal.record(event, by=by)


@transaction.atomic
def note_recovery_code(account_id: int, *, left: int, by: By) -> None:
    event = RecoveryCodeUsed(subject=f"account:{account_id}", account_id=account_id, left=left)
    journal.record(event, by=by)


@transaction.atomic
def note_own_data_taken(*, by: By) -> None:
    event = OwnDataTaken(subject=f"account:{by.person}", account_id=by.person)
    journal.record(event, by=by)
