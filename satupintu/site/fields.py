"""How a question is shown: from a Django form's field, or from a service definition's field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from satupintu.lib import identity
from satupintu.lib.errors import both
from satupintu.offices import queries as offices
from satupintu.site.templatetags.words import text


class Kind(NamedTuple):
    """What the browser must know of a kind of answer."""

    template: str = "input"
    type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    size: str = ""
    prefix: str = ""


KINDS = {
    "text": Kind(),
    "textarea": Kind("textarea"),
    "address": Kind("textarea", autocomplete="street-address"),
    "number": Kind(inputmode="decimal", size="c-input--w10 c-input--digits"),
    "money": Kind(inputmode="numeric", size="c-input--w20 c-input--digits", prefix="Rp"),
    "nik": Kind(inputmode="numeric", autocomplete="off", size="c-input--w20 c-input--digits"),
    "kk": Kind(inputmode="numeric", autocomplete="off", size="c-input--w20 c-input--digits"),
    "npwp": Kind(inputmode="numeric", autocomplete="off", size="c-input--w20 c-input--digits"),
    "nib": Kind(inputmode="numeric", autocomplete="off", size="c-input--w20 c-input--digits"),
    "phone": Kind(type="tel", autocomplete="tel", size="c-input--w20 c-input--digits"),
    "email": Kind(type="email", autocomplete="email"),
    "time": Kind(type="time", size="c-input--w10"),
    "search": Kind(type="search"),
    "code": Kind(inputmode="numeric", autocomplete="one-time-code", size="c-input--code"),
    "password": Kind("password", type="password", autocomplete="current-password"),
    "hidden": Kind("hidden", type="hidden"),
    "select": Kind("select"),
    "area": Kind("select"),
    "radio": Kind("choices", type="radio"),
    "checkboxes": Kind("choices", type="checkbox"),
    "checkbox": Kind("checkbox"),
    "date": Kind("date"),
    "geo": Kind("geo"),
    "table": Kind("table"),
    "file": Kind("file", type="file"),
}
# The applicant's own data, by the codes that the shared sections of the packs use (WCAG 1.3.5).
OWN_DATA = {"nama": "name", "tanggal_lahir": "bday", "nama_perusahaan": "organization"}
WIDGETS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "checkbox"),
    (forms.SelectDateWidget, "date"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
    (forms.NumberInput, "number"),
    (forms.Textarea, "textarea"),
)
DATE_PARTS = (
    ("day", "Hari", "Day", "c-input--w2"),
    ("month", "Bulan", "Month", "c-input--w2"),
    ("year", "Tahun", "Year", "c-input--w4"),
)
LEVELS = {
    "kecamatan": {"id": "Kecamatan", "en": "District"},
    "kelurahan": {"id": "Kelurahan", "en": "Subdistrict"},
}


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    label: object
    hint: object = ""
    chosen: bool = False
    group: str = ""


@dataclass(kw_only=True)
class Field:
    """Everything the templates under components/field/ need."""

    name: str
    kind: str
    label: object
    id: str = ""
    hint: object = ""
    error: str = ""
    optional: bool = False
    value: Any = ""
    options: Sequence[Option] = ()
    prefix: str = ""
    suffix: object = ""
    page: bool = False
    row: bool = False
    grouped: object = ""  # what the groups of the options are
    attrs: dict[str, Any] = field(default_factory=dict)
    parts: Sequence[dict[str, Any]] = ()
    rows: Sequence[Sequence[Field]] = ()

    def __post_init__(self) -> None:
        self.id = self.id or f"id_{self.name}"
        self.look = KINDS[self.kind]
        self.template = f"components/field/{self.look.template}.html"
        self.prefix = self.prefix or self.look.prefix
        self.autocomplete = (
            self.attrs.pop("autocomplete", "")
            or OWN_DATA.get(self.name, "")
            or self.look.autocomplete
        )
        if self.kind == "date":
            self.parts = self._date_parts()

    @property
    def described_by(self) -> str:
        told = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*told, f"{self.id}-error"] if self.error else told)

    @property
    def grouped_options(self) -> list[tuple[str, list[Option]]]:
        return [(name, list(some)) for name, some in groupby(self.options, lambda o: o.group)]

    def _date_parts(self) -> list[dict[str, Any]]:
        given = self.value
        if not isinstance(given, Mapping):
            # As stored, 2026-03-27, or as it was typed, 27-3-2026.
            first, month, last = [*str(given or "").split("-"), "", "", ""][:3]
            year, day = (first, last) if len(first) == 4 else (last, first)
            given = {"year": year, "month": month.lstrip("0"), "day": day.lstrip("0")}
        own = "bday" if self.autocomplete == "bday" else ""
        return [
            {
                "name": f"{self.name}_{part}",
                "id": self.id if part == "day" else f"{self.id}_{part}",
                "id_text": id_text,
                "en_text": en_text,
                "size": size,
                "value": given.get(part, ""),
                "autocomplete": f"{own}-{part}" if own else "",
            }
            for part, id_text, en_text, size in DATE_PARTS
        ]


def from_bound(bound: BoundField, **changes: Any) -> Field:
    widget = bound.field.widget
    kind = changes.pop("kind", "") or widget.attrs.get("kind", "") or _kind_of(widget)
    value = bound.value()
    attrs = {
        name: content
        for name, content in {**widget.attrs, **bound.field.widget_attrs(widget)}.items()
        if name not in {"kind", "grouped", "placeholder", "class", "required", "type"}
    }
    return Field(
        **{
            "name": bound.html_name,
            "id": bound.auto_id,
            "kind": kind,
            "label": bound.label,
            "hint": bound.help_text,
            "error": next(iter(told(bound.form, bound.name)), ""),
            "optional": not bound.field.required and kind not in {"checkbox", "hidden"},
            "value": "" if value is None else value,
            "options": _widget_options(widget, bound.html_name, value),
            "grouped": LEVELS.get(widget.attrs.get("grouped", ""), ""),
            "attrs": attrs,
            **changes,
        }
    )


def told(form: forms.BaseForm, name: str) -> list[str]:
    """What is wrong with a field; a missing answer is asked for by its name."""
    words = [str(one) for one in form.errors.get(name, ())]
    if name in form.fields and form.has_error(name, "required"):
        asked = form.fields[name].error_messages["required"]
        if asked == forms.Field.default_error_messages["required"]:
            label = str(form[name].label)
            name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
            words[0] = str(text(both(f"Isi {name}", f"Fill in: {name}")))
    return words


def _kind_of(widget: forms.Widget) -> str:
    return next((kind for known, kind in WIDGETS if isinstance(widget, known)), "text")


def _widget_options(widget: forms.Widget, name: str, value: Any) -> list[Option]:
    if not isinstance(widget, forms.widgets.ChoiceWidget):
        return []
    chosen = widget.format_value(value)
    return [
        Option(
            value=str(one["value"]),
            label=one["label"],
            chosen=one["selected"],
            group=str(group or ""),
        )
        for group, several, _index in widget.optgroups(name, chosen)
        for one in several
    ]


def from_question(
    question: Mapping[str, Any],
    answers: Mapping[str, Any],
    errors: Mapping[str, str],
    **changes: Any,
) -> Field:
    """A field of a service definition, with what was answered and what is wrong with it."""
    code = question["code"]
    name = changes.pop("name", code)
    value = answers.get(code, "")
    kind = question["type"]
    if kind == "checkbox" and question.get("options"):
        kind = "checkboxes"
    given = {
        "name": name,
        "kind": kind,
        "label": question["label"],
        "hint": question.get("hint", ""),
        "error": errors.get(code, ""),
        "optional": not question.get("required", False) and kind != "checkbox",
        "value": "" if value is None else value,
        "suffix": question.get("unit", ""),
    }
    if kind == "phone":
        given["value"] = identity.shown_phone(str(given["value"]))
    if kind == "area":
        given["options"] = _area_options(question, value)
        if any(option.group for option in given["options"]):
            given["grouped"] = LEVELS[_outer(question)]
    elif question.get("options"):
        given["options"] = _pack_options(question["options"], value)
        given["row"] = len(question["options"]) == 2
    if kind == "table":
        given["rows"] = list(_table_rows(question, value or [{}]))
    return Field(**{**given, **changes})


def _pack_options(options: Iterable[Mapping[str, Any]], value: Any) -> list[Option]:
    chosen = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    return [
        Option(
            value=str(option["code"]),
            label=option["name"],
            hint=option.get("hint", ""),
            chosen=str(option["code"]) in chosen,
        )
        for option in options
    ]


def _area_options(question: Mapping[str, Any], value: Any) -> list[Option]:
    kinds = question.get("kinds") or ["kelurahan"]
    options = [
        Option(
            value=area.code,
            label=_whole(area) if area.kind == _outer(question) else area.name,
            chosen=area.code == value,
            group=_group(area, _outer(question)),
        )
        for kind in kinds
        for area in offices.areas(kind)
    ]
    return sorted(options, key=lambda one: (one.group, isinstance(one.label, str), str(one.label)))


def _outer(question: Mapping[str, Any]) -> str:
    """What people look for first; the RW of all kelurahan have the same numbers."""
    return "kelurahan" if "rt" in question.get("kinds", ()) else "kecamatan"


def _group(area: Any, outer: str) -> str:
    while area and area.kind != outer:
        area = area.parent
    return area.name if area else ""


def _whole(area: Any) -> dict[str, str]:
    """A kecamatan stands first among its own kelurahan, a kelurahan among its RT."""
    if area.kind == "kelurahan":
        return {"id": f"Kelurahan {area.name}", "en": f"Kelurahan {area.name}"}
    return {"id": f"Seluruh Kecamatan {area.name}", "en": f"All of {area.name}"}


def _table_rows(
    question: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Iterable[list[Field]]:
    code = question["code"]
    for at, row in enumerate(rows):
        yield [
            from_question(column, row, {}, name=f"{code}-{at}-{column['code']}")
            for column in question["columns"]
        ]
