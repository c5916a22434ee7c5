"""Officers at work: take, judge, forward, return, ask, refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from satupintu import workflow
from satupintu.cases import access
from satupintu.cases.actions import _clock, _engine
from satupintu.cases.events import (
    CaseRefusalProposed,
    CorrectionAnswered,
    CorrectionAsked,
    DocumentJudged,
    TaskAssigned,
    TaskForwarded,
    TaskReturned,
)
from satupintu.cases.models import Attachment, Case, Correction, Task
from satupintu.cases.queries import form
from satupintu.catalogue import queries as catalogue
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.levies import actions as levies
from satupintu.lib import tariff
from satupintu.lib.errors import Refused, both
from satupintu.offices import actions as registers
from satupintu.offices import queries as offices
from satupintu.people import queries as people

LONGEST = 2000


class NotReady(Refused):
    """The step has not produced what it must."""


class ReasonMissing(Refused):
    """A decision against somebody needs its reason in writing."""


class TakenBySomeone(Refused):
    """A colleague works on it."""


@transaction.atomic
def take(task_id: int, *, by: By) -> Task:
    """Take a task for oneself; taking one's own again changes nothing."""
    case, task = _engine.lock_task(task_id)
    post = access.worker(by, task)
    if task.assignee_id not in (None, by.account_id):
        raise TakenBySomeone("Tugas ini sedang dikerjakan rekan Anda.")
    if task.assignee_id is None:
        _assign(case, task, by.account_id, by=access.in_post(by, post))
    return task


@transaction.atomic
def hand_back(task_id: int, *, by: By) -> Task:
    case, task = _engine.lock_task(task_id)
    if task.assignee_id != by.account_id:
        raise TakenBySomeone("Tugas ini bukan di tangan Anda.")
    post = access.worker(by, task)
    _assign(case, task, None, by=access.in_post(by, post))
    return task


@transaction.atomic
def assign(task_id: int, *, to: int, by: By) -> Task:
    """The head of a unit gives a task to somebody who may do it."""
    case, task = _engine.lock_task(task_id)
    post = access.overseer(by, task.office_id)
    if to not in people.team(role=task.role, office_id=task.office_id):
        raise NotReady("Orang ini tidak memegang jabatan untuk langkah ini.", field="to")
    _assign(case, task, to, by=access.in_post(by, post))
    return task


@transaction.atomic
def judge(
    task_id: int, *, attachment_id: int, verdict: str, reason: str = "", by: By
) -> Attachment:
    """Say of one document whether it fits; what does not fit needs a reason (Palembang 6(2)a)."""
    case, task = _engine.lock_task(task_id)
    post = access.worker(by, task)
    if task.kind != "verify":
        raise NotReady("Langkah ini bukan pemeriksaan berkas.")
    attachment = case.attachments.filter(pk=attachment_id, current=True).first()
    if attachment is None:
        raise NotReady("Berkas ini sudah diganti. Muat ulang halaman untuk melihat yang baru.")
    if verdict not in (Attachment.Verdict.FITS, Attachment.Verdict.FIX):
        raise NotReady("Pilih sesuai atau perlu diperbaiki.")
    if verdict == Attachment.Verdict.FIX and not reason.strip():
        raise ReasonMissing("Tulis apa yang perlu diperbaiki pada berkas ini", field="reason")
    attachment.verdict = Attachment.Verdict(verdict)
    attachment.verdict_reason = reason.strip() if verdict == Attachment.Verdict.FIX else ""
    attachment.verdict_by_id = by.account_id
    attachment.verdict_at = timezone.now()
    attachment.save()
    journal.record(
        DocumentJudged(
            subject=case.subject,
            case_id=case.pk,
            attachment_id=attachment.pk,
            verdict=attachment.verdict,
        ),
        by=access.in_post(by, post),
    )
    return attachment


@transaction.atomic
def forward(task_id: int, *, version: int, by: By) -> Case:
    """Finish a step that has what it must produce, and open what comes next."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if message := unready(case, task):
        raise NotReady(message)
    if task.kind in ("sign", "pay", "handover", "appeal"):
        raise NotReady("Langkah ini selesai dengan sendirinya setelah tindakannya tercatat.")
    acting = access.in_post(by, post)
    if task.kind == "register":
        step = step_of(case, task)
        task.reason = registers.take_number(
            office=task.office,
            series=step["series"],
            template=step["number"],
            on=offices.today(),
            subject=f"task:{task.pk}",
            by=acting,
        ).text
    _engine.move(case, task, "forward", by=acting)
    journal.record(
        TaskForwarded(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=acting,
    )
    return case


@transaction.atomic
def send_back(task_id: int, *, to: str, reason: str, version: int, by: By) -> Case:
    """Return the case to an earlier step, with the reason for the colleague there."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if not reason.strip():
        raise ReasonMissing("Tulis alasan pengembalian", field="reason")
    acting = access.in_post(by, post)
    task.reason = reason.strip()
    _engine.move(case, task, "return", to=to, by=acting)
    journal.record(
        TaskReturned(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step, to=to),
        by=acting,
    )
    return case


@transaction.atomic
def refuse(task_id: int, *, reason: str, ground: str, version: int, by: By) -> Case:
    """Propose a refusal: its letter is drafted, initialled and signed like any decision.

    Also while the applicant is waited for: who never answers must not keep a case open for ever.
    """
    case, task = _engine.lock_task(task_id, version=version, waiting=True)
    post = access.worker(by, task)
    if not reason.strip():
        raise ReasonMissing("Tulis alasan penolakan", field="refusal_reason")
    if task.kind == "endorse":  # heads of RT and RW know their residents, not the laws
        ground = catalogue.text(case.definition["legal_basis"][0]["title"], "id")
    if not ground.strip():
        raise ReasonMissing("Tulis dasar hukum penolakan", field="ground")
    require_short(reason, field="refusal_reason")
    require_short(ground, field="ground")
    acting = access.in_post(by, post)
    task.reason = reason.strip()
    case.refusal_reason, case.refusal_ground = reason.strip(), ground.strip()
    drop_what_is_open(case, reason="Permohonan ditolak", by=acting)
    if task.status == Task.Status.WAITING:
        case.corrections.filter(task=task, answered_at=None).update(answered_at=timezone.now())
        _clock.resume(case, "applicant", by=acting)
    _engine.move(case, task, "refuse", by=acting)
    journal.record(
        CaseRefusalProposed(subject=case.subject, case_id=case.pk, task_id=task.pk, step=task.step),
        by=acting,
    )
    return case


@transaction.atomic
def ask_correction(
    task_id: int, *, items: Sequence[dict[str, str]], note: str, version: int, by: By
) -> Correction:
    """Ask the applicant to put named items right; the clock pauses until they answer."""
    case, task = _engine.lock_task(task_id, version=version)
    post = access.worker(by, task)
    if not items:
        raise ReasonMissing("Pilih sedikitnya satu hal yang perlu diperbaiki", field="items")
    if case.corrections.filter(answered_at=None).exists():
        raise NotReady(
            "Pemohon masih mengerjakan permintaan perbaikan lain. Tunggu jawabannya dulu.",
            field="items",
        )
    known = {("requirement", found["code"]) for found in form.requirements(case)} | {
        ("field", field["code"]) for section in form.sections(case) for field in section["fields"]
    }
    for item in items:
        if (item["kind"], item["code"]) not in known:
            raise NotReady("Pilih hal yang perlu diperbaiki dari daftar.", field="items")
        if not item["reason"].strip():
            raise ReasonMissing("Tulis alasan untuk setiap hal yang dikembalikan", field="items")
    acting = access.in_post(by, post)
    correction = Correction.objects.create(
        case=case,
        task=task,
        items=[{key: item[key].strip() for key in ("kind", "code", "reason")} for item in items],
        note=note.strip(),
        asked_by_id=by.person,
        before=case.answers,
    )
    _clock.pause(case, "applicant", by=acting)
    _engine.move(case, task, "ask", by=acting)
    journal.record(
        CorrectionAsked(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            correction_id=correction.pk,
            items=len(items),
        ),
        by=acting,
    )
    return correction


@transaction.atomic
def answer_correction(case_id: int, *, confirmed: bool, by: By) -> Case:
    """The applicant has put everything right; the clock goes on where it stood."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    correction = case.corrections.filter(answered_at__isnull=True).first()
    if correction is None:
        return case
    if not confirmed:
        raise NotReady(
            both(
                "Centang bahwa semua yang diminta sudah Anda perbaiki",
                "Tick that you have corrected everything that was asked for",
            ),
            field="confirmed",
        )
    if problems := form.missing(case):
        raise NotReady(
            both(
                "Masih ada {n} hal yang belum lengkap. Lengkapi dulu lalu kirim.",
                "{n} things are still missing. Complete them, then send.",
                n=len(problems),
            )
        )
    untouched = [
        item
        for item in correction.items
        if item["kind"] == "requirement"
        and case.attachments.filter(
            requirement=item["code"], current=True, created_at__lt=correction.asked_at
        ).exists()
    ]
    if untouched:
        raise NotReady(
            both(
                "Ada {n} berkas yang diminta diganti tetapi belum Anda ganti.",
                "You still have to replace {n} documents that we asked for.",
                n=len(untouched),
            )
        )
    correction.answered_at = timezone.now()
    correction.save(update_fields=["answered_at"])
    case.answers, case.typed = form.settled(case), {}
    _clock.resume(case, "applicant", by=by)
    task = case.tasks.get(pk=correction.task_id)
    task.seen_at = None
    _engine.move(case, task, "answered", by=by)
    journal.record(
        CorrectionAnswered(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            correction_id=correction.pk,
        ),
        by=by,
    )
    return case


def drop_what_is_open(case: Case, *, reason: str, by: By) -> None:
    """A refused or withdrawn case leaves no open bill and no number that nobody will use."""
    if case.bill and case.bill.status == "open":
        levies.cancel(case.bill.pk, reason=reason, by=by)
    if case.permit and case.permit.status == "unsigned":
        _engine.give_up(case, "permit", reason=reason, by=by)
        case.permit = None


def require_short(words: str, *, field: str) -> None:
    if len(words) > LONGEST:
        raise ReasonMissing(
            both("Paling panjang {n} huruf", "At most {n} letters", n=LONGEST), field=field
        )


def unready(case: Case, task: Task) -> str:
    """What this step still owes, as a sentence; empty when nothing."""
    checks: dict[str, Any] = {
        "verify": _unjudged,
        "inspect": _without_minutes,
        "recommend": _without_recommendation,
        "opinion": _without_recommendation,
        "assess": _without_bill,
        "draft": _without_draft,
    }
    check = checks.get(task.kind)
    return check(case, task) if check else ""


def _unjudged(case: Case, task: Task) -> str:
    current = case.attachments.filter(current=True)
    if left := current.filter(verdict="").count():
        return f"Masih ada {left} berkas yang belum Anda periksa."
    if current.filter(verdict=Attachment.Verdict.FIX).exists():
        return "Ada berkas yang perlu diperbaiki. Minta perbaikan atau ubah penilaiannya."
    if current.filter(permit__status__in=["suspended", "revoked"]).exists():
        return "Surat yang dipakai pemohon sudah dibekukan atau dicabut. Minta berkas pengganti."
    return ""


def _without_minutes(case: Case, task: Task) -> str:
    final = case.visits.filter(task=task, minutes__final_at__isnull=False).exists()
    return "" if final else "Berita acara belum disetujui semua anggota tim."


def _without_recommendation(case: Case, task: Task) -> str:
    given = case.recommendations.filter(task=task).first()
    if given is None:
        return "Rekomendasi belum diisi."
    if given.verdict == "refuse" and "refuse" in task_moves(case, task):
        return "Rekomendasi Anda menolak. Pakai tombol Tolak dengan dasar hukumnya."
    return ""


def _without_bill(case: Case, task: Task) -> str:
    if case.bill and case.bill.status == "paid":
        return ""
    asked = case.bill if case.bill and case.bill.status == "open" else None
    due = tariff.compute(case.definition["fee"]["tariff"], form.facts(case)).total
    if due == (asked.total if asked else 0):
        return ""
    if asked:
        return "Data permohonan berubah sejak retribusi ditetapkan. Tetapkan ulang retribusinya."
    return "Retribusi belum ditetapkan."


def _without_draft(case: Case, task: Task) -> str:
    document = step_of(case, task).get("document", "permit")
    return "" if document in case.draft_body else "Konsep naskah belum disimpan."


def step_of(case: Case, task: Task) -> dict[str, Any]:
    return dict(workflow.step(case.process, task.step))


def task_moves(case: Case, task: Task) -> list[str]:
    moves: list[str] = step_of(case, task).get("moves", ["forward"])
    return moves


def _assign(case: Case, task: Task, account_id: int | None, *, by: By) -> None:
    task.assignee_id = account_id
    task.save(update_fields=["assignee"])
    journal.record(
        TaskAssigned(
            subject=case.subject,
            case_id=case.pk,
            task_id=task.pk,
            step=task.step,
            assignee_id=account_id,
        ),
        by=by,
    )
