"""No page leads nowhere: from the home page everybody can follow every link they see."""

from __future__ import annotations

from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.http import Http404
from django.urls import resolve

from tests.site.stage import PEOPLE, POSTS, client_of, house
from tests.world import outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_KIND = 2  # pages of one address that differ only in whose or what they show
LINKS = {("a", "href"), ("img", "src"), ("link", "href"), ("script", "src"), ("iframe", "src")}
# A field of such a name hides what every form has, and htmx then sends nothing.
NO_NAMES = {"form", "submit", "elements"}
LEAVES = {"mailto", "tel", "https", "data", "blob"}


class Page(HTMLParser):
    """What a page leads to, what its forms are sent to, and what its labels point at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []
        self.nowhere = 0
        self.ids: Counter[str] = Counter()
        self.meant: set[str] = set()
        self.fields: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if (tag, name, value) == ("a", "href", ""):
                self.nowhere += 1
            elif (tag, name) in LINKS or name in {"hx-get", "data-url"}:
                self.links.append(value)
            elif name in {"action", "formaction", "hx-post"}:
                self.forms.append(value)
            elif name == "id":
                self.ids[value] += 1
            elif name == "name":
                self.fields.add(value)
            elif name in {"for", "aria-describedby", "aria-labelledby", "aria-controls", "list"}:
                self.meant |= set(value.split())
        if tag == "a" and given.get("href", "").startswith("#") and len(given["href"]) > 1:
            self.meant.add(given["href"][1:])


@pytest.mark.parametrize("actor", ["anonymous", *PEOPLE, *POSTS])
def test_every_link_and_form_that_somebody_sees_leads_somewhere(actor: str, house: Any) -> None:
    client = client_of(house[0], actor)
    ahead, seen, kinds = deque([("/", "")]), {"/"}, Counter[Any]()
    wrong = []
    while ahead:
        url, found_on = ahead.popleft()
        answer = client.get(url, follow=False)
        if answer.status_code in (301, 302):
            follow(answer.headers["Location"], url, ahead, seen, kinds)
            continue
        if answer.status_code != 200:
            wrong.append(f"{found_on} leads to {url}: {answer.status_code}")
            continue
        if not answer.headers["Content-Type"].startswith("text/html"):
            answer.close()
            continue
        text = answer.content.decode()
        page = Page(text)
        wrong += [f"{url} shows a template: {mark}" for mark in ("{%", "{{") if mark in text]
        wrong += [f"{url} has a link without an address"] * page.nowhere
        wrong += [f"{url} has {one} twice" for one, count in page.ids.items() if count > 1]
        wrong += [f"{url} points at no {one}" for one in page.meant - page.ids.keys()]
        wrong += [f"{url} has a field called {one}" for one in page.fields & NO_NAMES]
        for form in page.forms:
            try:
                resolve(urlsplit(urljoin(url, form)).path)
            except Http404:
                wrong.append(f"{url} has a form for {form}")
        for link in page.links:
            follow(link, url, ahead, seen, kinds)
    assert len(seen) > 20
    assert not wrong, "\n".join(wrong)


def follow(
    link: str, url: str, ahead: deque[tuple[str, str]], seen: set[str], kinds: Counter[Any]
) -> None:
    parts = urlsplit(urljoin(url, link))
    if parts.scheme in LEAVES or parts.path.startswith(("/static/", "/en/")):
        return  # the English pages are made by the same templates
    to = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        match = resolve(parts.path)
        kind = (match.view_name, *sorted(dict(parse_qsl(parts.query))))
    except Http404:
        kind = (parts.path,)
    if to in seen or kinds[kind] >= OF_A_KIND or "logout" in to:
        return
    kinds[kind] += 1
    seen.add(to)
    ahead.append((to, url))
