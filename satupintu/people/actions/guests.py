"""Residents without an account: a texted code proves the phone, and brings them back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from procrastinate.contrib.django import app

from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people.actions.applicants import create_applicant, update_applicant
from satupintu.people.actions.throttle import TooOften, take_turn
from satupintu.people.events import AccountCreated, GuestForgotten
from satupintu.people.models import Account, Applicant

if TYPE_CHECKING:
    from datetime import date

    from satupintu.offices.models import Area

CODE_MINUTES = 10


class WrongCode(Refused):
    """Not the code that was sent, or no longer."""


@dataclass(frozen=True)
class SentCode:
    """What the session keeps of a code on its way; never the code itself."""

    key: str
    digest: str
    until: int

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def send_code(phone: str, *, to: str = "guest_text") -> SentCode:
    """Text six digits to a phone; to nobody when it is empty, at the same cost. Raises TooOften.

    `to` names the turns that are counted: who begins does not use up those of who comes back.
    """
    if phone:
        take_turn(to, phone)
    code, key = f"{secrets.randbelow(10**6):06}", uuid.uuid4().hex
    site = offices.city().short_name
    text = both(
        "{code} adalah kode {site} Anda. Berlaku {n} menit. Jangan beri tahu siapa pun.",
        "{code} is your code for {site}. Valid {n} minutes. Tell nobody.",
        code=code,
        site=site,
        n=CODE_MINUTES,
    )
    job = app.configure_task("people.send_sms")
    job.defer(to=phone, text=str(text) if phone else "", key=key)
    return SentCode(key, _digest(key, code), int(time.time()) + 60 * CODE_MINUTES)


def prove_code(sent: SentCode, typed: str) -> None:
    """Raises WrongCode; after five tries also for the right one."""
    try:
        take_turn("guest_code", sent.key)
    except TooOften:
        raise WrongCode(
            both(
                "Kode ini sudah dicoba 5 kali. Minta kode baru.",
                "This code was tried 5 times. Ask for a new one.",
            ),
            field="code",
        ) from None
    bare = "".join(character for character in typed if character.isdigit())
    if time.time() > sent.until or not hmac.compare_digest(sent.digest, _digest(sent.key, bare)):
        raise WrongCode(
            both(
                "Kode tidak cocok atau sudah lewat {n} menit. Periksa lagi, atau minta kode baru",
                "The code does not fit or is over {n} minutes old. Check it, or ask for a new one",
                n=CODE_MINUTES,
            ),
            field="code",
        )


@transaction.atomic
def enter(
    *, name: str, nik: str, birth_date: date, sex: str, area: Area, phone: str, by: By
) -> Applicant:
    """The guest with this NIK who proved this phone; without a phone always a new one.

    A phone alone, or a NIK alone, opens nothing that was given before.
    """
    key = _guest_key(nik, phone, settings.SECRET_KEY) if phone else secrets.token_bytes(32)
    for older in settings.SECRET_KEY_FALLBACKS:
        Account.objects.filter(guest_key=_guest_key(nik, phone, older)).update(guest_key=key)
    guest, new = Account.objects.get_or_create(
        guest_key=key, defaults={"name": name, "password": make_password(None)}
    )
    if new:
        journal.record(AccountCreated(subject=guest.subject, account_id=guest.pk), by=by)
    known = {
        "name": name,
        "nik": nik,
        "birth_date": birth_date,
        "sex": sex,
        "area": area,
        "phone": phone,
    }
    by = By(guest.pk, by.door, request_id=by.request_id)
    applicant = create_applicant(kind="person", account_id=guest.pk, by=by, **known)
    return update_applicant(applicant.pk, by=by, **known)


@transaction.atomic
def account_of(applicant_id: int, *, by: By) -> Account:
    """The guest behind an applicant, made now for one whom the counter registered.

    Raises WrongCode for somebody with an account of their own, who signs in.
    """
    # Without a join: after waiting, PostgreSQL reads only the locked row anew.
    applicant = Applicant.objects.select_for_update(no_key=True).get(pk=applicant_id)
    if applicant.account is None:
        applicant.account = Account.objects.create(
            name=applicant.name, guest_key=secrets.token_bytes(32), password=make_password(None)
        )
        applicant.save(update_fields=["account"])
        event = AccountCreated(subject=applicant.account.subject, account_id=applicant.account.pk)
        journal.record(event, by=by)
    elif not applicant.account.is_guest:
        raise WrongCode(both("Masuk dengan akun Anda.", "Sign in with your account."))
    return applicant.account


@transaction.atomic
def forget_guest(account_id: int) -> None:
    """Remove a guest who never sent anything; what was typed is nobody's business then."""
    guest = Account.objects.select_for_update().get(pk=account_id)
    journal.record(GuestForgotten(subject=guest.subject, account_id=guest.pk), by=SYSTEM)
    guest.applicants.all().delete()
    guest.delete()


def _guest_key(nik: str, phone: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), f"guest|{nik}|{phone}".encode(), "sha256")


def _digest(key: str, code: str) -> str:
    said = f"{key}|{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()
