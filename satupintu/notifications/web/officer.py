"""Messages that nobody received, for an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import posted
from satupintu.notifications import actions, queries
from satupintu.people import queries as people

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@login_required
def not_delivered(request: HttpRequest) -> HttpResponse:
    reach = people.admin_reach(request.by)  # type: ignore[attr-defined]
    after = request.GET.get("after", "")
    page = queries.not_delivered(reach=reach, after=posted.whole(after))
    return render(request, "notifications/not_delivered.html", {"page": page})


@require_POST
@login_required
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    actions.send_again(delivery_id, by=request.by)  # type: ignore[attr-defined]
    messages.success(request, "Pesan dikirim lagi.")
    return redirect("notifications:not_delivered")
