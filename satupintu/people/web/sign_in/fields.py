"""The one field that takes an e-mail or a phone number, and the one for a phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from satupintu.lib import identity
from satupintu.lib.errors import Refused
from satupintu.people.web.sign_in.words import both, read

WHOLE_EMAIL = both(
    "Tulis e-mail lengkap, misalnya nama@contoh.id",
    "Write the whole e-mail, like name@example.org",
)


class PhoneField(forms.CharField):
    """Takes a number as people write it and gives it as +62…."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", both("Nomor ponsel", "Phone number"))
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        return _phone(text) if text else ""


class ContactField(forms.CharField):
    """An e-mail or a phone number, whichever a person has."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", both("E-mail atau nomor ponsel", "E-mail or phone number"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "username", "maxlength": "254"})
        )
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if "@" not in text:
            return _phone(text)
        try:
            validate_email(text)
        except ValidationError:
            raise ValidationError(WHOLE_EMAIL) from None
        return text.lower()


def is_phone(contact: str) -> bool:
    return contact.startswith("+")


def _phone(text: str) -> str:
    try:
        return identity.phone(text)
    except Refused as refusal:
        raise ValidationError(read(refusal.message)) from refusal
