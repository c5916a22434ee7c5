"""Coordination: another agency is asked, sees what it is shown, and answers (Palu art. 4(2)d)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.events import OpinionAsked, OpinionGiven
from satupintu.cases.models import Opinion
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import queries as people

VERDICTS = ("agree", "conditions", "refuse")


class OpinionIncomplete(Refused):
    """The question or the answer lacks something."""


@transaction.atomic
def ask(
    task_id: int, *, office: str, question: str, shown: Sequence[int], days: int, by: By
) -> Opinion:
    """Ask an agency; it sees the question and only the attachments named in `shown`."""
    case, task = _engine.lock_task(task_id)
    post = access.worker(by, task)
    if not question.strip():
        raise OpinionIncomplete("Tulis pertanyaan untuk instansi itu", field="question")
    if not 1 <= days <= 30:
        raise OpinionIncomplete("Beri waktu 1 sampai 30 hari kerja", field="days")
    asked = offices.offices().filter(code=office).first()
    if asked is None:
        raise OpinionIncomplete("Pilih instansi dari daftar", field="office")
    if case.opinions.filter(office=asked, answered_at=None, closed_at=None).exists():
        raise OpinionIncomplete("Instansi ini sudah ditanya dan belum menjawab.", field="office")
    opinion = Opinion.objects.create(
        case=case,
        office=asked,
        question=question.strip(),
        due_date=offices.calendar().add_working_days(offices.today(), days),
        asked_by_id=by.person,
    )
    opinion.shown.set(case.attachments.filter(pk__in=shown, current=True))
    acting = access.in_post(by, post)
    _engine.touch(case, acting)
    journal.record(
        OpinionAsked(
            subject=case.subject,
            case_id=case.pk,
            opinion_id=opinion.pk,
            to_office_id=asked.pk,
        ),
        by=acting,
    )
    return opinion


@transaction.atomic
def answer(opinion_id: int, *, verdict: str, text: str, file_id: int | None, by: By) -> Opinion:
    """Answer once; a second answer of the same agency is told so."""
    access.opinion(by, opinion_id)
    opinion = (
        Opinion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case__applicant")
        .get(pk=opinion_id)
    )
    access.require_other_person(opinion.case, by, "opinion")
    post = people.acting_post(by, office_id=opinion.office_id)
    if opinion.answered_at:
        raise _engine.AlreadyDone("Pendapat ini sudah dijawab.")
    if opinion.closed_at:
        raise _engine.AlreadyDone(
            "Permohonan ini sudah selesai, jadi pendapat tidak diperlukan lagi."
        )
    if verdict not in VERDICTS:
        raise OpinionIncomplete("Pilih setuju, setuju dengan syarat, atau tidak", field="verdict")
    if not text.strip():
        raise OpinionIncomplete("Tulis alasan pendapat Anda", field="text")
    opinion.verdict, opinion.answer, opinion.file_id = verdict, text.strip(), file_id
    opinion.answered_by_id, opinion.answered_at = by.account_id, timezone.now()
    opinion.save()
    journal.record(
        OpinionGiven(
            subject=f"case:{opinion.case_id}",
            case_id=opinion.case_id,
            opinion_id=opinion.pk,
            verdict=verdict,
        ),
        by=access.in_post(by, post),
    )
    return opinion
