"""Whose inbox it is."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from satupintu.notifications.models import Notice


def of_account(account_id: int) -> Q:
    """Sent to the account, or to an applicant that is this account."""
    return Q(account_id=account_id) | Q(applicant__account_id=account_id)


def notice_for(account_id: int, notice_id: int) -> Notice:
    """The notice if it is theirs; Http404 otherwise."""
    notice = Notice.objects.filter(of_account(account_id), pk=notice_id).first()
    if notice is None:
        raise Http404
    return notice
