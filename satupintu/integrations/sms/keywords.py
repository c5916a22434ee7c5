"""What an SMS to the office asks, and the answer in the words of the pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.conf import settings

from satupintu.cases import queries as cases
from satupintu.catalogue import queries as catalogue
from satupintu.levies import queries as levies
from satupintu.lib import money
from satupintu.notifications import actions as notifications
from satupintu.notifications import queries as texts_in
from satupintu.people import queries as people

Reply = tuple[str, Mapping[str, object]]  # a message of the pack, and its values

# CEK 2026-…, CEK#2026…, cek.2026…: the word, whatever parts it from the rest, and the rest.
SAID = re.compile(r"\W*([a-z]+)[\s#.:,/-]*(.*)", re.IGNORECASE | re.DOTALL)


def answer(text_id: int) -> None:
    """Do what the SMS asks and queue the answer."""
    text = texts_in.incoming(text_id)
    found = SAID.fullmatch(text.words)
    word, rest = (found[1].upper(), found[2].strip()) if found else ("", "")
    if word == "STOP":
        notifications.stop_texts(text_id)
    elif word == "MULAI":
        notifications.start_texts(text_id)
    reply = KEYWORDS.get(word, _help)
    code, values = reply(rest, text.sender)
    notifications.answer(text_id, code, values)


def _status(number: str, sender: str) -> Reply:
    """Whoever has the number may know the stage, as on the page that tracks; no names."""
    found = cases.track(number)
    if found is None:
        return "text_unknown", {}
    case = found.case
    steps = [step.status for step in found.steps]
    now = steps.index("now") if "now" in steps else len(steps) - 1
    return f"text_{found.status}", {
        "number": case.number,
        "service": catalogue.text(found.service),
        "place": f"{now + 1}/{len(steps)}",
        "step": found.steps[now].name,
        "due": f"{case.due_date:%d-%m-%Y}" if case.due_date else "-",
    }


def _services(code: str, sender: str) -> Reply:
    version = catalogue.current_version(code.upper()) if code else None
    if version is None:
        codes = catalogue.services().values_list("code", flat=True)
        return "text_services", {"codes": ", ".join(codes), "site": settings.BASE_URL}
    definition = version.definition
    return "text_service", {
        "service": catalogue.text(definition["name"]),
        "documents": len(definition["requirements"]),
        "days": definition["clock"]["days"],
        "fee": catalogue.text(definition["fee"]["note"]),
        "site": f"{settings.BASE_URL}/layanan/{version.service.code}/",
    }


def _bill(number: str, sender: str) -> Reply:
    """Only for the phone of the applicant; for any other it is as if there were no such number."""
    found = cases.track(number)
    if found is None or sender != people.applicant_contacts(found.case.applicant).phone:
        return "text_unknown", {}
    bill = levies.bill(found.case.bill_id) if found.case.bill_id else None
    if bill is None or bill.status != bill.Status.OPEN:
        return "text_no_bill", {"number": found.case.number}
    return "text_bill", {
        "bill": bill.number,
        "amount": money.rupiah(bill.total),
        "bill_due": f"{bill.due_date:%d-%m-%Y}",
    }


def _stopped(rest: str, sender: str) -> Reply:
    return "text_stopped", {}


def _started(rest: str, sender: str) -> Reply:
    return "text_started", {}


def _help(rest: str, sender: str) -> Reply:
    return "text_help", {"site": settings.BASE_URL}


KEYWORDS: dict[str, Callable[[str, str], Reply]] = {
    "CEK": _status,
    "INFO": _services,
    "BAYAR": _bill,
    "STOP": _stopped,
    "MULAI": _started,
}
