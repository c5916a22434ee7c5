"""What happens to a paper form when its case is sent, or its draft thrown away."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from satupintu.cases.events import PaperFormEntered, PaperFormReleased
from satupintu.cases.models import Case, PaperForm
from satupintu.cases.queries import on_paper
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.offices import actions as offices


def enter(case: Case, *, by: By) -> tuple[str, datetime] | None:
    """The number and the time on the paper; None for a case that was never on paper."""
    form = _form_of(case)
    if form is None or form.written_at is None:
        return None
    offices.use_reserved(form.reserved_id, subject=case.subject, by=by)
    form.entered_at, form.entered_by_id = timezone.now(), by.person
    form.save(update_fields=["entered_at", "entered_by"])
    journal.record(
        PaperFormEntered(
            subject=case.subject,
            case_id=case.pk,
            form_id=form.pk,
            number=form.number,
            written_at=on_paper.minute(form.written_at),
            entered_at=on_paper.minute(form.entered_at),
        ),
        by=by,
    )
    return form.number, form.written_at


def release(case: Case, *, by: By) -> None:
    """A draft goes; its form waits to be entered again."""
    form = _form_of(case)
    if form is None:
        return
    form.case, form.written_at = None, None
    form.save(update_fields=["case", "written_at"])
    journal.record(
        PaperFormReleased(
            subject=case.subject, case_id=case.pk, form_id=form.pk, number=form.number
        ),
        by=by,
    )


def _form_of(case: Case) -> PaperForm | None:
    if case.channel != "counter":
        return None
    return PaperForm.objects.select_for_update(no_key=True).filter(case=case).first()
