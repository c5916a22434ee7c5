"""Where allauth meets our accounts: contacts, codes, throttles, and what the journal keeps."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.template.loader import render_to_string

from satupintu.journal.events import By
from satupintu.lib import identity
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries, tasks
from satupintu.people.requests import Request, keep
from satupintu.people.web.sign_in import devices
from satupintu.people.web.sign_in.fields import PhoneField, is_phone
from satupintu.people.web.sign_in.words import CHANGES, ERRORS, both

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from satupintu.people.models import Account

APP, FAILED, FAILED_ANYWHERE = "allauth.account", "login_failed", "login_failed_anywhere"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    # Accounts

    def save_user(
        self, request: HttpRequest, user: Account, form: Any, commit: bool = True
    ) -> Account:
        data = form.cleaned_data
        return actions.sign_up(
            name=data["name"],
            email=data.get("email", ""),
            phone=data.get("phone", ""),
            password=data["password1"],
            by=_by(None),
        )

    def get_login_stages(self) -> list[str]:
        ours = {
            f"allauth.account.stages.{name}": f"satupintu.people.web.sign_in.stages.{name}"
            for name in ("PhoneVerificationStage", "EmailVerificationStage")
        }
        second = "satupintu.people.web.sign_in.outside.adapter.SecondFactorStage"
        ours["allauth.mfa.stages.AuthenticateStage"] = second
        return [ours.get(path, path) for path in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: Account, **hook: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hook)
        keep(cast("Request", request))
        actions.note_sign_in(user.pk, seen=devices.seen(request, response), by=_by(user))
        return response

    def set_password(self, user: Account, password: str) -> None:
        """A new password also ends the waiting that wrong ones caused."""
        super().set_password(user, password)
        for contact in filter(None, (user.email, user.phone)):
            ratelimit.clear(context.request, app=APP, action=FAILED, key=self._from_here(contact))
            ratelimit.clear(context.request, app=APP, action=FAILED_ANYWHERE, key=contact)

    def can_delete_email(self, email_address: Any) -> bool:
        return bool(email_address.user.emailaddress_set.exclude(pk=email_address.pk).exists())

    # Phones

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> Account | None:
        return queries.account_by_contact(_normal(phone))

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        actions.set_phone(user.pk, phone, verified=verified, by=_by(user))
        user.refresh_from_db()

    def set_phone_verified(self, user: Account, phone: str) -> None:
        self.set_phone(user, phone, verified=True)

    def send_verification_code_sms(
        self, user: Account, phone: str, code: str, **kwargs: Any
    ) -> None:
        self._text(phone, "code", code=code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text(phone, "unknown_account")

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(phone, "account_already_exists")

    # Messages

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        name = template_prefix.rpartition("/")[2]
        if is_phone(email):
            self._text(email, "code" if "code" in context else name, **context)
            return
        values = {"city": offices.city(), "base_url": settings.BASE_URL, **context}
        subject = render_to_string(f"account/email/{name}_subject.txt", values).strip()
        body = render_to_string(f"account/email/{name}_message.txt", values).strip() + "\n"
        tasks.send_mail.defer(to=email, subject=subject, body=body)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Every change of the ways in is noted, and told to a contact that its owner proved."""
        what = template_prefix.rpartition("/")[2]
        actions.note_sign_in_change(user.pk, what, by=_by(user))
        proved = queries.contacts(user.pk)
        self._tell_change(what, email or proved.email or proved.phone)

    def tell_new_pin(self, account_id: int) -> None:
        """To whoever answers by link, where the links arrive."""
        known = queries.officer_contacts(account_id)
        self._tell_change("pin_set", known.phone or known.email)

    def _tell_change(self, what: str, to: str) -> None:
        if to:
            self.send_mail("account/email/changed", to, {"change": CHANGES[what]})

    def _text(self, phone: str, name: str, code: str = "", change: str = "", **_: Any) -> None:
        """A short text, sent by the worker; for an unknown number the same work and no text."""
        site = offices.city().short_name
        texts = {
            "code": both(
                f"{code} adalah kode {site} Anda. Berlaku 10 menit. Jangan beri tahu siapa pun.",
                f"{code} is your code for {site}. Valid 10 minutes. Tell nobody.",
            ),
            "account_already_exists": both(
                f"Nomor ini sudah punya akun di {site}. Silakan masuk, atau buat kata sandi baru.",
                f"This number already has an account at {site}. Sign in, or make a new password.",
            ),
            "changed": both(
                f"{change} di {site}. Jika bukan Anda, buat kata sandi baru.",
                f"{change} at {site}. If it was not you, make a new password.",
            ),
            "unknown_account": "",
        }
        tasks.send_sms.defer(to=phone, text=str(texts[name]), key=uuid.uuid4().hex)

    # Wrong passwords

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        contact = _contact(credentials)
        self._anywhere = ratelimit.consume(request, app=APP, action=FAILED_ANYWHERE, key=contact)
        self._login_failed_rl_usage = self._anywhere and ratelimit.consume(
            request, app=APP, action=FAILED, key=self._from_here(contact)
        )
        if not self._login_failed_rl_usage:
            self._note_failure(contact, throttled=True)
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._note_failure(_contact(credentials), throttled=False)

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._anywhere.rollback()

    def _from_here(self, contact: str) -> str:
        """The contact as tried from one address, so that a stranger can not lock its owner out."""
        return f"{contact}|{ratelimit.get_ip(context.request)}"

    def _note_failure(self, contact: str, *, throttled: bool) -> None:
        known = queries.account_by_contact(contact)
        account_id = known.pk if known else None
        actions.note_failed_sign_in(account_id, throttled=throttled, by=_by(None))


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    def end_sessions(self, sessions: Any) -> None:
        super().end_sessions(sessions)
        user = context.request.user
        actions.note_sign_in_change(user.pk, "other_sessions_ended", by=_by(user))


def _by(user: Account | None) -> By:
    request_id = getattr(context.request, "request_id", "")
    return By(user.pk if user else None, "web", request_id=request_id)


def _contact(credentials: dict[str, Any]) -> str:
    given = credentials.get("email") or credentials.get("phone") or credentials.get("username")
    return _normal(str(given or ""))


def _normal(contact: str) -> str:
    if "@" in contact:
        return contact.strip().lower()
    try:
        return identity.phone(contact)
    except Refused:
        return contact
