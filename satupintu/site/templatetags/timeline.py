"""{% timeline steps %}: where a case has been, stands and goes, the oldest step first.

Written in Python: a step has a dozen parts, and every page of a case shows all steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from satupintu.site.templatetags.pages import icon, iso, moment, weekday
from satupintu.site.templatetags.words import t, text

register = template.Library()
NOTHING = mark_safe("")
MARKS = {"done": "check", "stop": "cross"}
HEARD = {
    "done": ("(selesai)", "(done)"),
    "now": ("(sekarang)", "(now)"),
    "stop": ("(berhenti)", "(stopped)"),
    "next": ("(berikutnya)", "(next)"),
}


@register.simple_tag
def timeline(steps: Iterable[Mapping[str, Any]]) -> SafeString:
    """Of each step {state: done | now | next | stop, title, at, due, who, text}."""
    return format_html(
        '<ol class="c-timeline">{}</ol>', format_html_join("", "{}", ((_step(s),) for s in steps))
    )


def _step(step: Mapping[str, Any]) -> SafeString:
    state = step["state"]
    return format_html(
        '<li class="c-timeline__step c-timeline__step--{state}"{current}>'
        '<span class="c-timeline__mark c-timeline__mark--{state}" aria-hidden="true">{mark}</span>'
        '<span class="c-timeline__title">{title}</span><span class="u-hidden">{heard}</span>'
        "{since}{due}{who}{note}</li>",
        state=state,
        current=mark_safe(' aria-current="step"') if state == "now" else "",
        mark=icon(MARKS[state]) if state in MARKS else "",
        title=text(step["title"]),
        heard=t(*HEARD[state]),
        since=_when(t("Sejak", "Since") if state == "now" else "", step.get("at"), moment),
        due=_when(
            t("Paling lambat", "At the latest"), state != "done" and step.get("due"), weekday
        ),
        who=format_html('<span class="c-timeline__when">{}</span>', step["who"])
        if step.get("who")
        else "",
        note=format_html('<p class="c-timeline__text">{}</p>', text(step["text"]))
        if step.get("text")
        else "",
    )


def _when(word: str, at: Any, shown: Any) -> SafeString:
    if not at:
        return NOTHING
    return format_html(
        '<span class="c-timeline__when">{}{}<time datetime="{}">{}</time></span>',
        word,
        " " if word else "",
        iso(at),
        shown(at),
    )
