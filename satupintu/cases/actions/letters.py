"""A letter that this system issued stands for a requirement, and nothing is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from satupintu.cases import access
from satupintu.cases.actions import _filling
from satupintu.cases.events import LetterAttached
from satupintu.cases.models import Attachment, Case
from satupintu.cases.queries import form
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.permits.models import Permit


class NotTheirLetter(Refused):
    """A wrong number, an unknown one and another's letter: nobody learns which."""


class NotUsable(Refused):
    """The applicant's own letter, but of another kind or no longer valid."""


def usable(case: Case, *, requirement: str, number: str, by: By) -> Permit:
    """The letter of that number, if it may stand here. Raises NotTheirLetter, NotUsable."""
    wanted = form.requirement(case, requirement) or {}
    seen = case.applicant.account_id != by.account_id  # a clerk, with the identity card in hand
    found = permits.letter_of(number, applicant=case.applicant, seen=seen)
    if found is None:
        raise NotTheirLetter(
            both(
                "Surat dengan nomor ini tidak bisa dipakai di sini. "
                "Periksa nomornya pada surat Anda, atau unggah berkasnya.",
                "A letter with this number can not be used here. "
                "Check the number on your letter, or upload the document.",
            ),
            field="number",
        )
    if found.service_version.service.code not in wanted.get("letter", ()):
        raise NotUsable(
            both(
                "Surat ini bukan jenis yang diminta di sini: {title}.",
                "This letter is not of the kind asked for here: {title}.",
                title=found.title,
            ),
            field="number",
        )
    if permits.state(found) != permits.VALID:
        raise NotUsable(
            both(
                "Surat ini tidak berlaku lagi. Ajukan surat baru, atau unggah berkas lain.",
                "This letter is no longer valid. Apply for a new one, or upload another document.",
            ),
            field="number",
        )
    return found


@transaction.atomic
def attach_letter(case_id: int, *, requirement: str, number: str, by: By) -> Attachment:
    """Put the letter in place of an upload. Raises NotEditable, NotTheirLetter, NotUsable."""
    access.fillable_case(by, case_id)
    case = _filling.open_for_filling(case_id, by, requirement=requirement)
    letter = usable(case, requirement=requirement, number=number, by=by)
    assert letter.file is not None  # usable() finds signed letters only
    attachment = _filling.put_in_place(case, requirement, file=letter.file, permit=letter)
    journal.record(
        LetterAttached(
            subject=case.subject, case_id=case.pk, requirement=requirement, permit_id=letter.pk
        ),
        by=by,
    )
    return attachment
