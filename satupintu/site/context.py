"""What every page knows: the city, the other language, the menus, the posts of who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

import satupintu
from satupintu.catalogue import queries as catalogue
from satupintu.people import queries as people
from satupintu.people.queries import HeldPost
from satupintu.people.requests import BEGAN, Request, ends_at_most
from satupintu.site import menu
from satupintu.site.templatetags.words import language
from satupintu.site.web import brand


def city(request: HttpRequest) -> dict[str, Any]:
    """Everything is lazy: a page that shows none of it asks the database nothing."""
    held = SimpleLazyObject(lambda: _posts(request))
    return {
        "city": SimpleLazyObject(brand.city),
        "posts": held,
        "other_language": SimpleLazyObject(lambda: _other_language(request)),
        "public_menu": SimpleLazyObject(lambda: menu.links(menu.PUBLIC, request.path)),
        "account_menu": SimpleLazyObject(lambda: menu.links(_own_pages(request), request.path)),
        "footer_menu": SimpleLazyObject(lambda: menu.links(menu.FOOTER, request.path)),
        "officer_menu": SimpleLazyObject(lambda: _officer_menu(request.path, held)),
        "session_seconds": SimpleLazyObject(lambda: _session_seconds(request)),
        "session_ends": SimpleLazyObject(lambda: _session_ends(request)),
        "own_phone": SimpleLazyObject(lambda: _is_own_phone(request)),
        "sandbox": settings.SANDBOX,
        "version": satupintu.__version__,
    }


def _posts(request: HttpRequest) -> tuple[HeldPost, ...]:
    return people.posts_held(request.user.pk) if request.user.is_authenticated else ()


def _is_own_phone(request: HttpRequest) -> bool:
    """Guests come on borrowed phones: nothing of theirs waits there."""
    return request.user.is_authenticated and not getattr(request.user, "is_guest", False)


def _own_pages(request: HttpRequest) -> tuple[menu.Place, ...]:
    return menu.GUEST if getattr(request.user, "is_guest", False) else menu.APPLICANT


def _officer_menu(path: str, held: Iterable[HeldPost]) -> list[menu.Link]:
    rights = {right for post in held for right in post.rights}
    if rights == {"endorse"}:
        return menu.links(menu.ENDORSER, path, rights)
    roles = {post.role for post in held}
    kinds = {kind for role, kind in catalogue.duties() if role in roles}
    # A post that does nothing else here is of an agency whose opinion is asked.
    return menu.links(menu.OFFICER, path, rights | kinds or {"opinion"})


def _other_language(request: HttpRequest) -> dict[str, str]:
    code, label = ("id", "Bahasa Indonesia") if language() == "en" else ("en", "English")
    here = request.get_full_path()
    if request.resolver_match is None:  # an address that leads nowhere does so in both languages
        return {"code": code, "label": label, "url": here}
    url = f"/en{here}" if code == "en" else here.removeprefix("/en")
    return {"code": code, "label": label, "url": url}


def _session_ends(request: HttpRequest) -> datetime | None:
    """The end that no use puts off: no copy on a phone outlives it."""
    return ends_at_most(cast("Request", request)) if BEGAN in request.session else None


def _session_seconds(request: HttpRequest) -> int | None:
    """How long the session still lives; only known when it ends at a fixed moment."""
    if not request.user.is_authenticated or "_session_expiry" not in request.session:
        return None
    return request.session.get_expiry_age()
