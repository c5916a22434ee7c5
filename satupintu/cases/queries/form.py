"""What a case's form asks, now that these answers are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from satupintu.cases.models import Attachment, Case
from satupintu.lib import fields
from satupintu.lib.errors import Text, both
from satupintu.lib.expressions import holds, parse
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.offices.models import Office
    from satupintu.people.models import Applicant

PROVED = frozenset({"name", "nik", "birth_date"})
Definition = Mapping[str, Any]
Field = Mapping[str, Any]


@dataclass(frozen=True)
class SectionState:
    """One row of the task list: not started, in progress, or done."""

    section: dict[str, Any]
    status: str  # empty | started | done
    errors: dict[str, str]


def all_fields(definition: Definition) -> list[dict[str, Any]]:
    return [field for section in definition["sections"] for field in section["fields"]]


def facts(case: Case) -> dict[str, Any]:
    """What conditions and tariffs may ask: the answers, three things the case knows, the day."""
    return {
        **fields.facts_of(case.answers, all_fields(case.definition)),
        "today": offices.today(),
        "request": case.request_type,
        "applicant": case.applicant.kind,
        "levy": case.bill.total if case.bill else Decimal(0),
    }


def minutes_to_fill(definition: Definition) -> int:
    """A careful guess, in steps of five minutes: half a minute a field, one a document."""
    fields_and_files = len(all_fields(definition)) / 2 + len(definition["requirements"])
    return max(5, round(fields_and_files / 5) * 5)


def sections(case: Case, known: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    known = known if known is not None else facts(case)
    return [
        section
        for section in case.definition["sections"]
        if not section.get("when") or holds(section["when"], known)
    ]


def section(case: Case, code: str) -> dict[str, Any] | None:
    return next((found for found in sections(case) if found["code"] == code), None)


def requirements(case: Case, known: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    known = known if known is not None else facts(case)
    return [
        requirement
        for requirement in case.definition["requirements"]
        if not requirement.get("when") or holds(requirement["when"], known)
    ]


def requirement(case: Case, code: str) -> dict[str, Any] | None:
    return next((found for found in requirements(case) if found["code"] == code), None)


def office_of(definition: Definition, answers: Mapping[str, Any], home: str) -> Office | None:
    """The unit that issues: a named one, or `area:<field>[:<kind>]`, that of an answered area.

    Before the area is answered the applicant's own, `home`, stands for it.
    """
    where, _, rest = definition["office"].partition(":")
    if where != "area":
        return offices.office(where)
    field, _, kind = rest.partition(":")
    code = answers.get(field) or home
    return offices.office_of_area(code, kind) if code else None


def name_on_letter(case: Case) -> str:
    """Whom the form names; an account may ask for somebody else than its owner."""
    asked = (one for one in all_fields(case.definition) if one.get("profile") == "name")
    return next((str(case.answers.get(one["code"], "")) for one in asked), "")


def prefill(definition: Definition, applicant: Applicant, request_type: str) -> dict[str, Any]:
    """What is known of the applicant already, so that nobody is asked twice.

    Of an earlier application only what its own form called general personal data.
    """
    known = {"applicant": applicant.kind, "request": request_type}
    earlier = _earlier(applicant)
    asked = [
        field
        for section in definition["sections"]
        if not section.get("when") or holds(section["when"], known)
        for field in section["fields"]
        if field.get("profile") or field["code"] in earlier
    ]
    told = {field["code"]: _of_profile(applicant, field) for field in asked if "profile" in field}
    raw = earlier | {code: value for code, value in told.items() if value}
    answers, _ = fields.clean(asked, raw, facts=known)
    return answers


def _earlier(applicant: Applicant) -> dict[str, Any]:
    last = (
        Case.objects.filter(applicant=applicant, number__isnull=False)
        .select_related("service_version")
        .order_by("-id")
        .first()
    )
    if last is None:
        return {}
    general = {
        field["code"] for field in all_fields(last.definition) if field.get("personal") == "general"
    }
    return {code: value for code, value in last.answers.items() if code in general}


def _of_profile(applicant: Applicant, field: Field) -> Any:
    """company.name, birth_date, …; what can not be an answer here is dropped by `clean`."""
    value: Any = applicant
    for part in field["profile"].split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    if isinstance(value, Mapping):  # an address in parts
        value = value.get("text")
    if isinstance(value, date):
        return value.isoformat()
    value = getattr(value, "code", value)  # an area
    return str(value or "").lower() if field["type"] in ("select", "radio") else value


def as_typed(case: Case, section: Definition) -> dict[str, Any]:
    """What stands in the fields of a page: the answers, and what was typed after them."""
    return {**case.answers, **case.typed.get(section["code"], {})}


def edition(case: Case, code: str) -> str:
    """Names what stands on a page, so that a device notices what another one wrote meanwhile."""
    page = next(one for one in case.definition["sections"] if one["code"] == code)
    known = as_typed(case, page)
    stands = [case.pk, code, [known.get(field["code"]) for field in page["fields"]]]
    return sha256(json.dumps(stands, sort_keys=True, default=str).encode()).hexdigest()[:32]


def shown_fields(case: Case, section: Definition, typed: Mapping[str, Any]) -> list[Field]:
    """The fields of a page that these words on it call for."""
    known = facts(case)
    answers, _ = fields.clean(section["fields"], typed, facts=known)
    known |= fields.facts_of(answers, section["fields"])
    return [
        field for field in section["fields"] if not field.get("when") or holds(field["when"], known)
    ]


def drivers(section: Definition) -> frozenset[str]:
    """The fields whose answers show or hide another field of the same page."""
    asked = {
        name
        for field in section["fields"]
        if "when" in field
        for name in parse(field["when"]).names
    }
    return frozenset(asked & {field["code"] for field in section["fields"]})


def settled(case: Case) -> dict[str, Any]:
    """The answers that count: those to questions that are still asked, now that all are known."""
    kept: dict[str, Any] = {}
    known = facts(case)
    for found in sections(case, known):
        answers, _ = fields.clean(found["fields"], case.answers, facts=known)
        kept |= answers
    return kept


def section_states(case: Case) -> list[SectionState]:
    known = facts(case)
    states = []
    for found in sections(case, known):
        _, errors = fields.clean(found["fields"], case.answers, facts=known)
        seen = bool({field["code"] for field in found["fields"]} & case.answers.keys())
        typed = found["code"] in case.typed
        if seen and not errors and not typed:
            status = "done"
        else:
            status = "started" if seen or typed else "empty"
        states.append(SectionState(found, status, errors))
    return states


def changeable(case: Case) -> frozenset[tuple[str, str]]:
    """What the applicant may change now, as ("field" | "requirement", code).

    All of a draft; afterwards only what a correction asks for, and what its answers opened anew.
    """
    if case.phase == Case.Phase.DRAFT:
        return frozenset(
            [("field", field["code"]) for field in all_fields(case.definition)]
            + [("requirement", wanted["code"]) for wanted in case.definition["requirements"]]
        )
    correction = case.corrections.filter(answered_at__isnull=True).first()
    if correction is None or case.phase == Case.Phase.CLOSED:
        return frozenset()
    asked = [(item["kind"], item["code"]) for item in correction.items]
    return frozenset(asked + [(gap["kind"], gap["code"]) for gap in missing(case)])


def attachments(case: Case) -> dict[str, Attachment]:
    """The file in force for each requirement."""
    return {
        attachment.requirement: attachment
        for attachment in case.attachments.filter(current=True).select_related("file", "permit")
    }


def letter_state(attachment: Attachment | None) -> str:
    """How a letter of this system stands today, as a code of site/statuses.py; "" of an upload."""
    if attachment is None or attachment.permit is None:
        return ""
    state = permits.state(attachment.permit)
    return "expired" if state == permits.ENDED else state


def missing(case: Case) -> list[dict[str, Any]]:
    """What still keeps the case from being sent: [{"kind", "code", "section", "message"}].

    A page of a draft that was typed on but not saved counts too, as kind "section": nothing that
    somebody wrote may be left behind unsaid.
    """
    problems = []
    for state in section_states(case):
        code = state.section["code"]
        problems += [
            {"kind": "field", "code": field, "section": code, "message": message}
            for field, message in state.errors.items()
        ]
        if case.phase == Case.Phase.DRAFT and code in case.typed and not state.errors:
            problems.append(
                {
                    "kind": "section",
                    "code": code,
                    "section": code,
                    "message": both(
                        "Simpan perubahan Anda pada bagian {title}",
                        "Save your changes in the part {title}",
                        title=_title(state.section["title"]),
                    ),
                }
            )
    problems += _of_somebody_else(case)
    given = attachments(case)
    problems += [
        {
            "kind": "requirement",
            "code": wanted["code"],
            "section": "",
            "message": both("Unggah {name}", "Upload {name}", name=_title(wanted["name"])),
        }
        for wanted in requirements(case)
        if wanted.get("required") and wanted["code"] not in given
    ]
    problems += [
        {
            "kind": "requirement",
            "code": wanted["code"],
            "section": "",
            "message": both(
                "Surat nomor {number} tidak berlaku lagi. Unggah berkas lain",
                "Letter {number} is no longer valid. Upload another document",
                number=attachment.permit.number if attachment.permit else "",
            ),
        }
        for wanted in requirements(case)
        if (attachment := given.get(wanted["code"]))
        and letter_state(attachment) not in ("", "valid")
    ]
    return problems


def _of_somebody_else(case: Case) -> list[dict[str, Any]]:
    """What a guest proved at the door, and the RT is shown, is what the letter says."""
    account = case.applicant.account
    if account is None or not account.is_guest or case.channel == "counter":
        return []
    return [
        {
            "kind": "field",
            "code": field["code"],
            "section": section["code"],
            "message": both(
                "{label} harus sama dengan yang Anda isi di awal. "
                "Untuk orang lain, ajukan dari awal dengan datanya",
                "{label} must be what you gave at the beginning. "
                "For somebody else, begin anew with their details",
                label=both(field["label"]["id"], field["label"]["en"]),
            ),
        }
        for section in sections(case)
        for field in section["fields"]
        if field.get("profile") in PROVED
        and field["code"] in case.answers
        and case.answers[field["code"]] != _of_profile(case.applicant, field)
    ]


def _title(words: Any) -> Text:
    """As it stands inside a sentence: small first letter, except for KTP, STR and the like."""
    texts = words if isinstance(words, Mapping) else {"id": str(words)}
    return both(*(_small(texts.get(language) or texts["id"]) for language in ("id", "en")))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
