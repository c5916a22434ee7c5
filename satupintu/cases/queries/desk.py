"""What the officer's case page shows, part by part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from satupintu.cases import access
from satupintu.cases.models import (
    Attachment,
    Case,
    Correction,
    Message,
    Minutes,
    Note,
    Opinion,
    Pause,
    Recommendation,
    Task,
    Visit,
    VisitEntry,
    VisitMember,
    VisitPhoto,
)
from satupintu.cases.queries import form, wording
from satupintu.catalogue import queries as catalogue
from satupintu.compiled import compiled, fetched, is_fetched
from satupintu.journal.events import By
from satupintu.lib.expressions import holds
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.files.models import StoredFile

# Offered first, so that nobody types the same sentence a hundred times a day; always editable.
CORRECTION_REASONS = (
    "Berkas tidak terbaca. Unggah foto atau pindaian yang lebih jelas.",
    "Berkas yang diunggah bukan berkas yang diminta.",
    "Berkas sudah tidak berlaku. Unggah yang masih berlaku.",
    "Halaman berkas tidak lengkap.",
    "Nama atau nomor pada berkas berbeda dengan isian.",
    "Berkas belum ditandatangani atau belum bermeterai.",
)


RECOMMENDED_IN = ("recommend", "opinion")
RUNNING = (Task.Status.OPEN, Task.Status.WAITING, Task.Status.SIGNING)


def own_task(by: By, case: Case) -> Task | None:
    """The open task of this case that one of the officer's posts may do."""
    posts = {(post.role, post.office_id) for post in people.posts_held(by.account_id)}
    mine = [task for task in now_at(case) if (task.role, task.office_id) in posts]
    return min(mine, key=lambda task: (task.status, task.pk), default=None)


def now_at(case: Case) -> list[Task]:
    """Where the case is: its open steps."""
    return [task for task in case.steps() if task.status in RUNNING]


def to_share_out(by: By, case: Case) -> list[Task]:
    """Open steps of this case in units whose work this officer shares out."""
    units = access.overseen(people.posts_held(by.account_id))
    return [
        task
        for task in now_at(case)
        if task.status == Task.Status.OPEN and task.role and task.office_id in units
    ]


def colleagues(task: Task) -> list[Any]:
    """Who else may do this task."""
    return people.officers_acting(role=task.role, office_id=task.office_id)


def overseers(case: Case) -> list[Any]:
    """Who shares out the work of the case's office."""
    return [
        person
        for role in offices.roles()
        if "assign" in role.rights
        for person in people.accounts_holding(role=role.code, office_id=case.office_id)
    ]


def services_on_desk(by: By) -> list[tuple[str, Any]]:
    """Services that have open tasks for this officer: [(code, name)]."""
    codes = list(
        Task.objects.filter(
            access.of_posts(people.posts_held(by.account_id)), status=Task.Status.OPEN
        )
        .order_by("case__service_code")
        .values_list("case__service_code", flat=True)
        .distinct()
    )
    return list(zip(codes, catalogue.names(codes), strict=True))


def running_pauses(case: Case) -> list[Pause]:
    return [pause for pause in all_pauses(case) if pause.ended_at is None]


def all_pauses(case: Case) -> list[Pause]:
    """Read once for each loaded case."""
    if not is_fetched(case, "pauses"):
        fetched(case, "pauses", _pauses_of(case.pk))
    return list(case.pauses.all())


@compiled
def _pauses_of(case_id: int) -> QuerySet[Pause]:
    pauses = Pause.objects.select_related("outage", "started_by", "ended_by")
    return pauses.filter(case_id=case_id).order_by("id")


def corrections(case: Case) -> list[Correction]:
    if not any(pause.reason == "applicant" for pause in all_pauses(case)):
        return []  # whoever is asked for a correction has a pause
    return list(case.corrections.select_related("asked_by").order_by("-id"))


def asked(case: Case, correction: Correction) -> list[tuple[Any, str]]:
    """What was to be put right, by its name on the form, and why."""
    named = {("field", one["code"]): one["label"] for one in form.all_fields(case.definition)}
    for one in case.definition["requirements"]:
        named["requirement", one["code"]] = one["name"]
    return [(named[item["kind"], item["code"]], item["reason"]) for item in correction.items]


def correctable(case: Case) -> list[dict[str, Any]]:
    """Everything the applicant may be asked to put right, grouped as the form is."""
    known = form.facts(case)
    groups = [
        {
            "title": section["title"],
            "items": [
                {"kind": "field", "code": field["code"], "label": field["label"]}
                for field in section["fields"]
                if not field.get("when") or holds(field["when"], known)
            ],
        }
        for section in form.sections(case, known)
    ]
    judged = {
        attachment.requirement: attachment.verdict_reason
        for attachment in form.attachments(case).values()
        if attachment.verdict == "fix"
    }
    groups.insert(
        0,
        {
            "title": {"id": "Berkas", "en": "Documents"},
            "items": [
                {
                    "kind": "requirement",
                    "code": wanted["code"],
                    "label": wanted["name"],
                    "reason": judged.get(wanted["code"], ""),
                    "chosen": wanted["code"] in judged,
                }
                for wanted in form.requirements(case, known)
            ],
        },
    )
    return groups


def recommendations(case: Case) -> list[Recommendation]:
    if not any(task.kind in RECOMMENDED_IN for task in case.steps()):
        return []
    return list(
        case.recommendations.select_related("by", "post__office", "file", "task").order_by("id")
    )


def visits(case: Case) -> list[Visit]:
    return list(
        case.visits.select_related("task", "minutes__file")
        .prefetch_related(
            Prefetch("members", VisitMember.objects.select_related("account", "post__office")),
            Prefetch("photos", VisitPhoto.objects.select_related("file")),
        )
        .order_by("id")
    )


def visit_ahead(visit: Visit) -> date | None:
    """The day of a visit that is still to come; the approval of its minutes waits for it."""
    day = offices.local(visit.planned_at).date()
    return day if day > offices.today() else None


def opinions(case: Case) -> list[Opinion]:
    return list(
        case.opinions.select_related("office", "asked_by", "answered_by", "file")
        .prefetch_related(Prefetch("shown", Attachment.objects.select_related("file")))
        .order_by("-id")
    )


def requirement_names(case: Case, language: str = "id") -> dict[str, str]:
    return {
        wanted["code"]: catalogue.text(wanted["name"], language)
        for wanted in case.definition["requirements"]
    }


def thread(case: Case) -> list[Message]:
    return list(case.messages.select_related("author", "file").order_by("id"))


def was_sent(case: Case, key: UUID) -> bool:
    """Whether the message of this form is there already."""
    return case.messages.filter(key=key).exists()


def notes(case: Case) -> list[Note]:
    return list(case.notes.select_related("author").order_by("id"))


def subjects(case: Case) -> list[str]:
    """Everything in the journal that belongs to this case."""
    found = [case.subject]
    if case.bill_id:
        found.append(f"bill:{case.bill_id}")
    if case.permit_id:
        found.append(f"permit:{case.permit_id}")
    return found


def step_of_task(case: Case, task: Task) -> str:
    return wording.step_name(case, task.step)


def to_sign(by: By) -> list[Task]:
    """Documents that wait for this signer, each with who checked and initialled it."""
    return list(
        Task.objects.filter(
            access.of_posts(people.posts_held(by.account_id)),
            kind="sign",
            status=Task.Status.OPEN,
        )
        .select_related("case__applicant", "case__service_version__service", "office")
        .defer("case__service_version__definition", "case__answers", "case__typed")
        .prefetch_related("case__tasks__done_by")
        .order_by("due_date", "id")[:100]
    )


def shown_to(opinion: Opinion) -> list[Attachment]:
    """What the agency may look at; nothing once its answer is not needed any more."""
    if opinion.closed_at:
        return []
    return list(opinion.shown.select_related("file").order_by("id"))


def photo(case: Case, photo_id: int) -> VisitPhoto | None:
    return VisitPhoto.objects.select_related("file").filter(visit__case=case, pk=photo_id).first()


def is_known_entry(by: By, number: str, key: UUID) -> bool:
    """Whether this very checklist, minutes or photo of theirs has arrived before."""
    mine = {"visit__case__number": number, "key": key, "created_by_id": by.account_id}
    return any(model.objects.filter(**mine).exists() for model in (VisitEntry, VisitPhoto))


def paper_file(case: Case, what: str, record_id: int) -> StoredFile | None:
    """The file of minutes, a recommendation, an opinion or an agreement on paper of this case."""
    rows: dict[str, QuerySet[Any]] = {
        "minutes": Minutes.objects.filter(visit__case=case),
        "recommendation": case.recommendations.all(),
        "opinion": case.opinions.all(),
        "endorsement": case.tasks.filter(file__isnull=False),
    }
    found = rows[what].select_related("file").filter(pk=record_id).first() if what in rows else None
    return found.file if found else None
