"""What other systems read: cases and steps of one unit, and a person's own cases by their token."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404

from satupintu.cases import access
from satupintu.cases.models import Case, Correction, Task
from satupintu.cases.queries.lists import LONG
from satupintu.journal.events import By

RUNNING = (Task.Status.OPEN, Task.Status.WAITING, Task.Status.SIGNING)


def own_case(by: By, case_id: int) -> Case:
    """A sent case or a draft of this person; anybody else's is a 404."""
    return access.applicant_case(by, case_id)


def cases_of_unit(office_id: int, *, before: int | None, most: int) -> list[Case]:
    """Sent cases of a unit, the newest first."""
    found = Case.objects.filter(access.of_unit(office_id))
    if before is not None:
        found = found.filter(pk__lt=before)
    corrections = Prefetch("corrections", Correction.objects.defer("items", "before"))
    return list(
        found.select_related("service_version__service", "applicant", "bill", "permit")
        .defer(*LONG, "permit__data", "bill__lines")
        .prefetch_related(corrections)
        .order_by("-id")[:most]
    )


def case_of_unit(office_id: int, number: str) -> Case:
    """Raises Http404 for a number of another unit as for one that nobody has."""
    found = (
        Case.objects.filter(access.of_unit(office_id), number=number)
        .select_related("service_version__service", "applicant", "office", "bill", "permit")
        .first()
    )
    if found is None:
        raise Http404
    return found


def tasks_of_unit(office_id: int, *, after: int | None, most: int) -> list[Task]:
    """Steps that wait in a unit, the oldest first."""
    found = Task.objects.filter(office_id=office_id, status__in=RUNNING)
    if after is not None:
        found = found.filter(pk__gt=after)
    return list(
        found.select_related("case__service_version__service")
        .defer(*(f"case__{name}" for name in LONG))
        .order_by("id")[:most]
    )
