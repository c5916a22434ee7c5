"""Views of the work list, kept by an officer for themselves or for their unit."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from satupintu.cases import access
from satupintu.cases.events import FilterDeleted, FilterSaved
from satupintu.cases.models import SavedFilter
from satupintu.cases.queries.work import Filters
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.people import queries as people

LONGEST_NAME = 60
MOST = 30


class FilterRefused(Refused):
    """The filter has no usable name, or there are too many."""


@transaction.atomic
def save_filter(
    *, name: str, filters: Filters, office_id: int | None = None, by: By
) -> SavedFilter:
    """Keep a view under a name; the same name again replaces what stood under it."""
    name = " ".join(name.split())
    if not name:
        raise FilterRefused(both("Beri nama saringan ini", "Give this filter a name"), field="name")
    if len(name) > LONGEST_NAME:
        raise FilterRefused(
            both(
                "Nama paling panjang {most} huruf. Anda mengisi {typed}",
                "The name may have at most {most} letters. You wrote {typed}",
                most=LONGEST_NAME,
                typed=len(name),
            ),
            field="name",
        )
    if office_id is not None:
        by = access.in_post(by, people.acting_post(by, office_id=office_id))
    mine = SavedFilter.objects.filter(account_id=by.person)
    if mine.exclude(name=name).count() >= MOST:
        raise FilterRefused(
            both(
                "Anda sudah punya {most} saringan. Hapus yang tidak dipakai dulu",
                "You have {most} filters already. First delete one that you do not use",
                most=MOST,
            )
        )
    kept, _ = SavedFilter.objects.update_or_create(
        account_id=by.person, name=name, defaults={"query": filters.query, "office_id": office_id}
    )
    journal.record(
        FilterSaved(subject=kept.subject, filter_id=kept.pk, shared=office_id is not None), by=by
    )
    return kept


@transaction.atomic
def delete_filter(filter_id: int, *, by: By) -> None:
    kept = SavedFilter.objects.filter(pk=filter_id).first()
    if kept is None or not access.keeps_filter(by, kept):
        raise Http404
    shared = kept.office_id is not None
    journal.record(FilterDeleted(subject=kept.subject, filter_id=kept.pk, shared=shared), by=by)
    kept.delete()
