"""With a person's token: begin an application, answer, attach, send. The pages' own actions."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Router
from ninja.params.functions import Header, Path

from satupintu.api.v1 import answers, once, schemas
from satupintu.api.v1.door import OWN, Caller
from satupintu.api.v1.own import told
from satupintu.api.v1.problems import language, said
from satupintu.cases import queries as cases
from satupintu.cases.actions import attaching, drafts, submission
from satupintu.catalogue import queries as catalogue
from satupintu.files import actions as files
from satupintu.lib.errors import both
from satupintu.people import queries as people

router = Router(auth=OWN, tags=["applying"])
PART: Any = Path(..., max_length=60, pattern=r"^[A-Za-z0-9_-]+$")
OFFSET: Any = Header(..., alias="Upload-Offset", ge=0, le=2**40)
PIECE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", response={201: schemas.Draft}, summary="Begin an application")
def begin_draft(request: Caller, wanted: schemas.CaseWanted, key: str = once.KEY) -> HttpResponse:
    """Or go on with the draft there is for this service and applicant, unless `anew` is true."""

    def act() -> tuple[int, schemas.Draft]:
        mine = people.applicants_of(request.by.person)
        if wanted.applicant is not None:
            mine = mine.filter(pk=wanted.applicant)
        applicant = mine.first()
        if applicant is None:
            raise drafts.NotOffered(
                both("Pilih siapa pemohonnya", "Choose who applies"), field="applicant"
            )
        case = drafts.start(
            service=wanted.service,
            request_type=wanted.request_type,
            applicant=applicant,
            anew=wanted.anew,
            language=language(request),
            by=request.by,
        )
        return 201, schemas.Draft(**_draft_told(case, language(request)))

    return once.answer(request, key, act)


@router.get("/{int:case_id}", response=schemas.Form, summary="What a draft asks")
def get_draft(request: Caller, case_id: int) -> dict[str, Any]:
    """All parts with their questions and answers, all documents, and what is still missing."""
    case, asked = _draft(request, case_id), language(request)
    given = cases.form.attachments(case)
    return {
        **_draft_told(case, asked),
        "sections": [_section(case, state, asked) for state in cases.form.section_states(case)],
        "documents": [
            _document(wanted, given.get(wanted["code"]), asked)
            for wanted in cases.form.requirements(case)
        ],
        "missing": _missing(request, cases.form.missing(case)),
    }


@router.put(
    "/{int:case_id}/sections/{section}",
    response=schemas.Missing,
    summary="Answer one part of the form",
)
def save_section(
    request: Caller, case_id: int, given: schemas.Answers, section: str = PART
) -> dict[str, Any]:
    """All answers of the part at once. What does not fit is kept as typed, and does not count."""
    case = _draft(request, case_id)
    found = cases.form.section(case, section)
    if found is None:
        raise Http404
    raw = answers.typed(found["fields"], given.answers)
    answers.refuse(drafts.save_section(case.pk, section=section, raw=raw, by=request.by))
    return {"missing": _missing(request, cases.form.missing(_draft(request, case_id)))}


@router.post(
    "/{int:case_id}/files/{requirement}/uploads",
    response={201: schemas.Upload},
    summary="Make a place for a file",
)
def begin_upload(
    request: Caller,
    case_id: int,
    wanted: schemas.UploadWanted,
    requirement: str = PART,
    key: str = once.KEY,
) -> HttpResponse:
    """Its pieces follow, each of `piece` bytes, the last of what is left."""

    def act() -> tuple[int, schemas.Upload]:
        made = attaching.begin_upload(
            _draft(request, case_id).pk,
            requirement=requirement,
            name=wanted.name,
            size=wanted.size,
            by=request.by,
        )
        return 201, schemas.Upload(id=made.pk, offset=made.offset, piece=files.PIECE)

    return once.answer(request, key, act)


@router.get(
    "/{int:case_id}/files/{requirement}/uploads/{uuid:upload_id}",
    response=schemas.Upload,
    summary="How much of a file is here",
)
def get_upload(
    request: Caller, case_id: int, upload_id: uuid.UUID, requirement: str = PART
) -> dict[str, Any]:
    found = files.find_upload(
        upload_id,
        purpose=attaching.purpose(_draft(request, case_id).pk, requirement),
        by=request.by,
    )
    return {"id": found.pk, "offset": found.offset, "piece": files.PIECE}


@router.patch(
    "/{int:case_id}/files/{requirement}/uploads/{uuid:upload_id}",
    response=schemas.Upload,
    summary="Send the next piece",
    openapi_extra=PIECE,
)
def send_piece(
    request: Caller,
    case_id: int,
    upload_id: uuid.UUID,
    requirement: str = PART,
    offset: int = OFFSET,
) -> dict[str, Any]:
    """A piece that does not follow what is here is a 409 with `offset`, from where to go on."""
    here = files.add_piece(
        upload_id,
        purpose=attaching.purpose(_draft(request, case_id).pk, requirement),
        offset=offset,
        content=request.body,
        by=request.by,
    )
    return {"id": upload_id, "offset": here, "piece": files.PIECE}


@router.put(
    "/{int:case_id}/files/{requirement}",
    response=schemas.CaseDocument,
    summary="Give an uploaded file for a document",
)
def attach_file(
    request: Caller, case_id: int, given: schemas.UploadGiven, requirement: str = PART
) -> dict[str, Any]:
    """It is examined as on the page, and takes the place of an earlier one."""
    case = _draft(request, case_id)
    attached = attaching.attach_upload(
        case.pk, requirement=requirement, upload_id=given.upload, by=request.by
    )
    wanted = cases.form.requirement(case, requirement)
    assert wanted is not None
    return _document(wanted, attached, language(request))


@router.post("/{int:case_id}/send", response=schemas.OwnCaseShort, summary="Send it")
def send_draft(
    request: Caller, case_id: int, stated: schemas.Statement, key: str = once.KEY
) -> HttpResponse:
    """With `truth` the applicant states that data and documents are true; the office begins.

    While something is missing: 409, and `missing` says what. Sent once is sent.
    """

    def act() -> tuple[int, schemas.OwnCaseShort]:
        case = cases.outside.own_case(request.by, case_id)
        sent = submission.submit(case.pk, truth=stated.truth, by=request.by)
        return 200, schemas.OwnCaseShort(**told(sent, language(request)))

    return once.answer(request, key, act)


def _draft(request: Caller, case_id: int) -> Any:
    """One's own, not sent yet; anything else is not there."""
    case = cases.outside.own_case(request.by, case_id)
    if case.phase != "draft":
        raise Http404
    return case


def _draft_told(case: Any, asked: str) -> dict[str, Any]:
    return {
        "id": case.pk,
        "service": catalogue.text(case.service_version.service.name, asked),
        "service_code": case.service_code,
        "request_type": case.request_type,
        "begun_at": case.created_at,
    }


def _section(case: Any, state: Any, asked: str) -> dict[str, Any]:
    typed = cases.form.as_typed(case, state.section)
    shown = {field["code"] for field in cases.form.shown_fields(case, state.section, typed)}
    fields = state.section["fields"]
    return {
        "code": state.section["code"],
        "title": catalogue.text(state.section["title"], asked),
        "status": state.status,
        "questions": [
            {**answers.question(field, asked), "asked": field["code"] in shown} for field in fields
        ],
        "answers": {one["code"]: typed[one["code"]] for one in fields if one["code"] in typed},
    }


def _document(wanted: Any, attached: Any, asked: str) -> dict[str, Any]:
    file = attached.file if attached else None
    return {
        "code": wanted["code"],
        "name": catalogue.text(wanted["name"], asked),
        "hint": catalogue.text(wanted.get("hint", ""), asked),
        "required": bool(wanted.get("required")),
        "accept": attaching.accepted(wanted),
        "max_bytes": attaching.max_bytes(wanted),
        "file": {"name": file.name, "size": file.size} if file else None,
    }


def _missing(request: Caller, gaps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**gap, "message": said(request, gap["message"])} for gap in gaps]
