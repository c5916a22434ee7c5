"""Without a token: the catalogue, where an application stands, whether a document holds."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest
from ninja import Router
from ninja.errors import HttpError
from ninja.params.functions import Path, Query

from satupintu import workflow
from satupintu.api.v1 import paging, schemas
from satupintu.api.v1.problems import language
from satupintu.cases import queries as cases
from satupintu.catalogue import queries as catalogue
from satupintu.people import actions as people
from satupintu.people.requests import address_of
from satupintu.permits import queries as permits

router = Router(tags=["public"])
CODE: Any = Path(..., max_length=60, pattern=r"^[A-Za-z0-9_-]+$")
NUMBER: Any = Path(..., max_length=40, pattern=r"^[A-Za-z0-9 .-]+$")
TOKEN: Any = Path(..., max_length=60, pattern=r"^[A-Za-z0-9_-]+$")
WORDS: Any = Query("", max_length=catalogue.LONGEST_SEARCH, pattern=r"^[^\x00]*$")
DOCUMENT: Any = Query(..., min_length=1, max_length=120, pattern=r"^[^\x00]+$")


@router.get("/services", response=schemas.Services, summary="Services on offer")
def list_services(
    request: HttpRequest,
    search: str = WORDS,
    limit: int = paging.LIMIT,
    cursor: str = paging.CURSOR,
) -> dict[str, Any]:
    found = catalogue.services(search=search).order_by("code").defer("search")
    if after := paging.place(cursor, "services"):
        found = found.filter(code__gt=after)
    rows, following = paging.cut(
        list(found[: limit + 1]), limit, "services", lambda service: service.code
    )
    asked = language(request)
    return {
        "items": [
            {
                "code": service.code,
                "name": catalogue.text(service.name, asked),
                "summary": catalogue.text(service.summary, asked),
                "sector": service.sector,
                "free": service.free,
                "days": service.days,
                "online": service.stage == "online",
            }
            for service in rows
        ],
        "next": following,
    }


@router.get("/services/{code}", response=schemas.Service, summary="One service, all six components")
def get_service(request: HttpRequest, code: str = CODE) -> dict[str, Any]:
    version = catalogue.current_version(code)
    if version is None:
        raise Http404
    definition, asked = version.definition, language(request)
    standard = catalogue.public_standard(definition, asked)
    return {
        "code": code,
        "version": version.number,
        "name": catalogue.text(definition["name"], asked),
        "summary": catalogue.text(definition.get("summary", ""), asked),
        "requirements": [
            {
                "code": one["code"],
                "name": catalogue.text(one["name"], asked),
                "hint": catalogue.text(one.get("hint", ""), asked),
                "required": one["required"],
                "sometimes": bool(one.get("when")),
            }
            for one in standard["requirements"]
        ],
        "procedure": [
            {
                "name": catalogue.text(step["name"], asked),
                "days": step.get("days"),
                "by_applicant": step["kind"] == "pay",
                "sometimes": "when" in step,
            }
            for step in workflow.steps({"main": standard["procedure"]})
        ],
        "duration": {
            "working_days": standard["duration"]["days"],
            "note": standard["duration"]["note"] or "",
        },
        "fee": standard["fee"] or "",
        "product": standard["product"] or "",
        "complaint": standard["complaint"] or "",
    }


@router.get("/tracking/{number}", response=schemas.Tracking, summary="Where an application stands")
def track(request: HttpRequest, number: str = NUMBER) -> dict[str, Any]:
    """Steps and dates, no names. A number of nobody and a mistyped one are answered alike."""
    people.take_turn("track", address_of(request))
    asked = language(request)
    found = cases.track(number, asked)
    if found is None:
        raise Http404
    return {
        "number": found.case.number,
        "service": catalogue.text(found.service, asked),
        "status": found.status,
        "paused": found.paused,
        "steps": steps_told(found.steps),
    }


@router.get("/verification/{token}", response=schemas.Verification, summary="By the QR of a paper")
def verify_token(request: HttpRequest, token: str = TOKEN) -> dict[str, Any]:
    return _verified(request, lambda: permits.verify_token(token))


@router.get("/verification", response=schemas.Verification, summary="By the number of a document")
def verify_number(request: HttpRequest, number: str = DOCUMENT) -> dict[str, Any]:
    return _verified(request, lambda: permits.verify_number(number))


def steps_told(steps: list[Any]) -> list[dict[str, Any]]:
    return [{name: getattr(step, name) for name in schemas.Step.model_fields} for step in steps]


def _verified(request: HttpRequest, look: Any) -> dict[str, Any]:
    """Not being able to look is not the same as not being there: 503."""
    try:
        people.take_turn("verify", address_of(request))
        found: permits.Verification = look()
    except DatabaseError as error:
        raise HttpError(503, "") from error
    if found.permit is None:
        return {"state": found.state}
    return {
        "state": found.state,
        "number": found.permit.number,
        "title": found.permit.title,
        "holder": found.holder,
        "office": found.permit.office.name,
        "valid_from": found.permit.valid_from,
        "valid_until": found.permit.valid_until,
    }
