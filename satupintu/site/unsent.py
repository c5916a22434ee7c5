"""What was typed when a session ended is there again for whoever typed it, and for nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from satupintu.lib.errors import both
from satupintu.people.requests import came_from, sentences, typed
from satupintu.site.templatetags.words import text

View = Callable[[HttpRequest], HttpResponse]

# The session is gone with what it knew: a signed cookie tells whose it was.
COOKIE = "__Host-satupintu-unsent" if settings.SECURE else "satupintu-unsent"
COOKIE_SECONDS = 24 * 3600
KEY = "unsent"
KEPT_SECONDS = 30 * 60
MOST_CHARACTERS = 100_000
KEPT = both(
    "Sesi Anda sudah berakhir. Masuk lagi: isian Anda kami simpan selama 30 menit.",
    "Your session has ended. Sign in again: we keep what you typed for 30 minutes.",
)


@dataclass(frozen=True)
class Unsent:
    """A form that came without a session: where to, and its fields."""

    path: str
    fields: list[tuple[str, str]]
    with_files: bool
    account: int
    until: float

    def read(self) -> list[str]:
        return sentences(self.fields)


def unsent(get_response: View) -> View:
    """Between the end of a session and the next sign-in a form waits in the browser's session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        response = get_response(request)
        if request.user.is_authenticated:
            _remember(request, response)
        elif was_in:
            response.delete_cookie(COOKIE)  # whoever signs out leaves nothing behind
        elif _is_a_form(request) and _asks_to_sign_in(request, response):
            return redirect_to_login(_kept(request))
        return response

    return middleware


def find(request: HttpRequest) -> Unsent | None:
    """What the person who is signed in had typed."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    found = Unsent(**kept)
    if found.until < time.time() or found.account != request.user.pk:
        forget(request)
        return None
    return found


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def _remember(request: HttpRequest, response: HttpResponse) -> None:
    # Guests come back by their number and its code, often on somebody else's phone.
    whose = 0 if getattr(request.user, "is_guest", False) else request.user.pk
    if _last(request) != whose:
        response.set_signed_cookie(
            COOKIE, str(whose), salt=KEY, max_age=COOKIE_SECONDS,
            secure=settings.SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
    if request.method == "POST":
        kept = find(request)
        if kept and kept.path == request.get_full_path():
            forget(request)  # its own page shows it from here on


def _last(request: HttpRequest) -> int | None:
    """Whose account was in use here last, without signing out; 0 is a guest's."""
    known = request.get_signed_cookie(COOKIE, default=None, salt=KEY, max_age=COOKIE_SECONDS)
    return int(known) if known else None


def _is_a_form(request: HttpRequest) -> bool:
    """Sent by a person; scripts that save by themselves look after what they could not send."""
    boosted = request.htmx.boosted  # type: ignore[attr-defined]
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return request.method == "POST" and (boosted or navigates)


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    asked = redirect_to_login(request.get_full_path())
    return response.headers.get("Location") == asked.headers["Location"]


def _kept(request: HttpRequest) -> str:
    """Keep the form if it is known who typed it; says where to go on after signing in."""
    fields, account = typed(request), _last(request)
    if not account or not fields or sum(len(value) for _, value in fields) > MOST_CHARACTERS:
        return came_from(request)
    until = time.time() + KEPT_SECONDS
    form = Unsent(request.get_full_path(), fields, bool(request.FILES), account, until)
    request.session[KEY] = asdict(form)
    request.session.set_expiry(KEPT_SECONDS)
    messages.info(request, str(text(KEPT)))
    return reverse("session_unsent")
