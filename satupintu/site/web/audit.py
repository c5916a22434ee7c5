"""The auditor's reading of everything that happened, and of the seal on it."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.cases import queries as cases
from satupintu.journal import queries as journal
from satupintu.lib import posted
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from satupintu.people.requests import Request

LABELS = {
    "objek": {"id": "Objek", "en": "Subject"},
    "peristiwa": {"id": "Peristiwa", "en": "Event"},
    "akun": {"id": "Oleh", "en": "By"},
    "kantor": {"id": "Kantor", "en": "Office"},
    "dari": {"id": "Dari", "en": "From"},
    "sampai": {"id": "Sampai", "en": "To"},
}
NOTHING = "-"  # a subject that no row has, for a case number that is not ours


@login_required
@require_safe
def audit(request: Request) -> HttpResponse:
    people.acting_post(request.by, right="audit")
    asked = {name: request.GET.get(name, "").strip()[:80] for name in LABELS}
    units = {office.pk: office.name for office in offices.offices()}
    page = journal.entries(
        before=posted.whole(request.GET.get("after", "")),
        subject=_subject(asked["objek"]),
        event=asked["peristiwa"],
        account_id=posted.whole(asked["akun"]),
        office_id=posted.whole(asked["kantor"]),
        since=_moment(asked["dari"]),
        until=_moment(asked["sampai"], days=1),
    )
    names = people.names([*(row.account_id for row in page.rows), posted.whole(asked["akun"])])
    context = {
        "rows": [
            {
                "entry": row,
                "words": journal.words_of(row),
                "subject": journal.words_of_subject(row.subject),
                "door": journal.words_of_door(row.door),
                "who": names.get(row.account_id or 0, ""),
                "office": units.get(row.office_id or 0, ""),
            }
            for row in page.rows
        ],
        "page": {"previous": "", "next": str(page.before or "")},
        "is_later_page": "after" in request.GET,
        "asked": asked,
        "chips": _chips(request, asked, names, units),
        "events": sorted(
            ((name, journal.words_of_event(name)) for name in journal.SENTENCES),
            key=lambda pair: pair[1]["id"],
        ),
        "units": units,
        **_seal(),
    }
    return render(request, "site/audit.html", context)


def _seal() -> dict[str, Any]:
    """How far the journal is sealed, and who outside the house vouches for its time."""
    newest = journal.checkpoint()
    return {
        "checkpoint": newest,
        "root": b64encode(bytes(newest.root)).decode() if newest else "",
        "stamp": next(reversed(journal.stamps(newest.log, newest.size)), None) if newest else None,
    }


def _subject(typed: str) -> str:
    """A subject as the journal writes it, or the number of a case."""
    if not typed or ":" in typed:
        return typed
    found = cases.by_number(typed)
    return found.subject if found else NOTHING


def _moment(typed: str, *, days: int = 0) -> datetime | None:
    """The beginning of a day in the city; with `days` of one of the next."""
    try:
        day = date.fromisoformat(typed) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time.min, offices.zone())


def _chips(
    request: Request, asked: Mapping[str, str], names: Mapping[int, str], units: Mapping[int, str]
) -> list[dict[str, Any]]:
    """The filters in use, each with the address of the list without it."""
    chips = []
    for name, typed in asked.items():
        if not typed:
            continue
        shown: dict[str, str] = {"id": typed, "en": typed}
        if name == "peristiwa" and typed in journal.SENTENCES:
            shown = journal.words_of_event(typed)
        elif name in ("akun", "kantor"):
            known = (names if name == "akun" else units).get(posted.whole(typed) or 0, typed)
            shown = {"id": known, "en": known}
        rest = request.GET.copy()
        rest.pop(name)
        rest.pop("after", None)
        label = {language: f"{LABELS[name][language]}: {shown[language]}" for language in shown}
        chips.append({"label": label, "url": f"{request.path}?{rest.urlencode()}"})
    return chips


urlpatterns = [path("jejak/", audit, name="audit")]
