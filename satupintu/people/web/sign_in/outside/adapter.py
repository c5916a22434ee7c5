"""Whom an outside provider lets in: known links, and new people whose e-mail it has proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect

from satupintu.journal.events import By
from satupintu.people import actions, queries
from satupintu.people.web.sign_in.words import both

if TYPE_CHECKING:
    from django.http import HttpRequest

    from satupintu.people.models import Account

NOT_PROVED = both(
    "Penyedia itu belum membuktikan e-mail Anda. Masuk atau daftar di sini saja",
    "That provider has not proved your e-mail. Sign in or sign up here",
)
KNOWN = both(
    "E-mail ini sudah punya akun. Masuk dulu seperti biasa, lalu hubungkan di Keamanan akun",
    "This e-mail has an account. First sign in as usual, then connect it in Account security",
)


class OutsideAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Nobody gets an account by naming its e-mail; its owner connects it from inside."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        proved = [one.email.lower() for one in sociallogin.email_addresses if one.verified is True]
        if not proved:
            self._turn_away(request, NOT_PROVED)
        if any(queries.account_by_contact(email) for email in proved):
            self._turn_away(request, KNOWN)

    def _turn_away(self, request: HttpRequest, why: str) -> None:
        messages.error(request, why)
        raise ImmediateHttpResponse(redirect("account_login"))

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        said = sociallogin.account.get_provider_account().get_user_data() or {}
        email = sociallogin.email_addresses[0].email.lower()
        request_id = getattr(request, "request_id", "")
        made = actions.sign_up(
            name=str(said.get("name") or email)[:160],
            email=email,
            by=By(None, "web", request_id=request_id),
        )
        sociallogin.user = made
        sociallogin.save(request)
        return made


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the code, unless the provider says that it saw a second factor itself."""

    def _should_handle(self, request: HttpRequest) -> bool:
        outside = (self.login.signal_kwargs or {}).get("sociallogin")
        said = outside.account.extra_data["id_token"] if outside else {}
        if said.get("acr") in settings.OIDC_ACR:
            record_authentication(request, self.login.user, method="mfa", type="outside")
            return False
        return bool(super()._should_handle(request))
