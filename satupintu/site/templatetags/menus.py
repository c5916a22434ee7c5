"""{% menu_items links "c-menu__item" %}: the items of a menu, which are on every page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from satupintu.site.menu import Link
from satupintu.site.templatetags.pages import icon
from satupintu.site.templatetags.words import text

register = template.Library()
HERE = mark_safe(' aria-current="page"')


@register.simple_tag
def menu_items(links: Iterable[Link], style: str) -> SafeString:
    return format_html_join("", "{}", ((_item(link, style),) for link in links))


def _item(link: Link, style: str) -> SafeString:
    return format_html(
        '<li><a class="{}" href="{}"{}>{}{}</a></li>',
        style,
        link.url,
        HERE if link.current else "",
        icon(link.icon) if link.icon else "",
        text(link.label),
    )
