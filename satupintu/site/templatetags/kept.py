"""{% kept "footer" %}…{% endkept %}: what is the same on many pages is drawn once in a while."""

from __future__ import annotations

import time

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from satupintu.site.templatetags.words import language

register = template.Library()
MOST_KEPT = 500
_drawn: dict[tuple[object, ...], tuple[float, SafeString]] = {}


class Kept(template.Node):
    """Only for what depends on nothing but the language, the city and the values that it names."""

    def __init__(self, nodelist: template.NodeList, parts: list[template.base.FilterExpression]):
        self.nodelist, self.parts = nodelist, parts

    def render(self, context: template.Context) -> SafeString:
        key = (language(), *(str(part.resolve(context)) for part in self.parts))
        drawn_at, drawn = _drawn.get(key, (float("-inf"), SafeString()))
        if time.monotonic() - drawn_at >= settings.KEPT_SECONDS:
            drawn = self.nodelist.render(context)
            if len(_drawn) >= MOST_KEPT:
                _drawn.clear()
            _drawn[key] = (time.monotonic(), drawn)
        return drawn


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    _, *parts = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, [parser.compile_filter(part) for part in parts])
