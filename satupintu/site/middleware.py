"""What happens around every request: an id, who acts, the second factor, refusals, headers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse

from satupintu.journal.events import By
from satupintu.levies import queries as bills
from satupintu.lib.errors import Refused
from satupintu.people import queries as people
from satupintu.people.actions import TooOften
from satupintu.people.requests import (
    ONLY_CASE,
    ProveAgain,
    Request,
    came_from,
    keep_while_used,
    prove_again,
    sentences,
    typed,
)
from satupintu.permits import queries as permits
from satupintu.site.templatetags.words import text
from satupintu.site.web import errors

log = structlog.get_logger(__name__)
NEEDS_SECOND_FACTOR = {
    "id": "Akun petugas harus memakai kode kedua. Pasang aplikasi autentikator untuk melanjutkan.",
    "en": "An officer's account needs a second factor. Set up an authenticator app to go on.",
}
# Routes that show nobody's own data; everything else wants the case that the code belongs to.
OPEN_TO_A_CODE = re.compile(
    r"(catalogue|journal|js):|cases:(track|follow|guest|guest_code)$|account_logout$|session_(stay|now)$"
    r"|permits:(verify|document|keys|checkpoint|proof|tile|-)$"
    r"|(home|guides?|privacy|accessibility|service_status|directory|reference_data|unit)$"
    r"|own_data(_file|_correction)?$"  # which show that one case alone
    r"|(stylesheet|crest|icon|manifest|worker|offline|health|ready|metrics)$"
)
NOT_FOR_GUESTS = re.compile(r"^/(en/)?akun/(?!logout)")
View = Callable[[HttpRequest], HttpResponse]

# The button of an outside sign-in is a form, whose answer leads there.
OUTSIDE = "://".join(urlsplit(settings.OIDC_URL)[:2]) if settings.OIDC_URL else ""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"font-src 'self'; connect-src 'self' {settings.LIVE_URL}; form-action 'self' {OUTSIDE}; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
PUBLIC_FOREVER = re.compile(r"^/(static/|merek\.(css|svg))")
OPEN_TO_OFFICERS_WITHOUT_SECOND_FACTOR = re.compile(
    r"^/(en/)?(j/|akun/(login|logout|2fa|reauthenticate|confirm|password)|static/|sesi/(tetap|kini)/|merek|luring/|sw\.js|manifest\.)"
)


def request_context(get_response: View) -> View:
    """Give every request an id that logs, journal rows and error pages share; set the headers.

    An own proxy may have named it already, so that its log tells of the same request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = (
            request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        )
        request.request_id = (  # type: ignore[attr-defined]
            sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        )
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(self), camera=(self), microphone=()"
        )
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        # Not found is a page like any other, also where pictures and scripts lie.
        is_page = response.status_code >= 400 or not PUBLIC_FOREVER.match(request.path)
        if "Cache-Control" not in response.headers and is_page:
            # A person's page must not come back from the cache of a shared phone.
            signed_in = hasattr(request, "user") and request.user.is_authenticated
            response.headers["Cache-Control"] = "no-store" if signed_in else "no-cache"
        return response

    return middleware


class PackedPages(GZipMiddleware):
    """Pages leave compressed; files as they are, so that a part of one is a part of its bytes."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if isinstance(response, FileResponse):
            return response
        return super().process_response(request, response)


def plain_text(get_response: View) -> View:
    """No text holds a NUL: PostgreSQL can not keep one, and no keyboard types one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        parts = [request.path]
        for name, values in (*request.GET.lists(), *request.POST.lists()):
            parts += [name, *map(str, values)]
        if any("\x00" in part for part in parts):
            raise BadRequest("a NUL character")
        return get_response(request)

    return middleware


def next_page(get_response: View) -> View:
    """A form that a script sends hears where to go on, and the browser itself goes there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        htmx = request.htmx  # type: ignore[attr-defined]
        if not htmx.boosted:
            return response
        response.headers["HX-Push-Url"] = "false"  # loading the page again never meets a 405
        if response.has_header("Location"):
            url = response.headers["HX-Redirect"] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 200
            here = (htmx.current_url_abs_path or "").partition("#")[0]
            if "#" in url and url.partition("#")[0] == here:
                response.headers["HX-Refresh"] = "true"  # the browser would only scroll
        return response

    return middleware


def who_acts(get_response: View) -> View:
    """request.by: the account behind the request, as every action wants it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        by_receipt = request.user.is_authenticated and request.session.get(ONLY_CASE)
        request.by = By(  # type: ignore[attr-defined]
            account_id=request.user.pk,
            door="receipt" if by_receipt else "web",
            request_id=request.request_id,  # type: ignore[attr-defined]
        )
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(account_id=request.user.pk)
        with people.reading_posts_once(acts=request.method not in ("GET", "HEAD")):
            return get_response(request)

    return middleware


def sessions(get_response: View) -> View:
    """A session that is used lives on; Django ends it on the server when its time is over."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            keep_while_used(cast("Request", request))
        return get_response(request)

    return middleware


def guard(get_response: View) -> View:
    """Officers see no page before their second factor is set up (BSSN 4/2021, group a).

    A guest has no account to look after: a password would make one of a NIK nobody has checked.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if getattr(request.user, "is_guest", False) and NOT_FOR_GUESTS.match(request.path):
            return HttpResponseRedirect(reverse("cases:home"))
        if (
            request.user.is_authenticated
            and not OPEN_TO_OFFICERS_WITHOUT_SECOND_FACTOR.match(request.path)
            and people.needs_second_factor(request.user.pk)
        ):
            messages.info(
                request,
                str(text(NEEDS_SECOND_FACTOR)),
            )
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware


class one_case:  # noqa: N801 - named like its neighbours, used as a dotted path
    """Whoever came with the code of a receipt reaches that application, and nothing beside it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        only = request.session.get(ONLY_CASE) if request.user.is_authenticated else None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if only is None or OPEN_TO_A_CODE.match(name) or kwargs.get("case_id") == only:
            return None
        of_case = (("permit_id", permits), ("bill_id", bills))
        if any(key in kwargs and of.is_of(kwargs[key], f"case:{only}") for key, of in of_case):
            return None
        return HttpResponseRedirect(reverse("cases:case", args=[only]))


class refusals:  # noqa: N801 - named like its neighbours, used as a dotted path
    """A refused act becomes a page that says why and what to do; nothing typed is lost."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if errors.is_away(exception):
            return errors.away(request, exception)
        if not isinstance(exception, Refused):
            return None
        back = came_from(request)
        too_often = isinstance(exception, TooOften)
        status = (
            403 if isinstance(exception, people.NoRight | ProveAgain) else 429 if too_often else 409
        )
        if prove := isinstance(exception, ProveAgain):
            back = prove_again(request, urlsplit(back).path or "/")
        if request.headers.get("accept") == "application/json":
            return JsonResponse({"message": str(text(exception.message))}, status=status)
        context = {
            "refusal": exception,
            "back": back,
            "prove": prove,
            "written": sentences(typed(request)),
        }
        page = render(request, f"{status}.html", context, status=status)
        if isinstance(exception, TooOften):
            page.headers["Retry-After"] = str(exception.seconds)
        return page
