"""How a browser is known again."""

from __future__ import annotations

import ipaddress
import re
import secrets
from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit
from django.conf import settings

from satupintu.lib.browsers import words_of
from satupintu.people.actions import Seen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-perangkat" if settings.SECURE else "perangkat"
COOKIE_LIVES = 365 * 24 * 3600
SECRET = re.compile(r"[\w-]{22}")


def seen(request: HttpRequest, response: HttpResponse) -> Seen:
    """What this sign-in shows; the browser keeps a secret by which it is known next time."""
    kept = request.COOKIES.get(COOKIE, "")
    browser = kept if SECRET.fullmatch(kept) else secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        browser,
        max_age=COOKIE_LIVES,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    words = words_of(request.headers.get("User-Agent", ""))
    return Seen(browser=browser, network=_network(str(ratelimit.get_ip(request))), words=words)


def _network(address: str) -> str:
    """The net of a provider rather than one address, which changes from day to day."""
    try:
        bits = 16 if ipaddress.ip_address(address).version == 4 else 32
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
