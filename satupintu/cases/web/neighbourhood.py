"""What officers do about the answers of RT and RW: paper at the counter, appeals of the Lurah."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from satupintu.cases import queries
from satupintu.cases.actions import appeals, endorsements
from satupintu.cases.models import Case, Task
from satupintu.cases.web import posted
from satupintu.files import actions as files
from satupintu.lib.errors import Refused, both
from satupintu.people import queries as people
from satupintu.people.requests import Request


def shown(request: Request, case: Case) -> dict[str, Any]:
    """The part of the case page about RT, RW and the appeal."""
    steps = queries.of_neighbourhood(case)
    waiting = next((task for task in steps if task.status == Task.Status.OPEN), None)
    posts = people.posts_held(request.by.account_id)
    at_counter = any("counter" in one.rights and one.office_id == case.office_id for one in posts)
    return {
        "endorsements": [
            (task, queries.step_of_task(case, task)) for task in steps if task.status != "cancelled"
        ],
        "waiting": waiting,
        "at_counter": at_counter,
        "open_appeal": queries.own.open_appeal(case),
        "appeals": queries.appeals(case),
    }


def _paper(request: Request, task: Task) -> str:
    upload = request.FILES.get("paper")
    if upload is None or upload.file is None:
        raise Refused(both("Pilih foto atau PDF surat", "Choose a photo or PDF"), field="paper")
    try:
        endorsements.record_paper(
            task.pk,
            stream=upload.file,
            name=upload.name or "",
            version=posted.version(request),
            by=request.by,
        )
    except files.NotKept as refused:
        raise Refused(refused.message, field="paper") from refused
    return f"Persetujuan di kertas untuk {task.case.number} sudah dicatat."


def _grant(request: Request, task: Task) -> str:
    _decide(request, task, grant=True)
    return f"Banding {task.case.number} dikabulkan. Permohonan dilanjutkan tanpa RT dan RW."


def _uphold(request: Request, task: Task) -> str:
    _decide(request, task, grant=False)
    return f"Banding {task.case.number} tidak dikabulkan. Surat penolakan perlu disusun."


def _decide(request: Request, task: Task, *, grant: bool) -> None:
    appeals.decide(
        task.pk,
        grant=grant,
        reason=request.POST.get("decision", ""),
        version=posted.version(request),
        by=request.by,
    )


ACTS: Mapping[str, Callable[[Request, Task], str]] = {
    "paper": _paper,
    "grant": _grant,
    "uphold": _uphold,
}
