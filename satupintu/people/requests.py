"""A request as our pages get it: with who acts, and with our own account as its user."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from satupintu.lib.errors import Refused, both
from satupintu.people import actions, queries

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from satupintu.journal.events import By
    from satupintu.people.models import Account


View = TypeVar("View", bound=Callable[..., Any])

ONLY_CASE = "only_case"
SECRETS = re.compile(r"csrfmiddlewaretoken|.*pass(word|phrase).*|pin|code|token")
BEGAN, TOUCHED = "session began", "session touched"
# One write a minute is enough to know that somebody is still there.
TOUCH_EVERY = 60


class ProveAgain(Refused):
    """A grave act wants a second factor that was shown a moment ago."""


class Request(HttpRequest):
    """site/middleware.py adds `by` to every request."""

    by: By
    user: Account


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, found exactly as the throttles of sign-in find it."""
    return str(ratelimit.get_ip(request))


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form stood on; empty if the browser does not say."""
    back = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if ours else ""


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was posted; never a secret."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if not SECRETS.fullmatch(name)
        for value in values
    ]


def sentences(fields: Iterable[tuple[str, str]]) -> list[str]:
    """What a person wrote, not what a button or a choice says."""
    return [value for _, value in fields if len(value.split()) > 1]


def let_in(request: Request, guest: Account, *, case_id: int | None = None) -> None:
    """Open a short session for a resident without an account, on a phone that others may use.

    With `case_id` it reaches that application and nothing else of the same person.
    """
    auth.login(request, guest, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[ONLY_CASE] = case_id
    keep(request)
    actions.note_sign_in(guest.pk, by=request.by)


def keep(request: Request) -> timedelta:
    """Let the session live on until it is idle too long or too old; says for how long."""
    request.session.setdefault(BEGAN, time.time())
    idle, _ = settings.SESSIONS[_kind(request.user)]
    ends = min(timezone.now() + timedelta(minutes=idle), ends_at_most(request))
    request.session[TOUCHED] = time.time()
    # A date, not a number of seconds, so that a page can tell how long is left.
    request.session.set_expiry(ends)
    return ends - timezone.now()


def ends_at_most(request: Request) -> datetime:
    """When the session is over however much it is used."""
    _, most = settings.SESSIONS[_kind(request.user)]
    return datetime.fromtimestamp(request.session[BEGAN], UTC) + timedelta(minutes=most)


def keep_while_used(request: Request) -> None:
    if time.time() - request.session.get(TOUCHED, 0) >= TOUCH_EVERY:
        keep(request)


def _kind(account: Account) -> str:
    if account.is_guest:
        return "guest"
    return "officer" if queries.is_officer(account.pk) else "resident"


def for_officers(view: View) -> View:
    """Anybody else is told so in their own frame, and shown no menu that leads nowhere."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queries.require_officer(request.by)
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def fresh_second_factor(view: View) -> View:
    """For acts that can not be undone by a second click: the second factor, shown lately.

    A page asks for it before it opens; a form that was sent too late is refused, so that what
    was typed can be copied.
    """

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_anonymous or shown_lately(request):
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(prove_again(request, request.get_full_path()))
        raise ProveAgain(
            both(
                "Buktikan dulu dengan kode kedua bahwa ini Anda, lalu ulangi",
                "First show with your second factor that it is you, then do it again",
            )
        )

    return guarded  # type: ignore[return-value]


def prove_again(request: HttpRequest, then: str) -> str:
    """Where the second factor is asked for, by the app or else by a key, and what follows."""
    ways = {
        way["id"]: way["url"] for way in get_adapter().get_reauthentication_methods(request.user)
    }
    way = next(
        (ways[name] for name in sorted(ways) if name.startswith("mfa_")), reverse("mfa_index")
    )
    return f"{way}?{urlencode({'next': then})}"


def shown_lately(request: Request) -> bool:
    since = time.time() - 60 * settings.SECOND_FACTOR_MINUTES
    return any(
        record.get("method") == "mfa" and record.get("at", 0) >= since
        for record in get_authentication_records(request, request.user)
    )
