"""What each paper of a case prints, as its template in packs/base/documents reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings

from satupintu import workflow
from satupintu.cases.models import Case, Minutes, Recommendation
from satupintu.cases.queries import form, lists, wording
from satupintu.catalogue import queries as catalogue
from satupintu.levies import queries as levies
from satupintu.lib.money import in_words, rupiah
from satupintu.lib.worktime import zone_label
from satupintu.offices import queries as offices
from satupintu.permits import queries as permits

if TYPE_CHECKING:
    from satupintu.offices.models import Office
    from satupintu.people.queries import HeldPost

Data = dict[str, Any]
Rows = list[dict[str, str]]

CONCLUSIONS = {
    "fits": "Memenuhi",
    "with_notes": "Memenuhi dengan catatan",
    "does_not_fit": "Tidak memenuhi",
}
APPEALED = "Diputus Lurah dalam banding"
VERDICTS = {
    "agree": "Dapat diberikan",
    "conditions": "Dapat diberikan dengan syarat",
    "refuse": "Tidak dapat diberikan",
}


def decision(
    case: Case, document: str, *, office: Office, signer: HeldPost, account_id: int
) -> Data:
    """The permit or the letter of refusal, as its signer agrees to it."""
    build = _permit if document == "permit" else _refusal
    return {
        **_head(case, document, office=office),
        **build(case, document),
        "signer": permits.signer_block(signer, account_id),
        "provider": settings.SIGNATURE_PROVIDER,
    }


def draft(case: Case, document: str) -> Data:
    """The same paper before it is signed: no number, a mark across it, the holder as signer."""
    build = _permit if document == "permit" else _refusal
    return {
        **_head(case, document),
        **build(case, document),
        "number": "(diberikan saat ditandatangani)",
        "mark": "KONSEP",
    }


def receipt(case: Case) -> Data:
    """Tanda terima: what was received, when, and what happens next (Palembang art. 6(2)b)."""
    assert case.submitted_at is not None
    names = {found["code"]: found["name"] for found in case.definition["requirements"]}
    clerk = case.opened_by.name if case.channel == "counter" and case.opened_by else None
    return {
        **_head(case, "receipt"),
        "number": case.number,
        "code": lists.follow_code(case),
        "zone": zone_label(offices.city().zone),
        "submitted_at": _minute(case.submitted_at),
        "service": words(case.definition["name"]),
        "request": wording.request_name(case),
        "applicant": _applicant(case),
        "documents": [
            {"name": words(names[code])} for code in form.attachments(case) if code in names
        ],
        "days": case.definition["clock"]["days"],
        **({"due": case.due_date.isoformat()} if case.due_date else {}),
        **({"officer": clerk} if clerk else {}),
        "notes": case.definition["documents"]["receipt"].get("notes", []),
        "verification": {
            "url": f"{settings.BASE_URL}/lacak/?nomor={case.number}",
            "qr": "qr.svg",
            "label": "Lacak permohonan",
        },
    }


def minutes(found: Minutes) -> Data:
    """Berita acara as its members approved it."""
    visit = found.visit
    case = visit.case
    step = workflow.step(case.process, visit.task.step)
    members = visit.members.select_related("account", "post__office").order_by("id")
    assert visit.visited_at is not None
    day = offices.local(visit.visited_at).date()
    photos = list(visit.photos.select_related("file").order_by("id"))
    return {
        **_head(case, "minutes"),
        "number": found.number,
        "date_words": date_inwords(day),
        "zone": zone_label(offices.city().zone),
        "basis": [f"Permohonan nomor {case.number} tanggal {_submitted(case)}"],
        "team": [
            {
                "name": member.account.name,
                "nip": member.account.nip,
                "job": member.post.name,
                "office": member.post.office.name,
            }
            for member in members
        ],
        "applicant": _applicant(case),
        "place": [{"label": "Tempat", "value": visit.place}],
        "findings": [
            {
                "item": words(item["label"]),
                "result": "Sesuai" if visit.findings[item["code"]]["fits"] else "Tidak sesuai",
                "note": visit.findings[item["code"]]["note"],
            }
            for item in step["checklist"]
            if item["code"] in visit.findings
        ],
        "conclusion": CONCLUSIONS[found.conclusion],
        "remarks": [found.text],
        "statement": found.applicant_statement,
        "approvals": [
            {
                "name": member.account.name,
                "role": member.post.name,
                **({"at": _minute(member.approved_at)} if member.approved_at else {}),
            }
            for member in members
        ],
        "photos": [
            {"file": _picture(photo), "caption": photo.caption or _position(photo)}
            for photo in photos
        ],
        "files": {_picture(photo): photo.file_id for photo in photos},
    }


def recommendation(given: Recommendation) -> Data:
    case = given.case
    written = Minutes.objects.filter(visit__case=case, final_at__isnull=False).last()
    basis = [f"Permohonan nomor {case.number} tanggal {_submitted(case)}"]
    if written:
        basis.append(f"Berita acara nomor {written.number}")
    return {
        **_head(case, "recommendation", office=given.post.office),
        "number": given.number,
        "recipient": {"name": f"Kepala {case.office.name}"},
        "basis": basis,
        "case": {"number": case.number, "service": words(case.definition["name"])},
        "applicant": _applicant(case),
        "considerations": [given.text],
        "verdict": VERDICTS[given.verdict],
        "conditions": given.conditions,
        "signer": {
            "place": offices.city().short_name,
            "date": offices.local(given.created_at).date().isoformat(),
            "job": given.post.name,
            "name": given.by.name,
            "nip": given.by.nip,
            "rank": given.by.rank,
        },
    }


def bill(case: Case) -> Data:
    """SKRD: the levy with every line explained."""
    assert case.bill_id
    return {
        **_head(case, "bill"),
        **levies.bill_data(case.bill_id),
        "payer": _applicant(case),
        "object": [
            {"label": "Layanan", "value": words(case.definition["name"])},
            {"label": "Nomor permohonan", "value": case.number},
        ],
        "legal_basis": words(case.definition["fee"].get("legal_basis", "")),
        "channels": case.definition["documents"]["bill"].get("channels", []),
        "notes": case.definition["documents"]["bill"].get("notes", []),
    }


def payment_receipt(case: Case, receipt_id: int) -> Data:
    return {
        **_head(case, "payment_receipt"),
        **levies.receipt_data(receipt_id),
        "zone": zone_label(offices.city().zone),
        "payer": _applicant(case),
    }


def place(case: Case) -> str:
    """The area that a public page may show: never the street."""
    for field in form.all_fields(case.definition):
        if field["type"] == "area" and case.answers.get(field["code"]):
            area = offices.area(case.answers[field["code"]])
            while area.parent and area.kind in ("rt", "rw"):  # a neighbourhood is nearly a name
                area = offices.area(area.parent.code)
            return wording.area_name(area.code)
    return offices.city().name


def valid_until(case: Case, valid_from: date) -> date | None:
    """The last day: so many months from issue, or an earlier date the answers name."""
    validity = case.definition["validity"]
    ends = []
    if months := validity.get("months"):
        ends.append(valid_from + relativedelta(months=months) - timedelta(days=1))
    if (field := validity.get("until")) and (day := form.facts(case).get(field)):
        ends.append(day)
    return min(ends, default=None)


def date_inwords(day: date) -> str:
    """Jumat, tanggal dua puluh bulan November tahun dua ribu dua puluh enam."""

    def words(n: int) -> str:
        return in_words(n).removesuffix(" rupiah")

    month = permits.MONTHS[day.month - 1]
    weekday = catalogue.WEEKDAYS[day.weekday()]
    return f"{weekday}, tanggal {words(day.day)} bulan {month} tahun {words(day.year)}"


def _permit(case: Case, document: str) -> Data:
    letter = case.definition["documents"][document]
    written = case.draft_body.get(document, {})
    valid_from = offices.today()
    until = valid_until(case, valid_from)
    photo = form.attachments(case).get(letter.get("photo", ""))
    team = [line for given in _recommendations(case) for line in given.conditions]
    parts = catalogue.printed(
        case.definition,
        document,
        answers=case.answers,
        facts=form.facts(case),
        say=wording.said,
        told=_told(case),
    )
    return {
        **parts,
        "legal_basis": [words(law["title"]) for law in case.definition["legal_basis"]],
        "subtitle": letter.get("subtitle", ""),
        "validity": {
            "from": valid_from.isoformat(),
            **({"until": until.isoformat()} if until else {}),
            **({} if until else {"text": words(case.definition["validity"].get("text", ""))}),
        },
        "body": [*parts["body"], *([written["note"]] if written.get("note") else [])],
        "conditions": [*written.get("conditions", letter.get("conditions", [])), *team],
        "copies": letter.get("copies", []),
        **({"photo": _picture(photo), "files": {_picture(photo): photo.file_id}} if photo else {}),
    }


def _told(case: Case) -> dict[str, str]:
    """What the letter may say beside the answers: the levy, endorsements, register steps."""
    told = {"levy": rupiah(case.bill.total)} if case.bill else {}
    steps = case.steps()
    for task in steps:
        if task.kind not in ("endorse", "register") or task.status != "done":
            continue
        if task.move == "refuse":
            told[task.step] = APPEALED
        elif task.reason:
            told[task.step] = task.reason
        elif task.file_id and task.done_at:
            day = permits.long_date(offices.local(task.done_at).date())
            told[task.step] = f"Setuju di kertas, dicatat {day}"
        elif task.done_at and task.done_by:
            day = permits.long_date(offices.local(task.done_at).date())
            told[task.step] = f"{task.done_by.name}, {day}"
    for appeal in steps:
        if (appeal.kind, appeal.move) != ("appeal", "grant"):
            continue
        against = workflow.step(case.process, appeal.step)["against"]
        skipped = [one for one in workflow.steps(case.process) if one.get("role") in against]
        told = {one["step"]: APPEALED for one in skipped} | told
    return told


def _refusal(case: Case, document: str) -> Data:
    service = words(case.definition["name"])
    written = case.draft_body.get(document, {})
    return {
        "title": f"Penolakan permohonan {service}",
        "nature": "Biasa",
        "attachment": "–",
        "about": f"Penolakan permohonan {service}",
        "recipient": {
            "name": case.applicant.display_name,
            "address": address(case),
        },
        "case": {
            "number": case.number,
            "service": service,
            "submitted": offices.local(case.submitted_at).date().isoformat()
            if case.submitted_at
            else "",
        },
        "reasons": [
            {"reason": case.refusal_reason, "ground": case.refusal_ground},
            *(
                {"reason": f"Banding tidak dikabulkan: {task.reason}"}
                for task in case.tasks.filter(kind="appeal", move="forward")
            ),
        ],
        "next_steps": case.definition["documents"][document].get("next_steps", []),
        **({"closing": written["note"]} if written.get("note") else {}),
    }


def _head(case: Case, document: str, *, office: Office | None = None) -> Data:
    return {
        "title": words(case.definition["documents"][document]["title"]),
        "crest": "crest.svg",
        "letterhead": permits.letterhead(office or case.office),
    }


def _applicant(case: Case) -> Rows:
    person = case.applicant
    rows = [{"label": "Nama", "value": person.display_name}]
    if person.kind == "company":
        rows.append({"label": "Penanggung jawab", "value": person.name})
    rows.append({"label": "Alamat", "value": address(case)})
    return [row for row in rows if row["value"]]


def address(case: Case) -> str:
    said = wording.written(case)
    return said.get("badan_alamat") or said.get("alamat") or ""


def _recommendations(case: Case) -> Sequence[Recommendation]:
    """The word of each team that counts: the last one of every step."""
    last: dict[str, Recommendation] = {}
    for given in case.recommendations.select_related("task").order_by("id"):
        last[given.task.step] = given
    return list(last.values())


def words(value: Any) -> str:
    return catalogue.text(value, "id")


def _minute(moment: Any) -> str:
    return str(offices.local(moment).strftime("%Y-%m-%dT%H:%M"))


def _submitted(case: Case) -> str:
    assert case.submitted_at is not None
    return permits.long_date(offices.local(case.submitted_at).date())


def _picture(photo: Any) -> str:
    """The name under which a template finds a picture; its ending says how to read it."""
    kind = "png" if photo.file.media_type == "image/png" else "jpg"
    return f"photo-{photo.pk}.{kind}"


def _position(photo: Any) -> str:
    if photo.latitude is None:
        return "Foto lapangan"
    return f"Foto lapangan pada {photo.latitude}, {photo.longitude} (±{photo.accuracy_m or 0} m)"
