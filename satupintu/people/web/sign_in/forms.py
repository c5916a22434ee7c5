"""allauth's forms with one field for either contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms
from django.contrib.auth.hashers import make_password

from satupintu.people.requests import keep
from satupintu.people.web.sign_in.fields import WHOLE_EMAIL, ContactField, is_phone
from satupintu.people.web.sign_in.words import both

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from satupintu.people.models import Account
    from satupintu.people.requests import Request

PASSWORD = both("Kata sandi", "Password")
PASSWORD_HINT = both(
    "10 sampai 128 huruf, bebas isinya. Empat kata yang tidak berhubungan mudah diingat dan kuat",
    "10 to 128 characters of any kind. Four unrelated words are easy to remember and strong",
)


class _NewPassword:
    """One sentence instead of a list with a line for each rule."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class ChangePasswordForm(_NewPassword, allauth.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(_NewPassword, allauth.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(_NewPassword, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class AddEmailForm(allauth.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = both("E-mail baru", "New e-mail")
        email.error_messages["invalid"] = WHOLE_EMAIL
        email.widget.attrs = {"autocomplete": "email"}


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = both("E-mail atau nomor ponsel", "E-mail or phone number")
        self.fields["login"].widget.attrs = {"autocomplete": "username"}
        self.fields["password"].label = PASSWORD

    def login(self, request: Request, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if request.user.is_authenticated:
            keep(request)  # allauth has just let the session live as long as its cookie may
        return response


class ReauthenticateForm(allauth.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = PASSWORD
        self.fields["password"].help_text = ""


class SignupForm(_NewPassword, allauth.SignupForm):  # type: ignore[misc]
    """A name, one contact, a password."""

    name = forms.CharField(
        label=both("Nama lengkap sesuai KTP", "Full name as on your identity card"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = ContactField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.order_fields(["name", "contact", "password1"])

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"]
        if is_phone(contact):
            self.cleaned_data["phone"] = contact
        else:
            _, self.account_already_exists = email_already_exists(contact)
            self.cleaned_data["email"] = contact
        return contact

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # The same work as for a new account: the time to answer must not tell them apart.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ResetPasswordForm(forms.Form):
    """allauth sends this code by e-mail only; ours goes to whichever contact was given."""

    email = ContactField()

    def save(self, request: HttpRequest, **_: Any) -> str:
        contact: str = self.cleaned_data["email"]
        PasswordResetVerificationProcess.initiate(
            request=request, user=_owner(contact), email=contact
        )
        return contact


class RequestLoginCodeForm(forms.Form):
    contact = ContactField()

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"]
        if not ratelimit.consume(context.request, action="request_login_code", key=contact):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = _owner(contact)
        self.cleaned_data["phone" if is_phone(contact) else "email"] = contact
        return contact


def _owner(contact: str) -> Account | None:
    if is_phone(contact):
        user = get_adapter().get_user_by_phone(contact)
        return user if user and user.is_active else None
    users = filter_users_by_email(contact, is_active=True, prefer_verified=True, for_login=True)
    return users[0] if users else None
