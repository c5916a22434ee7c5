"""What a cashier types."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms

from satupintu.lib.errors import Refused
from satupintu.lib.money import parse_rupiah

if TYPE_CHECKING:
    from decimal import Decimal


class MoneyField(forms.CharField):
    """An amount as people write it: 1250000, 1.250.000, Rp 1.250.000."""

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value)
        try:
            return parse_rupiah(text)
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class CashForm(forms.Form):
    cash_given = MoneyField(
        label="Uang yang diterima",
        error_messages={"required": "Isi jumlah uang yang diterima"},
        widget=forms.TextInput(
            attrs={
                "kind": "money",
                "autocomplete": "off",
                "autofocus": True,
                "hx-get": "",
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#change",
                "hx-swap": "outerHTML",
            }
        ),
    )
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)


class ClosingForm(forms.Form):
    counted = MoneyField(
        label="Uang yang Anda hitung",
        error_messages={"required": "Hitung uang di laci, lalu isi jumlahnya"},
        widget=forms.TextInput(attrs={"kind": "money", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Alasan jika berbeda",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
