"""Both languages of the templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from satupintu.lib.errors import in_english

register = template.Library()


def language() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"


@register.simple_tag
def t(id_text: str, en_text: str, **values: object) -> SafeString:
    """Both languages of a text side by side: {% t "Masuk" "Sign in" %}; {name} takes a value.

    English has a plural: "{n} day{s}" is "1 day" and "2 days".
    """
    text = en_text if language() == "en" else id_text
    if not values:
        return mark_safe(text)  # noqa: S308  (our own text)
    return format_html(text, s="" if str(values.get("n")) == "1" else "s", **values)


class Words(template.Node):
    """{% t "Masuk" "Sign in" %} without values: nothing is left to work out for a page."""

    def __init__(self, words: dict[str, SafeString], name: str) -> None:
        self.words, self.name = words, name

    def render(self, context: template.Context) -> SafeString:
        words = self.words[language()]
        if not self.name:
            return words
        context[self.name] = words
        return mark_safe("")


def _words(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    _, *parts = token.split_contents()
    plain = all(len(part) > 1 and part[0] == part[-1] and part[0] in "\"'" for part in parts[:2])
    if not plain or len(parts) not in (2, 4) or (len(parts) == 4 and parts[2] != "as"):
        node: template.Node = _with_values(parser, token)
        return node
    words = [mark_safe(part[1:-1].replace("\\", "")) for part in parts[:2]]  # noqa: S308  (ours)
    return Words(dict(zip(("id", "en"), words, strict=True)), parts[3] if len(parts) == 4 else "")


_with_values = register.tags["t"]
register.tag("t", _words)


@register.filter
def text(value: object) -> object:
    """The words in the language of the page: a plain text, {id: …, en: …}, or a Text of lib."""
    if isinstance(value, Mapping):
        return value.get(language()) or value.get("id", "")
    if language() == "en":
        value = in_english(value)
    return "" if value is None else value
