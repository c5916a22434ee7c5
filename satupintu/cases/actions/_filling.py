"""What is open to be filled, and a file put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.cases import access
from satupintu.cases.actions import _engine
from satupintu.cases.models import Attachment, Case
from satupintu.cases.queries import form
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both

if TYPE_CHECKING:
    from satupintu.files.models import StoredFile
    from satupintu.permits.models import Permit


class NotEditable(Refused):
    """The case was sent; only what the office asked for is open."""


def put_in_place(
    case: Case, requirement: str, *, file: StoredFile, permit: Permit | None = None
) -> Attachment:
    """The file in force for a requirement; earlier ones stay behind it."""
    case.attachments.filter(requirement=requirement, current=True).update(current=False)
    return Attachment.objects.create(case=case, requirement=requirement, file=file, permit=permit)


def open_for_filling(case_id: int, by: By, *, section: str = "", requirement: str = "") -> Case:
    """Lock a case that may be changed here: any draft, or what a correction asks for."""
    access.fillable_case(by, case_id)
    case = _engine.lock(case_id)
    changeable = form.changeable(case)
    if requirement and ("requirement", requirement) in changeable:
        return case
    found = form.section(case, section) if section else None
    if found and any(("field", field["code"]) in changeable for field in found["fields"]):
        return case
    raise not_asked()


def not_asked() -> NotEditable:
    return NotEditable(
        both(
            "Bagian ini tidak sedang diminta untuk diperbaiki.",
            "Nobody asked to correct this part.",
        )
    )
