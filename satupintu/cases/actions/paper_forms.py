"""Work on paper while the system is down: numbered forms beforehand, typed in afterwards."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.cases import access
from satupintu.cases.actions import drafts
from satupintu.cases.actions.submission import SERIES, TEMPLATE
from satupintu.cases.events import PaperFormBegun, PaperFormsPrinted, PaperFormVoided
from satupintu.cases.models import Case, FormBlock, PaperForm
from satupintu.cases.queries import form as forms
from satupintu.cases.queries import on_paper
from satupintu.catalogue import queries as catalogue
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.lib import numbers
from satupintu.lib.errors import Refused, both
from satupintu.offices import actions as offices
from satupintu.offices import queries as units

if TYPE_CHECKING:
    from satupintu.offices.models import Office
    from satupintu.people.models import Applicant

MOST = 100
LONGEST_REASON = 200


class NotPrintable(Refused):
    """So many forms, or forms of this service in this office, can not be set aside."""


class NotEnterable(Refused):
    """The number or the time on the paper does not fit."""


class LikelyDouble(Refused):
    """The same person asked for the same service within days; `cases` are those."""

    def __init__(self, cases: list[Case]) -> None:
        super().__init__(
            both(
                "Cocokkan dengan permohonan di atas, lalu centang bila ini bukan yang sama",
                "Compare with the applications above, then tick if this is not the same one",
            ),
            field="anyway",
        )
        self.cases = cases


class NotVoidable(Refused):
    """The form is an application already, or the reason is missing."""


@transaction.atomic
def reserve(*, office: Office, service: str, count: int, key: UUID, by: By) -> FormBlock:
    """Set numbers of the city's applications aside for paper; the same key twice is one block.

    The numbers are those that the applications will carry, so that a slip of paper is good for
    good. Raises NoRight, NotPrintable.
    """
    by = access.form_keeper(by, office.pk)
    if known := FormBlock.objects.filter(key=key, reserved_by=by.account_id).first():
        return known
    version = catalogue.current_version(service)
    if version is None or "paper_form" not in version.definition["documents"]:
        raise NotPrintable(
            both(
                "Layanan ini tidak dibuka, atau paket kota belum memuat formulir kertasnya. "
                "Minta administrator memuat ulang paket",
                "This service is not open, or the pack of the city has no paper form for it yet. "
                "Ask an administrator to load the pack again",
            ),
            field="service",
        )
    there = forms.office_of(version.definition, {}, office.area.code if office.area else "")
    if there is None or there.pk != office.pk:
        raise NotPrintable(
            both(
                "{unit} tidak melayani layanan ini. Pilih unit yang melayaninya",
                "{unit} does not give this service. Choose the unit that does",
                unit=office.name,
            ),
            field="office",
        )
    if not 1 <= count <= MOST:
        raise NotPrintable(
            both("Isi jumlah 1 sampai {most}", "Give a number from 1 to {most}", most=MOST),
            field="count",
        )
    block, created = FormBlock.objects.get_or_create(
        key=key,
        defaults={
            "office": office,
            "service_version": version,
            "reserved_by_id": by.person,
            "reserved_at": timezone.now(),
        },
    )
    if not created:
        return block
    today = units.today()
    reserved = offices.reserve_numbers(
        office=units.main_office(),
        series=SERIES,
        template=TEMPLATE,
        on=today,
        count=count,
        subject=block.subject,
        by=by,
    )
    PaperForm.objects.bulk_create(
        PaperForm(
            block=block,
            reserved=one,
            number=numbers.case_number(today.year, one.value, settings.SECRET_KEY),
        )
        for one in reserved
    )
    journal.record(
        PaperFormsPrinted(subject=block.subject, block_id=block.pk, service=service, count=count),
        by=by,
    )
    return block


@transaction.atomic
def begin(
    number: str,
    *,
    written_at: datetime,
    service: str,
    request_type: str,
    applicant: Applicant,
    confirmed: bool = False,
    by: By,
) -> Case:
    """The usual draft at the counter, under the number and the time that stand on the paper.

    Raises NoRight, NotEnterable, LikelyDouble, drafts.NotOffered.
    """
    form = _locked(number)
    by = access.in_post(by, access.counter_clerk(by, form.block.office_id))
    again = _is_same(form, applicant, by)
    if not again:
        _require_waiting(form)
    printed_for = form.block.service_version.service
    if printed_for.code != service:
        raise NotEnterable(
            both(
                "Nomor ini dicetak untuk {service}. Pilih layanan itu",
                "This number was printed for {service}. Choose that service",
                service=both(
                    catalogue.text(printed_for.name), catalogue.text(printed_for.name, "en")
                ),
            ),
            field="paper",
        )
    _require_fitting_time(form, written_at)
    if again and form.case and form.written_at == written_at:
        return form.case
    if not (again or confirmed) and (
        found := on_paper.likely_doubles(applicant, service, written_at)
    ):
        raise LikelyDouble(found)
    case = drafts.start(
        service=service,
        request_type=request_type,
        applicant=applicant,
        channel="counter",
        by=by,
    )
    if other := PaperForm.objects.filter(case=case).exclude(pk=form.pk).first():
        raise NotEnterable(
            both(
                "Anda sedang memasukkan formulir {number} untuk pemohon dan layanan yang sama. "
                "Kirim atau hapus draf itu dulu",
                "You are entering form {number} for the same applicant and service. "
                "Send or delete that draft first",
                number=other.number,
            ),
            field="paper",
        )
    form.case, form.written_at = case, written_at
    form.save(update_fields=["case", "written_at"])
    journal.record(
        PaperFormBegun(
            subject=case.subject,
            case_id=case.pk,
            form_id=form.pk,
            number=form.number,
            written_at=on_paper.minute(written_at),
        ),
        by=by,
    )
    return case


@transaction.atomic
def void(block_id: int, *, form_ids: Collection[int], reason: str, by: By) -> int:
    """Note that these numbers were spoiled or stayed unused; says how many it noted now.

    What is void already stays as it is. Raises NoRight, NotVoidable.
    """
    block = FormBlock.objects.get(pk=block_id)
    by = access.form_keeper(by, block.office_id)
    found = list(block.forms.select_for_update(no_key=True).filter(pk__in=form_ids).order_by("pk"))
    if not found:
        raise NotVoidable(
            both("Centang nomor yang tidak dipakai", "Tick the numbers that were not used"),
            field="chosen",
        )
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise NotVoidable(
            both("Tulis alasan nomor ini tidak dipakai", "Write why these were not used"),
            field="reason",
        )
    if used := [one.number for one in found if one.case_id]:
        raise NotVoidable(
            both(
                "Sudah menjadi permohonan, jadi tidak bisa dibatalkan: {numbers}",
                "These are applications already and can not be made void: {numbers}",
                numbers=", ".join(used),
            ),
            field="chosen",
        )
    waiting = [one for one in found if one.voided_at is None]
    for form in waiting:
        form.voided_at, form.voided_by_id, form.void_reason = timezone.now(), by.person, reason
        form.save(update_fields=["voided_at", "voided_by", "void_reason"])
        offices.void_number(form.reserved_id, reason=reason, by=by)
        journal.record(
            PaperFormVoided(subject=block.subject, form_id=form.pk, number=form.number), by=by
        )
    return len(waiting)


def _locked(number: str) -> PaperForm:
    """The row first, the rest after: what is joined to a lock dates from before its wait."""
    rows = PaperForm.objects.filter(number=numbers.normalise(number))
    locked = rows.select_for_update(no_key=True).only("pk").first()
    if locked is None:
        raise NotEnterable(
            both(
                "Nomor ini bukan nomor formulir kertas. Periksa lagi huruf dan angkanya",
                "This is not the number of a paper form. Check its letters and digits",
            ),
            field="paper",
        )
    around = ("block__service_version__service", "block__office", "case__opened_by")
    found = PaperForm.objects.select_related(*around).defer("block__service_version__definition")
    return found.get(pk=locked.pk)


def _is_same(form: PaperForm, applicant: Applicant, by: By) -> bool:
    """The same clerk pressed twice."""
    case = form.case
    return (
        case is not None
        and case.phase == Case.Phase.DRAFT
        and (case.applicant_id, case.opened_by_id) == (applicant.pk, by.account_id)
    )


def _require_waiting(form: PaperForm) -> None:
    if form.state == "void":
        raise NotEnterable(
            both(
                "Nomor ini sudah dinyatakan tidak dipakai: {reason}. Beri pemohon nomor lain",
                "This number was noted as not used: {reason}. Give the applicant another one",
                reason=form.void_reason,
            ),
            field="paper",
        )
    if form.state == "entered":
        raise NotEnterable(
            both(
                "Formulir ini sudah dimasukkan. Buka permohonan {number}",
                "This form was entered already. Open application {number}",
                number=form.number,
            ),
            field="paper",
        )
    if form.case is not None:
        raise NotEnterable(
            both(
                "Formulir ini sedang dimasukkan oleh {who}",
                "{who} is entering this form",
                who=form.case.opened_by.name if form.case.opened_by else "",
            ),
            field="paper",
        )


def _require_fitting_time(form: PaperForm, written_at: datetime) -> None:
    """A date on paper counts only where the city itself says that there was no system."""
    block = form.block
    if written_at > timezone.now():
        raise NotEnterable(
            both(
                "Waktu di formulir belum terjadi. Periksa tanggal dan jamnya",
                "The time on the form is still to come. Check its date and hour",
            ),
            field="written_on",
        )
    if written_at < block.reserved_at:
        raise NotEnterable(
            both(
                "Formulir ini baru dicetak {printed}. Periksa tanggal dan jamnya",
                "This form was printed only on {printed}. Check its date and hour",
                printed=on_paper.minute(block.reserved_at),
            ),
            field="written_on",
        )
    if units.local(written_at).year != units.local(block.reserved_at).year:
        raise NotEnterable(
            both(
                "Nomor ini berlaku untuk tahun {year}. Pakai formulir tahun ini",
                "This number is good for {year}. Use a form of this year",
                year=units.local(block.reserved_at).year,
            ),
            field="written_on",
        )
    if not units.was_disturbed(block.office, written_at):
        raise NotEnterable(
            both(
                "Pada waktu itu tidak ada gangguan yang dinyatakan untuk {unit}. Minta yang "
                "berhak menyatakan gangguan dengan waktu mulainya, lalu masukkan formulir ini",
                "No outage was declared for {unit} at that time. Ask whoever may to declare it "
                "with the time it began, then enter this form",
                unit=block.office.name,
            ),
            field="written_on",
        )
