"""The technical team: plan the visit, record it, agree on the minutes, recommend (Palu art. 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu import workflow
from satupintu.cases import access, queries
from satupintu.cases.actions import _engine
from satupintu.cases.events import (
    MinutesApproved,
    MinutesWritten,
    PaperStored,
    PhotoTaken,
    RecommendationGiven,
    VisitPlanned,
    VisitRecorded,
)
from satupintu.cases.models import (
    Case,
    Minutes,
    Recommendation,
    Task,
    Visit,
    VisitEntry,
    VisitMember,
    VisitPhoto,
)
from satupintu.files import actions as files
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, By
from satupintu.lib.errors import Refused, both
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.people import queries as people
from satupintu.permits import queries as permits

CONCLUSIONS = ("fits", "with_notes", "does_not_fit")
VERDICTS = ("agree", "conditions", "refuse")


class InspectionIncomplete(Refused):
    """Something that the minutes need is missing."""


class TooEarly(Refused):
    """The day of the visit has not come."""


class NotAMember(Refused):
    """Only members of the visit approve its minutes."""


class MinutesFinal(Refused):
    """All members approved; the minutes can not change any more."""


class FindingsChanged(Refused):
    """Somebody saved another checklist since this one was begun."""


class MinutesChanged(Refused):
    """Somebody wrote other minutes since this text was begun."""


@transaction.atomic
def plan_visit(
    task_id: int,
    *,
    planned_at: datetime,
    place: str,
    note: str,
    members: Sequence[int],
    by: By,
) -> Visit:
    """Set day, place and team; a visit moves until somebody has been there and its day has come."""
    case, task = _engine.lock_task(task_id)
    post = access.worker(by, task)
    if task.kind != "inspect":
        raise InspectionIncomplete("Langkah ini bukan tinjauan lapangan.")
    if not place.strip():
        raise InspectionIncomplete("Tulis tempat yang dikunjungi", field="place")
    team = people.team(role=task.role, office_id=task.office_id)
    chosen = set(members)
    if not chosen or not chosen <= team.keys():
        raise InspectionIncomplete("Pilih anggota tim dari daftar", field="members")
    visit = task.visits.first() or Visit(case=case, task=task, created_by_id=by.person)
    if visit.visited_at and not queries.visit_ahead(visit):
        raise InspectionIncomplete("Kunjungan ini sudah dilakukan.")
    visit.planned_at, visit.place, visit.note = planned_at, place.strip(), note.strip()
    visit.save()
    visit.members.exclude(account_id__in=chosen).delete()
    for account_id in sorted(chosen):
        VisitMember.objects.get_or_create(
            visit=visit, account_id=account_id, defaults={"post_id": team[account_id]}
        )
    acting = access.in_post(by, post)
    _engine.touch(case, acting)
    journal.record(
        VisitPlanned(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            visit_id=visit.pk,
        ),
        by=acting,
    )
    return visit


@transaction.atomic
def record_findings(
    visit_id: int,
    *,
    findings: Mapping[str, dict[str, Any]],
    edition: str | None = None,
    key: UUID | None = None,
    by: By,
) -> Visit:
    """Keep what the team found, item by item; every item that does not fit needs a note.

    `edition` is the checklist that the writer had before them: a phone may come hours late.
    """
    case, visit, by = _lock_visit(visit_id, by)
    if _came_before(visit, key, by):
        return visit
    items = checklist(case, visit.task)
    kept: dict[str, dict[str, Any]] = {}
    for item in items:
        found = findings.get(item["code"])
        if found is None or found.get("fits") is None:
            raise InspectionIncomplete(f"Isi hasil untuk: {item['label']}", field=item["code"])
        if not found["fits"] and not str(found.get("note", "")).strip():
            raise InspectionIncomplete(f"Tulis catatan untuk: {item['label']}", field=item["code"])
        kept[item["code"]] = {
            "fits": bool(found["fits"]),
            "note": str(found.get("note", "")).strip(),
        }
    if edition is not None and visit.edition != edition and visit.findings != kept:
        raise FindingsChanged(
            both(
                "Rekan Anda sudah menyimpan daftar periksa sejak halaman ini dibuka. Muat ulang "
                "halaman, bandingkan dengan yang tersimpan, lalu simpan lagi.",
                "A colleague saved the checklist since this page was opened. Load the page again, "
                "compare with what is stored, then save again.",
            ),
            field="findings",
        )
    visit.findings = kept
    visit.visited_at = visit.visited_at or timezone.now()
    visit.save()
    journal.record(VisitRecorded(subject=case.subject, case_id=case.pk, visit_id=visit.pk), by=by)
    return visit


def add_photo(
    visit_id: int,
    *,
    key: UUID,
    stream: IO[bytes],
    name: str,
    caption: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    accuracy_m: int | None = None,
    taken_at: datetime | None = None,
    by: By,
) -> VisitPhoto:
    """Keep one photo with its position; the same key sent again is the same photo."""
    if done := VisitPhoto.objects.filter(key=key, visit_id=visit_id).first():
        return done
    stored = files.store(stream, name=name, accept=["jpg", "png"], max_bytes=8 * 1024 * 1024, by=by)
    with transaction.atomic():
        case, visit, by = _lock_visit(visit_id, by)
        photo, created = VisitPhoto.objects.get_or_create(
            key=key,
            visit=visit,
            defaults={
                "file": stored,
                "caption": caption.strip()[:200],
                "latitude": latitude,
                "longitude": longitude,
                "accuracy_m": accuracy_m,
                "taken_at": taken_at,
                "created_by_id": by.person,
            },
        )
        if created:
            journal.record(
                PhotoTaken(
                    subject=case.subject,
                    case_id=case.pk,
                    visit_id=visit.pk,
                    file_id=stored.pk,
                ),
                by=by,
            )
    return photo


@transaction.atomic
def write_minutes(
    visit_id: int,
    *,
    conclusion: str,
    text: str,
    applicant_statement: str,
    revision: int | None = None,
    key: UUID | None = None,
    by: By,
) -> Minutes:
    """Write or change the minutes; a change asks every member to approve again.

    `revision` is the text that the writer had before them, 0 for none: a phone may come hours late.
    """
    case, visit, by = _lock_visit(visit_id, by)
    if _came_before(visit, key, by):
        return visit.minutes
    if visit.visited_at is None:
        raise InspectionIncomplete("Isi hasil pemeriksaan di lapangan dulu.")
    if conclusion not in CONCLUSIONS:
        raise InspectionIncomplete("Pilih kesimpulan berita acara", field="conclusion")
    if not text.strip():
        raise InspectionIncomplete("Tulis uraian berita acara", field="text")
    minutes = Minutes.objects.filter(visit=visit).first() or Minutes(visit=visit, revision=0)
    if revision is not None and minutes.revision != revision:
        raise MinutesChanged(
            "Berita acara sudah diubah sejak Anda membacanya. "
            "Muat ulang halaman, baca yang tersimpan, lalu simpan lagi.",
            field="text",
        )
    minutes.conclusion, minutes.text = conclusion, text.strip()
    minutes.applicant_statement = applicant_statement.strip()
    minutes.revision += 1
    minutes.save()
    visit.members.update(approved_at=None)
    journal.record(
        MinutesWritten(
            subject=case.subject,
            case_id=case.pk,
            visit_id=visit.pk,
            revision=minutes.revision,
        ),
        by=by,
    )
    return minutes


@transaction.atomic
def approve_minutes(visit_id: int, *, revision: int, by: By) -> Minutes:
    """A member agrees to this very text; the last one's word makes it final and numbers it."""
    case, visit, by = _lock_visit(visit_id, by, may_be_final=True)
    minutes = Minutes.objects.filter(visit=visit).first()
    if minutes is None:
        raise InspectionIncomplete("Berita acara belum ditulis.")
    if minutes.final_at:
        return minutes
    if ahead := queries.visit_ahead(visit):
        raise TooEarly(
            f"Berita acara baru bisa disetujui mulai hari kunjungan, {permits.long_date(ahead)}. "
            "Bila tim sudah datang lebih awal, ubah dulu jadwalnya ke hari itu."
        )
    if minutes.revision != revision:
        raise _engine.CaseChanged("Berita acara baru saja diubah. Baca lagi lalu setujui.")
    visit.members.filter(account_id=by.person, approved_at=None).update(approved_at=timezone.now())
    if not visit.members.filter(approved_at=None).exists():
        minutes.number = offices.take_number(
            office=visit.task.office,
            series=case.definition["documents"]["minutes"]["series"],
            template=case.definition["documents"]["minutes"]["number"],
            on=units.today(),
            subject=f"visit:{visit.pk}",
            by=by,
        ).text
        minutes.final_at = timezone.now()
        minutes.save()
    journal.record(
        MinutesApproved(
            subject=case.subject,
            case_id=case.pk,
            visit_id=visit.pk,
            final=minutes.final_at is not None,
        ),
        by=by,
    )
    return minutes


@transaction.atomic
def recommend(
    task_id: int,
    *,
    verdict: str,
    text: str,
    conditions: Sequence[str] = (),
    version: int | None = None,
    by: By,
) -> Recommendation:
    """Give the team's word: agree, agree with conditions, or refuse."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    wanted = [line.strip() for line in conditions if line.strip()]
    if verdict not in VERDICTS:
        raise InspectionIncomplete("Pilih rekomendasi", field="verdict")
    if not text.strip():
        raise InspectionIncomplete("Tulis pertimbangan rekomendasi", field="text")
    if verdict == "conditions" and not wanted:
        raise InspectionIncomplete("Tulis sedikitnya satu syarat", field="conditions")
    acting = access.in_post(by, post)
    recommendation = Recommendation.objects.filter(task=task).first()
    if recommendation is None:
        recommendation = Recommendation(
            task=task,
            case=case,
            number=offices.take_number(
                office=task.office,
                series=case.definition["documents"]["recommendation"]["series"],
                template=case.definition["documents"]["recommendation"]["number"],
                on=units.today(),
                subject=f"task:{task.pk}",
                by=acting,
            ).text,
        )
    recommendation.verdict, recommendation.text = verdict, text.strip()
    recommendation.conditions = wanted if verdict == "conditions" else []
    recommendation.by_id, recommendation.post_id = by.person, post.post_id
    recommendation.save()
    _engine.touch(case, acting)
    journal.record(
        RecommendationGiven(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            recommendation_id=recommendation.pk,
            verdict=verdict,
        ),
        by=acting,
    )
    return recommendation


@transaction.atomic
def store_paper(*, kind: str, record_id: int, file_id: int) -> None:
    """Keep the PDF of final minutes or of a recommendation."""
    model: type[Minutes] | type[Recommendation] = Minutes if kind == "minutes" else Recommendation
    paper = model.objects.select_for_update(no_key=True).get(pk=record_id)
    paper.file_id = file_id
    paper.save(update_fields=["file"])
    case_id = paper.visit.case_id if isinstance(paper, Minutes) else paper.case_id
    journal.record(
        PaperStored(subject=f"case:{case_id}", case_id=case_id, paper=kind, file_id=file_id),
        by=SYSTEM,
    )


def checklist(case: Case, task: Task) -> list[dict[str, str]]:
    """The items that the service's process wants looked at, [{"code", "label"}]."""
    step = workflow.step(case.process, task.step)
    items: list[dict[str, str]] = step["checklist"]
    return items


def _came_before(visit: Visit, key: UUID | None, by: By) -> bool:
    """A phone that heard no answer sends again what may have arrived."""
    if key is None:
        return False
    _, created = VisitEntry.objects.get_or_create(
        visit=visit, key=key, defaults={"created_by_id": by.person}
    )
    return not created


def _lock_visit(visit_id: int, by: By, *, may_be_final: bool = False) -> tuple[Case, Visit, By]:
    visit = Visit.objects.select_related("task__office").get(pk=visit_id)
    case = _engine.lock(visit.case_id)
    visit.refresh_from_db()
    visit.task.refresh_from_db(fields=["status"])
    visit.task.case = case
    member = visit.members.filter(account_id=by.person).first()
    if member is None:
        raise NotAMember("Hanya anggota tim kunjungan ini yang bisa mengisi berita acaranya.")
    post = access.worker(by, visit.task)
    final = Minutes.objects.filter(visit=visit, final_at__isnull=False).exists()
    if final and not may_be_final:
        raise MinutesFinal("Berita acara sudah disetujui semua anggota, jadi tidak bisa diubah.")
    if visit.task.status != Task.Status.OPEN:
        raise _engine.AlreadyDone("Pemeriksaan ini sudah selesai. Muat ulang halaman ini.")
    return case, visit, access.in_post(by, post)
