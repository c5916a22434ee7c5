"""The holder gives the signed file to others by a link, and whoever has the link opens it."""

from __future__ import annotations

from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from satupintu.files import downloads
from satupintu.people import actions as people
from satupintu.people.requests import Request, address_of
from satupintu.permits import access, actions, queries
from satupintu.permits.actions.copies import DAYS, USUAL
from satupintu.permits.models import Permit

Answer = TypeVar("Answer", bound=HttpResponseBase)


@login_required
@require_http_methods(["GET", "POST"])
def share(request: Request, permit_id: int) -> HttpResponse:
    """The links of a document; a new one is shown in the answer that makes it, and never again."""
    found = access.own_permit(request.by, permit_id)
    if request.method == "GET":
        return _links(request, found)
    days = request.POST.get("days", "")
    try:
        token = actions.share(
            found.pk, days=int(days) if days in map(str, DAYS) else 0, by=request.by
        )
    except actions.NotShareable as refused:
        return _links(request, found, errors={"days": refused.message})
    link = settings.BASE_URL + reverse("permits:shared", args=[token])
    return _links(request, found, link=link)


@login_required
@require_POST
def withdraw(request: Request, permit_id: int, share_id: int) -> HttpResponse:
    actions.withdraw_share(permit_id, share_id, by=request.by)
    return redirect("permits:share", permit_id=permit_id)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What it is and how it stands; unknown, ended and taken back are one and the same page."""
    people.take_turn("share", address_of(request))
    found = queries.shared(token)
    if found is None:
        return _gone(request)
    context = {
        "token": token,
        "ends_at": found.ends_at,
        "found": queries.verify_token(found.permit.token),
    }
    return _closed(render(request, "permits/shared.html", context))


@require_POST
def shared_file(request: Request, token: str) -> HttpResponseBase:
    """Posted by the button, so that a program that looks ahead at links counts as no use."""
    people.take_turn("share", address_of(request))
    found = queries.shared(token)
    if found is None:
        return _gone(request)
    permit = queries.by_id(found.permit_id)
    assert permit.file is not None
    actions.note_share_use(found.pk, by=request.by)
    return _closed(downloads.response(permit.file, name=queries.file_name(permit)))


def _links(
    request: Request, found: Permit, *, link: str = "", errors: dict[str, Any] | None = None
) -> HttpResponse:
    now = queries.open_shares(found).values_list("pk", flat=True)
    context = {
        "permit": found,
        "link": link,
        "days": DAYS,
        "usual": USUAL,
        "shares": queries.shares(found),
        "open": set(now),
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return _closed(render(request, "permits/share.html", context, status=status))


def _gone(request: HttpRequest) -> HttpResponse:
    return _closed(render(request, "permits/shared.html", status=404))


def _closed(answer: Answer) -> Answer:
    """The address is the key, so no copy of what stands behind it may be kept or listed."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


urlpatterns = [
    path("surat-saya/<int:permit_id>/bagikan/", share, name="share"),
    path("surat-saya/<int:permit_id>/bagikan/<int:share_id>/tarik/", withdraw, name="unshare"),
    path("dibagikan/<str:token>/", shared, name="shared"),
    path("dibagikan/<str:token>/unduh/", shared_file, name="shared_file"),
]
