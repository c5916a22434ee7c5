"""With a person's token: their own applications, documents and notices."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from ninja import Router
from ninja.params.functions import Path

from satupintu.api.v1 import once, paging, schemas
from satupintu.api.v1.door import OWN, Caller
from satupintu.api.v1.problems import language
from satupintu.api.v1.public import steps_told
from satupintu.cases import queries as cases
from satupintu.cases.actions import talk
from satupintu.catalogue import queries as catalogue
from satupintu.files import downloads
from satupintu.notifications import queries as notices
from satupintu.people import queries as people
from satupintu.permits import actions as permits

router = Router(auth=OWN, tags=["own"])
WHAT: Any = Path(..., max_length=40, pattern=r"^[a-z0-9-]+$")
MESSAGES = uuid.UUID("5b1f0c0e-8f4e-4a5c-9b0e-2d5f3c6a7b81")


@router.get("/cases", response=schemas.OwnCases, summary="One's applications, the newest first")
def list_own_cases(
    request: Caller, limit: int = paging.LIMIT, cursor: str = paging.CURSOR
) -> dict[str, Any]:
    found = cases.own.cases_of(
        request.by.person, before=paging.place(cursor, "own"), most=limit + 1
    )
    rows, following = paging.cut(found, limit, "own", lambda case: case.pk)
    return {"items": [told(case, language(request)) for case in rows], "next": following}


@router.get("/cases/{int:case_id}", response=schemas.OwnCase, summary="One of them, with its steps")
def get_own_case(request: Caller, case_id: int) -> dict[str, Any]:
    case, asked = cases.outside.own_case(request.by, case_id), language(request)
    return {**told(case, asked), "steps": steps_told(cases.timeline(case, asked))}


@router.get("/cases/{int:case_id}/documents", response=schemas.Documents, summary="Its documents")
def list_own_documents(request: Caller, case_id: int) -> dict[str, Any]:
    case, asked = cases.outside.own_case(request.by, case_id), language(request)
    return {
        "items": [
            {
                "what": paper.what,
                "title": catalogue.text(paper.title, asked),
                "number": paper.number,
                "at": paper.at,
                "size": paper.file.size,
            }
            for paper in cases.own.shelf(case)
        ]
    }


@router.get(
    "/cases/{int:case_id}/documents/{what}",
    summary="One document as PDF",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file; the first download of a decision is its handover.",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def get_own_document(request: Caller, case_id: int, what: str = WHAT) -> HttpResponseBase:
    case = cases.outside.own_case(request.by, case_id)
    wanted = next((one for one in cases.own.shelf(case) if one.what == what), None)
    if wanted is None:
        raise Http404
    if what == "decision" and (signed := cases.own.decision_paper(case)):
        permits.hand_over_online(signed.pk, by=request.by)
    name = f"{catalogue.text(wanted.title)} {wanted.number}.pdf".replace("/", "-")
    return downloads.response(wanted.file, name=name, to=request)


@router.post(
    "/cases/{int:case_id}/messages", response={201: schemas.Message}, summary="Write to the office"
)
def send_message(
    request: Caller, case_id: int, said: schemas.MessageText, key: str = once.KEY
) -> HttpResponse:
    def act() -> tuple[int, schemas.Message]:
        case = cases.outside.own_case(request.by, case_id)
        sent = talk.send_message(
            case.pk,
            body=said.body,
            key=uuid.uuid5(MESSAGES, f"{request.auth.owner}|{key}"),
            from_office=False,
            by=request.by,
        )
        return 201, schemas.Message(id=sent.pk, body=sent.body, sent_at=sent.sent_at)

    return once.answer(request, key, act)


@router.get("/applicants", response=schemas.Applicants, summary="For whom one may apply")
def list_applicants(request: Caller) -> dict[str, Any]:
    """Oneself first, then one's companies."""
    return {
        "items": [
            {"id": one.pk, "kind": one.kind, "name": one.display_name}
            for one in people.applicants_of(request.by.person)
        ]
    }


@router.get("/notices", response=schemas.Notices, summary="One's notices, the newest first")
def list_notices(request: Caller, cursor: str = paging.CURSOR) -> dict[str, Any]:
    page = notices.inbox(request.by.person, after=paging.place(cursor, "notices"))
    following = paging.cursor_at(page.next, "notices") if page.next else ""
    return {
        "items": [
            {
                "id": one.pk,
                "title": one.title,
                "body": one.body,
                "at": one.created_at,
                "read": one.read_at is not None,
            }
            for one in page.notices
        ],
        "next": following,
    }


def told(case: Any, asked: str) -> dict[str, Any]:
    standing = cases.own.standing(case)
    return {
        "id": case.pk,
        "number": case.number,
        "service": catalogue.text(case.service_version.service.name, asked),
        "service_code": case.service_code,
        "status": standing.status,
        "waits_for_you": standing.act,
        "begun_at": case.created_at,
        "submitted_at": case.submitted_at,
        "due_date": case.due_date,
    }
