"""The second factor: sealed secrets, codes that work once, officers who can not drop it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.utils.encoding import force_bytes

from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.web.sign_in.words import SECOND_FACTOR_ERRORS, both

if TYPE_CHECKING:
    from satupintu.people.models import Account

# A code fits for its own half minute and the one before and after.
CODE_LIVES = 120


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | SECOND_FACTOR_ERRORS

    def get_totp_issuer(self) -> str:
        return offices.city().short_name

    def _get_site_name(self) -> str:
        return offices.city().short_name

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(both(f"Kunci {count + 1}", f"Key {count + 1}"))

    def encrypt(self, text: str) -> str:
        return _sealing().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _sealing().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        owner = authenticator.user_id
        return not queries.is_officer(owner) or queries.has_second_factor(
            owner, other_than=authenticator.pk
        )


class _OnceOnly:
    """allauth remembers a code for 30 seconds, but with a step of tolerance it fits for 90."""

    user: Account

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        spent = f"second-factor:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(spent, "spent", CODE_LIVES):
            raise get_adapter().validation_error("incorrect_code")
        return code


class _Counted(_OnceOnly):
    """Whoever comes in by a recovery code is told when few are left."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            self.authenticator.refresh_from_db()
            left = len(self.authenticator.wrap().get_unused_codes())
            by = By(self.user.pk, "web", request_id=getattr(context.request, "request_id", ""))
            actions.note_recovery_code(self.user.pk, left=left, by=by)
        return code


class AuthenticateForm(_Counted, base.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_Counted, base.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTPForm(_OnceOnly, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label = both("Nama kunci", "Name of the key")
        alone.label = both("Boleh masuk tanpa kata sandi", "May sign in without the password")
        alone.help_text = both(
            "Perangkat meminta sidik jari, wajah, atau PIN setiap kali",
            "The device asks for fingerprint, face or PIN each time",
        )
        alone.initial = True


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth asks only for the app whether another factor is left."""

    def form_valid(self, form: Any) -> Any:
        if get_adapter().can_delete_authenticator(self.object):
            return super().form_valid(form)
        form.add_error(None, SECOND_FACTOR_ERRORS["cannot_delete_authenticator"])
        return self.form_invalid(form)


def _sealing() -> MultiFernet:
    """The first key seals; older ones (SECRET_KEY_FALLBACKS) still open."""
    return MultiFernet(
        [Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str | bytes) -> bytes:
    hkdf = HKDF(SHA256(), length=32, salt=None, info=b"second factor")
    derived = hkdf.derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)
