"""Cases found by what people know of them, and the way of one case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from satupintu import workflow
from satupintu.cases import access
from satupintu.cases.models import Case, Opinion, Pause, Task
from satupintu.cases.queries import wording
from satupintu.cases.queries.wording import OWN_POST, POST_VACANT
from satupintu.compiled import compiled, fetched
from satupintu.journal.events import By
from satupintu.lib import numbers
from satupintu.people import queries as people

# What a list never shows and so never loads.
LONG = ("service_version__definition", "answers", "typed", "state", "draft_body")
NOTES = {
    ("endorse", POST_VACANT): {
        "id": "Jabatan kosong, dilewati",
        "en": "The post is vacant, passed over",
    },
    ("endorse", OWN_POST): {
        "id": "Pemohon sendiri pejabatnya, dilewati",
        "en": "The applicant holds the post, passed over",
    },
    ("endorse", "passed"): {"id": "Dilewati", "en": "Passed over"},
    ("endorse", "paper"): {"id": "Disetujui di kertas", "en": "Agreed on paper"},
    ("endorse", "refuse"): {"id": "Tidak disetujui", "en": "Not agreed"},
    ("appeal", "accept"): {"id": "Tidak ada banding", "en": "No appeal"},
    ("appeal", "grant"): {"id": "Dikabulkan", "en": "Granted"},
    ("appeal", "forward"): {"id": "Tidak dikabulkan", "en": "Not granted"},
}


@dataclass(frozen=True)
class TrackedStep:
    name: str
    status: str  # done | stop (refused) | now | next
    since: datetime | None = None
    due_date: date | None = None
    office: str = ""
    note: str = ""


@dataclass(frozen=True)
class Tracking:
    """What anybody with the number may see: steps and dates, no names (ux.md A4)."""

    case: Case
    service: Any
    steps: list[TrackedStep] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    paused: str = ""

    @property
    def status(self) -> str:
        """The word for where it stands, as everywhere in the house (site/statuses.py)."""
        case = self.case
        if case.phase == Case.Phase.CLOSED:
            return {
                Case.Outcome.APPROVED: "issued",
                Case.Outcome.REFUSED: "rejected",
                Case.Outcome.WITHDRAWN: "withdrawn",
            }.get(Case.Outcome(case.outcome), "done")
        if case.outcome == Case.Outcome.REFUSED and self.paused == "applicant":
            return "appeal"
        return {"applicant": "correction", "payment": "unpaid"}.get(self.paused, "in_review")


# Only what a stranger is shown: to name a column costs as much as to read it.
TRACKED = Case.objects.select_related("service_version", "applicant").only(
    *("number", "service_code", "phase", "outcome", "state", "submitted_at", "closed_at"),
    *("due_date", "service_version__digest", "applicant__account_id"),
)


@compiled
def _tracked(number: str) -> QuerySet[Case]:
    return TRACKED.filter(number=number)


@compiled
def _tracked_pauses(case_id: int) -> QuerySet[Pause]:
    return Pause.objects.filter(case_id=case_id).only("case_id", "reason", "started_at", "ended_at")


@compiled
def _tracked_tasks(case_id: int) -> QuerySet[Task]:
    return TRACKED_TASKS.filter(case_id=case_id)


TRACKED_TASKS = (
    Task.objects.select_related("office")
    .only(
        *("case_id", "step", "kind", "status", "move", "reason", "opened_at", "done_at"),
        *("due_date", "done_by_id", "file_id", "office__name"),
    )
    .order_by("id")
)


def by_id(case_id: int) -> Case:
    return access.whole().get(pk=case_id)


def by_number(number: str) -> Case | None:
    """A case by the number people type: blanks, case and look-alike letters do not matter."""
    return access.whole().filter(number=numbers.normalise(number)).first()


def by_permit(permit_id: int) -> Case | None:
    return access.whole().filter(permit_id=permit_id).first()


def by_bill_subject(subject: str) -> Case:
    return access.whole().get(pk=int(subject.removeprefix("case:")))


def search(by: By, text: str) -> list[Case]:
    """Cases the officer may read, by number or by the applicant's NIK; at most 20."""
    wanted = text.strip()
    posts = people.posts_held(by.account_id)
    readable = {post.office_id for post in posts if post.rights & access.READING_RIGHTS}
    on_desk = Task.objects.filter(access.in_charge(posts), case=OuterRef("pk"))
    digits = "".join(character for character in wanted if character.isdigit())
    match = Q(number__startswith=numbers.normalise(wanted))
    if len(digits) == 16:
        match |= Q(applicant__nik=digits)
    if not wanted:
        return []
    return list(
        access.whole()
        .filter(match, number__isnull=False)
        .filter(Q(office_id__in=readable) | Exists(on_desk))
        .defer(*LONG)
        .order_by("-id")[:20]
    )


def opinions_waiting(by: By) -> QuerySet[Opinion]:
    return (
        access.opinions(by)
        .filter(answered_at=None, closed_at=None)
        .select_related("case__service_version__service", "office")
        .defer(*(f"case__{name}" for name in LONG))
        .order_by("due_date", "id")[:100]
    )


def count_opinions(by: By) -> int:
    return access.opinions(by).filter(answered_at=None, closed_at=None)[:100].count()


def opinions_closed(by: By) -> QuerySet[Opinion]:
    """What was asked and is not needed any more, of the last two weeks, the newest 25."""
    return (
        access.opinions(by)
        .filter(closed_at__gt=timezone.now() - timedelta(days=14))
        .select_related("case__service_version__service")
        .defer(*(f"case__{name}" for name in LONG))
        .order_by("-closed_at", "-id")[:25]
    )


def withdrawals_asked(by: By) -> list[Case]:
    """Paid cases at this clerk's counters whose applicants ask to cancel, the oldest 100."""
    return list(
        Case.objects.filter(
            office_id__in=access.counter_offices(by),
            withdrawal_asked_at__isnull=False,
            phase__in=[Case.Phase.OPEN, Case.Phase.WAITING],
        )
        .select_related("service_version__service")
        .defer(*LONG)
        .order_by("withdrawal_asked_at", "id")[:100]
    )


def running(office_ids: Sequence[int] = ()) -> QuerySet[Case]:
    found = Case.objects.filter(phase__in=[Case.Phase.OPEN, Case.Phase.WAITING])
    return found.filter(office_id__in=office_ids) if office_ids else found


def running_ids(office_ids: Sequence[int] = ()) -> Iterator[int]:
    return running(office_ids).order_by("id").values_list("id", flat=True).iterator()


def track(number: str, language: str = "id") -> Tracking | None:
    """The way of a case for whoever has its number; None for a number that is not ours."""
    if not _is_ours(number):
        return None
    case = next(iter(_tracked(numbers.normalise(number))), None)
    if case is None:
        return None
    fetched(case, "tasks", _tracked_tasks(case.pk))
    pauses = sorted(_tracked_pauses(case.pk), key=lambda one: one.pk)
    return Tracking(
        case=case,
        service=case.definition["name"],
        steps=timeline(case, language, stranger=True),
        pauses=pauses,
        paused=next((pause.reason for pause in pauses if pause.ended_at is None), ""),
    )


def for_follower(number: str) -> Case | None:
    """A sent case whose applicant has no account of their own, so that its code opens it."""
    if not _is_ours(number):
        return None
    no_account = Q(applicant__account=None) | Q(applicant__account__guest_key__isnull=False)
    return access.whole().filter(no_account, number=numbers.normalise(number)).first()


def forgotten_drafts(before: datetime) -> Iterator[int]:
    """Drafts of guests that nobody touched since."""
    drafts = Case.objects.filter(phase=Case.Phase.DRAFT, changed_at__lt=before)
    guests = drafts.filter(opened_by__guest_key__isnull=False)
    return guests.order_by("id").values_list("id", flat=True).iterator()


def follow_code(case: Case) -> str:
    """The code on the receipt; empty for somebody who signs in."""
    account = case.applicant.account
    if account is not None and not account.is_guest:
        return ""
    return numbers.follow_code(str(case.number), settings.SECRET_KEY)


def is_follow_code(number: str, typed: str) -> bool:
    wanted = numbers.normalise(number)
    return any(numbers.is_follow_code(typed, wanted, key) for key in _keys())


def timeline(case: Case, language: str = "id", *, stranger: bool = False) -> list[TrackedStep]:
    """Every step that was, is and will be, in the order of the process.

    A stranger is not told why a step was passed over: that may say who the applicant is.
    """
    rows: dict[str, Task] = {}
    for task in case.steps():
        if task.status != Task.Status.CANCELLED:
            rows[task.step] = task
    part = "refusal" if case.state.get("outcome") == Case.Outcome.REFUSED else "main"
    ahead = workflow.steps({part: case.process[part]})
    seen = [
        TrackedStep(
            name=wording.step_name(case, task.step, language),
            status=_state(task),
            since=task.done_at if task.status == Task.Status.DONE else task.opened_at,
            due_date=task.due_date,
            office=task.office.name,
            note=_note(task, language, stranger=stranger),
        )
        for task in sorted(rows.values(), key=lambda task: task.pk)
    ]
    skipped = {code for code, state in case.state.get("steps", {}).items() if state == "skipped"}
    coming = (
        []
        if case.phase == Case.Phase.CLOSED
        else [
            TrackedStep(name=wording.step_name(case, step["step"], language), status="next")
            for step in ahead
            if step["step"] not in rows and step["step"] not in skipped
        ]
    )
    return seen + coming


def _is_ours(number: str) -> bool:
    wanted = numbers.normalise(number)
    return any(numbers.check(wanted, key) for key in _keys())


def _keys() -> list[str]:
    """Numbers and codes that were given under an earlier key stay good."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _state(task: Task) -> str:
    if task.status != Task.Status.DONE:
        return "now"
    return "stop" if task.move == "refuse" else "done"


def _note(task: Task, language: str, *, stranger: bool) -> str:
    """How a step of RT or RW was answered, or that it was passed over; no names."""
    return NOTES.get((task.kind, _way(task, stranger=stranger)), {}).get(language, "")


def _way(task: Task, *, stranger: bool) -> str:
    if task.status == Task.Status.DONE and task.done_by_id is None and task.move == "forward":
        return "passed" if stranger else task.reason
    return "paper" if task.file_id else task.move
