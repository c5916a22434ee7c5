"""One officer's account: its posts, what happened to it, shutting it and opening it again."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from satupintu.journal import queries as journal
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.people.web.sign_in.words import both

SHOWN = 50


@login_required
@require_safe
def account(request: Request, account_id: int) -> HttpResponse:
    found = _officer(request, account_id)
    entries = journal.timeline(found.subject, limit=SHOWN)
    names = queries.names(entry.account_id for entry in entries)
    return render(
        request,
        "people/account.html",
        {
            "account": found,
            "holdings": queries.holdings_of_account(found.pk),
            "mandates": queries.mandates_of_account(found.pk),
            "today": offices.today(),
            "is_own": found.pk == request.user.pk,
            "answers_by_link": queries.answers_by_link(found.pk),
            "entries": [
                {
                    "happened_at": entry.happened_at,
                    "words": journal.words_of(entry),
                    "who": names.get(entry.account_id or 0, ""),
                }
                for entry in entries
            ],
        },
    )


@login_required
@require_POST
@fresh_second_factor
def disable(request: Request, account_id: int) -> HttpResponse:
    actions.disable_account(_officer(request, account_id).pk, by=request.by)
    messages.success(request, both("Akun ditutup", "The account is shut"))
    return redirect("people:account", account_id)


@login_required
@require_POST
@fresh_second_factor
def enable(request: Request, account_id: int) -> HttpResponse:
    actions.enable_account(_officer(request, account_id).pk, by=request.by)
    messages.success(request, both("Akun dibuka lagi", "The account is open again"))
    return redirect("people:account", account_id)


@login_required
@require_POST
@fresh_second_factor
def end_sessions(request: Request, account_id: int) -> HttpResponse:
    actions.end_sessions_of(_officer(request, account_id).pk, by=request.by)
    messages.success(request, both("Semua perangkat dikeluarkan", "All devices are signed out"))
    return redirect("people:account", account_id)


@login_required
@require_POST
@fresh_second_factor
def give_pin(request: Request, account_id: int) -> HttpResponse:
    """A new PIN for a head of RT or RW, on this page once and never again."""
    found = _officer(request, account_id)
    pin = actions.give_pin(found.pk, by=request.by)
    get_adapter().tell_new_pin(found.pk)
    return render(request, "people/pin_given.html", {"account": found, "pin": pin})


def _officer(request: Request, account_id: int) -> Account:
    found = queries.officer(account_id, queries.admin_reach(request.by))
    if found is None:
        raise Http404
    return found
