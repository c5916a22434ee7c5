"""What people fill in about themselves, and officers about posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from satupintu.people.web.sign_in.fields import ContactField
from satupintu.people.web.sign_in.words import both, read

if TYPE_CHECKING:
    from satupintu.lib.errors import Refused

SEXES = (("L", both("Laki-laki", "Male")), ("P", both("Perempuan", "Female")))
LEGAL_FORMS = ("PT", "CV", "Firma", "Koperasi", "Yayasan", "Perkumpulan", "Lainnya")


class Form(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            what = str(field.label)
            if not (what[:2].isalpha() and what[:2].isupper()):  # NIK stays, E-mail does not
                what = what[:1].lower() + what[1:]
            if isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = both(f"Pilih {what}", f"Choose: {what}")
            else:
                field.error_messages["required"] = both(f"Isi {what}", f"Fill in: {what}")

    def refuse(self, refusal: Refused) -> None:
        """Show what an action refused beside the field it is about."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, read(refusal.message))


def _text(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"kind": kind, **attrs})


def _pin() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"})


def _date(label: Any, *, required: bool = True, **attrs: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.SelectDateWidget(attrs=attrs),
        error_messages={
            "invalid": both(
                "Tulis tanggal yang ada, misalnya 20 11 2026", "Write a real date, like 20 11 2026"
            )
        },
    )


class ProfileForm(Form):
    name = forms.CharField(
        label=both("Nama lengkap sesuai KTP", "Full name as on your identity card"),
        max_length=200,
        widget=_text(autocomplete="name"),
    )
    nik = forms.CharField(label="NIK", max_length=24, widget=_text("nik"))
    birth_place = forms.CharField(label=both("Tempat lahir", "Place of birth"), max_length=120)
    birth_date = _date(both("Tanggal lahir", "Date of birth"), autocomplete="bday")
    sex = forms.ChoiceField(
        label=both("Jenis kelamin", "Sex"), choices=SEXES, widget=forms.RadioSelect
    )
    address = forms.CharField(
        label=both("Alamat", "Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": "2"}),
    )
    area = forms.ChoiceField(
        label="Kelurahan",
        required=False,
        widget=forms.Select(attrs={"grouped": "kecamatan"}),
        help_text=both(
            "Kosongkan jika alamat Anda di luar kota ini",
            "Leave empty if your address is outside this city",
        ),
    )
    phone = forms.CharField(
        label=both("Nomor ponsel untuk kabar", "Phone number for notices"),
        max_length=30,
        widget=_text("phone"),
    )
    email = forms.EmailField(
        label=both("E-mail untuk kabar", "E-mail for notices"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, areas: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", ""), *areas]  # type: ignore[attr-defined]


class PinForm(Form):
    pin = forms.CharField(
        label=both("PIN baru (6 angka)", "New PIN (6 digits)"),
        help_text=both(
            "Jangan pakai tanggal lahir, angka yang sama, atau angka berurutan",
            "No date of birth, no equal digits, no digits in a row",
        ),
        max_length=6,
        widget=_pin(),
    )
    again = forms.CharField(
        label=both("Ketik PIN sekali lagi", "Type the PIN once more"), max_length=6, widget=_pin()
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("pin", again):
            raise forms.ValidationError(both("Kedua PIN berbeda", "The two PINs differ"))
        return again


class CompanyForm(Form):
    prefix = "company"  # a field that a page knows as "form" would hide what every form has

    name = forms.CharField(
        label=both("Nama badan usaha", "Name of the company"),
        max_length=200,
        widget=_text(autocomplete="organization"),
    )
    form = forms.ChoiceField(
        label=both("Bentuk", "Legal form"), choices=[(one, one) for one in LEGAL_FORMS]
    )
    npwp = forms.CharField(label="NPWP", max_length=30, required=False, widget=_text("npwp"))
    nib = forms.CharField(label="NIB", max_length=20, required=False, widget=_text("nib"))
    address = forms.CharField(
        label=both("Alamat badan usaha", "Address of the company"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )


class DayForm(Form):
    on = _date(both("Keadaan pada tanggal", "As of"))


class OfficerForm(Form):
    name = forms.CharField(label=both("Nama lengkap", "Full name"), max_length=160)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(
        label=both("Nomor ponsel", "Phone number"),
        max_length=30,
        required=False,
        widget=_text("phone"),
    )
    nip = forms.CharField(label="NIP", max_length=18, required=False, widget=_text("nik"))
    rank = forms.CharField(label=both("Pangkat", "Rank"), max_length=80, required=False)


class AppointForm(Form):
    contact = ContactField(
        label=both("E-mail atau nomor ponsel pejabat", "E-mail or phone of the official")
    )
    from_date = _date(both("Mulai tanggal", "From"))
    to_date = _date(both("Sampai tanggal", "Until"), required=False)
    decision_number = forms.CharField(
        label=both("Nomor surat keputusan", "Number of the decree"), max_length=120, required=False
    )
    decision_date = _date(both("Tanggal surat keputusan", "Date of the decree"), required=False)


class DecisionForm(Form):
    decision_number = forms.CharField(
        label=both("Nomor surat keputusan", "Number of the decree"), max_length=120
    )
    decision_date = _date(both("Tanggal surat keputusan", "Date of the decree"))


class MandateForm(Form):
    contact = ContactField(
        label=both("E-mail atau nomor ponsel pelaksana", "E-mail or phone of the acting official")
    )
    kind = forms.ChoiceField(
        label=both("Jenis", "Kind"),
        choices=(
            ("plh", both("Plh: pejabatnya berhalangan sementara", "Plh: the holder is away")),
            ("plt", both("Plt: jabatannya kosong", "Plt: the post is empty")),
        ),
        widget=forms.RadioSelect,
    )
    from_date = _date(both("Mulai tanggal", "From"))
    to_date = _date(both("Sampai tanggal", "Until"))
    decision_number = forms.CharField(
        label=both("Nomor surat keputusan", "Number of the decision"), max_length=120
    )
    decision_date = _date(both("Tanggal surat keputusan", "Date of the decision"))


class EndForm(Form):
    last_day = _date(
        both("Hari terakhir (kosongkan untuk mengakhiri sekarang)", "Last day (empty is now)"),
        required=False,
    )


class OutageForm(Form):
    kind = forms.ChoiceField(
        label=both("Jenis", "Kind"),
        choices=(
            ("outage", both("Gangguan sistem", "System outage")),
            ("force_majeure", both("Keadaan kahar", "Force majeure")),
        ),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=both("Penyebab", "Cause"), max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    offices = forms.MultipleChoiceField(
        label=both("Unit yang terkena", "Units affected"),
        required=False,
        help_text=both("Kosongkan untuk semua unit", "Leave empty for all units"),
        widget=forms.CheckboxSelectMultiple,
    )
    started_on = _date(both("Tanggal mulai", "Start date"))
    started_at = forms.TimeField(label=both("Jam mulai", "Start time"), widget=_text("time"))
    ended_on = _date(both("Tanggal selesai", "End date"), required=False)
    ended_at = forms.TimeField(
        label=both("Jam selesai", "End time"), required=False, widget=_text("time")
    )
    decision = forms.CharField(
        label=both("Nomor dan tanggal keputusan", "Number and date of the decision"),
        required=False,
        max_length=200,
        help_text=both(
            "Wajib untuk gangguan yang sudah lewat", "Needed for an outage that is over"
        ),
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offices"].choices = offices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("ended_on")) != bool(cleaned.get("ended_at")):
            self.add_error(
                "ended_at", both("Isi tanggal dan jam selesai", "Give both end date and time")
            )
        return cleaned
