"""A person's inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import posted
from satupintu.notifications import actions, queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from satupintu.journal.events import By


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    account_id = _account(request)
    after = request.GET.get("after", "")
    page = queries.inbox(account_id, after=posted.whole(after))
    unread = queries.unread_count(account_id)
    return render(request, "notifications/inbox.html", {"page": page, "unread": unread})


@require_safe
@login_required
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    found = queries.notice_for(_account(request), notice_id)
    return render(request, "notifications/notice.html", {"notice": found})


@require_POST
@login_required
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Opening is an act (the notice counts as read), so it is not done by a mere link."""
    actions.mark_read(notice_id, by=request.by)  # type: ignore[attr-defined]
    return redirect("notifications:notice", notice_id)


def _account(request: HttpRequest) -> int:
    by: By = request.by  # type: ignore[attr-defined]
    return cast("int", by.account_id)
