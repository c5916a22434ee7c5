"""Numbered forms on paper: the blocks, what became of each number, and what a form prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404

from satupintu.cases import access
from satupintu.cases.models import Case, FormBlock, PaperForm
from satupintu.catalogue import queries as catalogue
from satupintu.journal.events import By
from satupintu.lib import numbers
from satupintu.lib.worktime import zone_label
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.people.models import Applicant

SHOWN = 50
NEAR = timedelta(days=7)
MOST_DOUBLES = 5
WAITING = Q(forms__case=None, forms__voided_at=None)
BEGUN = Q(forms__case__isnull=False, forms__entered_at=None)


def minute(moment: datetime) -> str:
    """As the clocks of the city show it, for sentences and the journal: 2026-12-03 09.15 WIB."""
    return f"{offices.local(moment):%Y-%m-%d %H.%M} {zone_label(offices.city().zone)}"


def of_case(case: Case) -> PaperForm | None:
    """The form on paper that the case was; only the counter enters them."""
    if case.channel != "counter":
        return None
    return PaperForm.objects.select_related("entered_by").filter(case=case).first()


def blocks(by: By, *, before: int | None = None) -> list[FormBlock]:
    """The latest blocks that one may see, each with what became of its numbers. Raises NoRight."""
    reach = access.form_reach(by)
    found = _counted().filter(**({} if reach is None else {"office__in": reach}))
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-id")[:SHOWN])


def block(by: By, block_id: int) -> FormBlock:
    """Raises NoRight; of another unit it is a 404."""
    reach = access.form_reach(by)
    found = _counted().filter(pk=block_id).first()
    if found is None or (reach is not None and found.office_id not in reach):
        raise Http404
    return found


def forms_of(found: FormBlock) -> QuerySet[PaperForm]:
    """Every number of the block in its order; a block is small."""
    return found.forms.select_related(
        "case__applicant", "case__opened_by", "entered_by", "voided_by"
    ).order_by("number", "id")


def state_of_number(number: str) -> str:
    """What a stranger is told of a number that is no application yet: waiting, void, or nothing."""
    found = PaperForm.objects.filter(number=numbers.normalise(number)).first()
    if found is None or found.entered_at:
        return ""
    return "void" if found.voided_at else "waiting"


def likely_doubles(applicant: Applicant, service: str, written_at: datetime) -> list[Case]:
    """The same person and service within days of the paper, sent or being entered from paper."""
    near = (written_at - NEAR, written_at + NEAR)
    found = Case.objects.filter(
        Q(submitted_at__range=near) | Q(phase="draft", paper_form__written_at__range=near),
        service_code=service,
    )
    nik = applicant.nik
    found = found.filter(applicant__nik=nik) if nik else found.filter(applicant=applicant)
    return list(found.select_related("paper_form").order_by("-id")[:MOST_DOUBLES])


def sheets(found: FormBlock) -> dict[str, Any]:
    """What the template of the pack reads: once what all forms ask, and the numbers that wait."""
    definition = found.service_version.definition
    letter = definition["documents"]["paper_form"]
    year = offices.local(found.reserved_at).year
    return {
        "title": catalogue.text(letter["title"]),
        "crest": "crest.svg",
        "letterhead": permits.letterhead(found.office),
        "service": catalogue.text(definition["name"]),
        "office": found.office.name,
        "year": str(year),
        "zone": zone_label(offices.city().zone),
        "days": definition["clock"]["days"],
        "track": f"{settings.BASE_URL}/lacak/",
        "requests": [catalogue.text(one["name"]) for one in definition["request_types"]],
        "sections": [
            {
                "title": catalogue.text(section["title"]),
                "fields": [_asked(field) for field in section["fields"]],
            }
            for section in definition["sections"]
        ],
        "requirements": [
            {"name": catalogue.text(one["name"]), "note": _when(one)}
            for one in definition["requirements"]
        ],
        "notes": letter.get("notes", []),
        "numbers": list(
            found.forms.filter(case=None, voided_at=None)
            .order_by("number")
            .values_list("number", flat=True)
        ),
    }


def _asked(field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": catalogue.text(field["label"]),
        "note": _when(field),
        "options": [catalogue.text(one["name"]) for one in field.get("options", ())],
        "columns": [catalogue.text(one["label"]) for one in field.get("columns", ())],
        "long": field["type"] in ("textarea", "address"),
    }


def _when(asked: Mapping[str, Any]) -> str:
    if not asked.get("required"):
        return "bila ada"
    return "bila diperlukan" if asked.get("when") else ""


def _counted() -> QuerySet[FormBlock]:
    found = FormBlock.objects.select_related("office", "service_version__service", "reserved_by")
    return found.defer("service_version__definition").annotate(
        first=Min("forms__number"),
        last=Max("forms__number"),
        count=Count("forms"),
        waiting=Count("forms", filter=WAITING),
        entered=Count("forms", filter=Q(forms__entered_at__isnull=False)),
        void=Count("forms", filter=Q(forms__voided_at__isnull=False)),
        unexplained=Count("forms", filter=WAITING | BEGUN),
    )
