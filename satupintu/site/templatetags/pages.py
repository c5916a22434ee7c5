"""What templates show: money and dates as people write them, components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.core.exceptions import ObjectDoesNotExist
from django.forms.boundfield import BoundField
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from satupintu.lib import browsers, identity, money, worktime
from satupintu.offices import queries as offices
from satupintu.site import fields
from satupintu.site.icons import ICONS
from satupintu.site.statuses import STATUSES
from satupintu.site.templatetags.words import language, text
from satupintu.site.web import brand

register = template.Library()

MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
DAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
SHORT_MONTHS = {"id": {"Agustus": "Agu"}, "en": {}}
MASKS = {
    "nik": identity.mask_nik,
    "name": identity.mask_name,
    "phone": identity.mask_phone,
    "email": identity.mask_email,
    "kk": identity.mask_nik,
    "npwp": identity.mask_npwp,
}


# Numbers


@register.filter
def rupiah(value: object) -> str:
    return "" if value in (None, "") else money.rupiah(Decimal(str(value)))


@register.filter
def in_words(value: object) -> str:
    return "" if value in (None, "") else money.in_words(int(Decimal(str(value))))


@register.filter
def number(value: object) -> str:
    if value in (None, ""):
        return ""
    written = money.grouped(Decimal(str(value)))
    return written.translate(str.maketrans(".,", ",.")) if language() == "en" else written


@register.filter
def size(octets: int | None) -> str:
    """1,2 MB in Indonesian, 1.2 MB in English."""
    amount, unit = float(octets or 0), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1024
    written = f"{amount:.0f}" if amount >= 10 or unit == "B" else f"{amount:.1f}".removesuffix(".0")
    return f"{written if language() == 'en' else written.replace('.', ',')} {unit}"


# Days and times, always in the zone of the city and with its name


def _zone() -> str:
    try:
        return offices.calendar().zone
    except ObjectDoesNotExist:  # before a pack is loaded
        return "Asia/Jakarta"


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(ZoneInfo(_zone())).date() if isinstance(value, datetime) else value


def _month(day: date) -> str:
    return MONTHS[language()].split()[day.month - 1]


@register.filter
def day(value: date | datetime | str | None) -> str:
    """20 November 2026."""
    if not value:
        return ""
    on = _day(value)
    return f"{on.day} {_month(on)} {on.year}"


@register.filter
def weekday(value: date | datetime | str | None) -> str:
    """Rabu, 25 November 2026: for everything with a deadline."""
    return f"{DAYS[language()].split()[_day(value).weekday()]}, {day(value)}" if value else ""


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """20 Nov 2026, for tables."""
    if not value:
        return ""
    on = _day(value)
    name = _month(on)
    return f"{on.day} {SHORT_MONTHS[language()].get(name, name[:3])} {on.year}"


@register.filter
def clock(value: datetime | None) -> str:
    """09.05 WITA; in English 09:05 WITA."""
    if not value:
        return ""
    zone = _zone()
    mark = ":" if language() == "en" else "."
    return f"{value.astimezone(ZoneInfo(zone)):%H{mark}%M} {worktime.zone_label(zone)}"


@register.filter
def moment(value: datetime | None) -> str:
    """20 November 2026 pukul 09.05 WITA."""
    if not value:
        return ""
    return f"{day(value)}{' at ' if language() == 'en' else ' pukul '}{clock(value)}"


@register.filter
def short_moment(value: datetime | None) -> str:
    return f"{short_day(value)}, {clock(value)}" if value else ""


@register.filter
def device(user_agent: str) -> str:
    return browsers.words_of(user_agent)


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat() if value else ""


@register.filter
def masked(value: str | None, kind: str) -> str:
    """{{ applicant.nik|masked:"nik" }}; kinds: nik, kk, name, phone, email, npwp."""
    return MASKS[kind](value) if value else ""


@register.filter
def answered(row: Mapping[str, Any]) -> SafeString:
    """An answer of a form read back: numbers of persons masked, lines as they were typed."""
    kind, value = row["field"].get("type"), row["value"]
    return linebreaksbr(masked(value, kind) if kind in ("nik", "kk", "npwp") else value or "–")


@register.filter
def phone(value: str | None) -> str:
    """0812-3456-7890 or (0451) 421234 on the page, +62… in the table."""
    return identity.shown_phone(value or "")


@register.filter
def dial(value: str | None) -> str:
    """A phone number as tel: and wa.me want it: +62…"""
    digits = "".join(mark for mark in value or "" if mark.isdigit())
    return f"+62{digits[1:]}" if digits.startswith("0") else f"+{digits}"


# Components


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    return format_html(
        '<svg class="c-icon {}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        extra,
        ICONS[name],
    )


@register.simple_tag
def status(code: str, label: object = "") -> SafeString:
    """The tag of a status; `label` replaces its usual word."""
    known = STATUSES[code]
    word = text(label) or (known.en if language() == "en" else known.id)
    return tag(word, known.tone)


@register.simple_tag(name="tag")
def tag(word: object, tone: str = "neutral") -> SafeString:
    return format_html('<strong class="c-tag c-tag--{}">{}</strong>', tone, text(word))


@register.simple_tag
def due(on: date | None, days_left: int | None = None, late: bool = False) -> SafeString:
    """A deadline: the date, and the working days left or gone, in words and with an icon.

    It may be late by no working day: on the Saturday after its Friday.
    """
    if on is None:
        return mark_safe('<span class="c-due">–</span>')
    if days_left is None:
        return format_html('<span class="c-due">{}</span>', short_day(on))
    amount, en = abs(days_left), language() == "en"
    days = f"working day{'' if amount == 1 else 's'}" if en else "hari kerja"
    if late and not amount:
        tone, mark, words = "late", "alert", "Late" if en else "Terlambat"
    elif days_left < 0:
        tone, mark, words = (
            "late",
            "alert",
            f"{amount} {days} late" if en else f"Terlambat {amount} {days}",
        )
    elif days_left == 0:
        tone, mark, words = "soon", "clock", "due today" if en else "Hari ini"
    else:
        tone = "soon" if days_left <= 1 else ""
        mark, words = "clock", f"{amount} {days} left" if en else f"{amount} {days} lagi"
    return format_html(
        '<span>{}<span class="c-table__sub"><span class="c-due c-due--{}">{} {}'
        "</span></span></span>",
        short_day(on),
        tone,
        icon(mark),
        words,
    )


@register.simple_block_tag(takes_context=True)
def component(context: template.RequestContext, content: str, name: str, /, **values: Any) -> str:
    """{% component "inset" tone="warn" %}…{% endcomponent %} fills components/inset.html."""
    return _render(context, f"components/{name}.html", {"body": content, **values})


@register.simple_tag(takes_context=True)
def field(context: template.RequestContext, bound: BoundField, **changes: Any) -> str:
    """One field of a Django form, with label, hint and error."""
    return _render(context, "components/field.html", {"field": fields.from_bound(bound, **changes)})


@register.simple_tag(takes_context=True)
def form_fields(context: template.RequestContext, form: forms.BaseForm) -> SafeString:
    return mark_safe("".join(field(context, bound) for bound in form))  # noqa: S308


@register.simple_tag(takes_context=True)
def question(
    context: template.RequestContext,
    definition: Mapping[str, Any],
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    **changes: Any,
) -> str:
    """One field of a service definition, with its answer and its error."""
    shown = fields.from_question(definition, answers, errors or {}, **changes)
    return _render(context, "components/field.html", {"field": shown})


@register.simple_tag(takes_context=True)
def error_summary(
    context: template.RequestContext, wrong: forms.BaseForm | Mapping[str, str] | str | None
) -> str:
    """What must be put right, each linked to its field; nothing when nothing is wrong."""
    problems = list(_problems(wrong))
    return _render(context, "components/errors.html", {"problems": problems}) if problems else ""


def _problems(wrong: forms.BaseForm | Mapping[str, str] | str | None) -> Iterable[tuple[str, str]]:
    if isinstance(wrong, forms.BaseForm):
        if not wrong.is_bound:
            return
        for name in wrong.errors:
            anchor = wrong[name].auto_id if name in wrong.fields else ""
            yield from ((anchor, message) for message in fields.told(wrong, name))
    elif isinstance(wrong, Mapping):
        for code, message in wrong.items():
            yield f"id_{code}" if code else "", str(text(message))
    elif wrong:
        yield "", str(text(wrong))


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.RequestContext,
    key: str,
    label: object,
    number: bool = False,
    now: str | None = None,
) -> SafeString:
    """A column heading that sorts; the address keeps the other filters, `-key` is descending.

    `now` is the order in use where the page has one that its address need not name.
    """
    query = context["request"].GET.copy()
    now = query.get("sort", "") if now is None else now
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    query["sort"] = f"-{key}" if now == key else key
    query.pop("after", None)
    query.pop("before", None)
    arrow = {"ascending": "↑", "descending": "↓", "none": "↕"}[state]
    return format_html(
        '<th scope="col" aria-sort="{}"{}><a class="c-table__sort" href="?{}">{} '
        '<span aria-hidden="true">{}</span></a></th>',
        state,
        mark_safe(' class="c-table__number"') if number else "",
        query.urlencode(),
        text(label),
        arrow,
    )


def _render(context: template.RequestContext, name: str, values: dict[str, Any]) -> SafeString:
    known = {key: context.get(key) for key in ("request", "csrf_token", "city")}
    engine = template.Engine.get_default()
    return engine.get_template(name).render(context.new({**known, **values}))


# The frame of every page


@register.simple_tag(takes_context=True)
def stylesheet(context: template.RequestContext) -> SafeString:
    return format_html(
        '<link rel="stylesheet" href="{}">', brand.stylesheet_url(context.get("city"))
    )


@register.simple_tag(takes_context=True)
def crest_url(context: template.RequestContext) -> str:
    return brand.crest_url(context.get("city"))


@register.simple_tag
def script_url() -> str:
    return static("js/pages.js")


@register.simple_tag
def offline_script_url() -> str:
    return static("js/offline.js")


@register.simple_tag
def copies_script_url() -> str:
    return static("js/copies.js")


@register.simple_tag
def outbox_script_url() -> str:
    return static("js/outbox.js")


@register.simple_tag
def home_url() -> str:
    return "/en/" if language() == "en" else "/"


@register.simple_tag
def zone_label() -> str:
    return worktime.zone_label(_zone())


@register.simple_tag(takes_context=True)
def opening_hours(context: template.RequestContext) -> object:
    """In the words of the city; else from its calendar: Senin–Jumat 08.00–16.00 WITA."""
    if (city := context.get("city")) and city.hours.get("text"):
        return text(city.hours["text"])
    try:
        work = offices.calendar()
    except ObjectDoesNotExist:
        return ""
    names, days = DAYS[language()].split(), sorted(work.weekdays)
    if not days:
        return ""
    row = days == list(range(days[0], days[-1] + 1)) and len(days) > 1
    shown = f"{names[days[0]]}–{names[days[-1]]}" if row else ", ".join(names[at] for at in days)
    mark = ":" if language() == "en" else "."
    hours = "–".join(f"{at:%H{mark}%M}" for at in (work.opens, work.closes))
    return f"{shown} {hours} {worktime.zone_label(work.zone)}"
