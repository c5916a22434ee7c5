"""Pages that are the same for every stranger are drawn once, not once for each of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

MOST_PAGES = 500
SAME_FOR_ALL = {
    "home",
    "guides",
    "guide",
    "privacy",
    "accessibility",
    "service_status",
    "directory",
    "reference_data",
    "offline",
    "catalogue:services",
    "catalogue:service",
}
View = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, str, bool]


@dataclass
class Kept:
    """A drawn page, what names its edition, and when that was asked last."""

    body: bytes
    headers: dict[str, str]
    edition: Callable[[HttpRequest], str | None]
    checked: float


def kept_pages(get_response: View) -> View:
    """Give a page out again while its edition stands, which is asked once in KEPT_SECONDS.

    Only what a view itself gave an edition is kept, without a query, for people without
    a session, and when nothing in it is meant for one browser (no cookie is set with it).
    """
    pages: dict[Key, Kept] = {}

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_for_everybody(request):
            return get_response(request)
        gzip = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        key = (request.META.get("HTTP_HOST", ""), request.path, gzip)
        kept = pages.get(key)
        if kept and _stands(request, kept):
            known = request.META.get("HTTP_IF_NONE_MATCH")
            if known == kept.headers["ETag"]:
                return HttpResponseNotModified(headers={"ETag": known})
            return HttpResponse(kept.body, headers=kept.headers)
        response = get_response(request)
        edition = getattr(response, "edition", None)
        if response.status_code == 200 and edition and not response.cookies:
            if len(pages) >= MOST_PAGES:
                pages.clear()
            pages[key] = Kept(response.content, dict(response.headers), edition, time.monotonic())
        return response

    return middleware


def copies_for_the_road(get_response: View) -> View:
    """Say which pages a browser may keep for hours without a signal; of all others it keeps none.

    Where somebody signs out, it throws away what it kept for them as well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        name = match.view_name if match else ""
        if name == "account_logout" and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"storage"'
        elif (
            name in SAME_FOR_ALL
            and response.status_code == 200
            and _is_for_everybody(request)
            and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        ):
            response.headers["X-May-Keep"] = "yes"
        return response

    return middleware


def _is_for_everybody(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in request.META
        and not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    )


def _stands(request: HttpRequest, kept: Kept) -> bool:
    now = time.monotonic()
    if now - kept.checked < settings.KEPT_SECONDS:
        return True
    kept.checked = now
    return kept.edition(request) == kept.headers["ETag"].removeprefix("W/")
