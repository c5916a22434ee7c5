"""Without a token: what a levy comes to, by the tariff that the assessment uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from ninja import Router

from satupintu.api.v1 import answers, schemas
from satupintu.api.v1.problems import language
from satupintu.api.v1.public import CODE
from satupintu.catalogue import queries as catalogue
from satupintu.people import actions as people
from satupintu.people.requests import address_of

if TYPE_CHECKING:
    from satupintu.catalogue.models import ServiceVersion

router = Router(tags=["public"])


@router.get(
    "/services/{code}/fee", response=schemas.Calculator, summary="What the fee is computed from"
)
def get_calculator(request: HttpRequest, code: str = CODE) -> dict[str, Any]:
    """The questions of the calculator. A service without a levy has none: 404."""
    version, asked = _version(code), language(request)
    return {
        **_of(version, asked),
        "questions": [
            answers.question(field, asked)
            for field in catalogue.asked_for_estimate(version.definition)
        ],
    }


@router.post("/services/{code}/fee", response=schemas.Fee, summary="What the fee would be")
def calculate_fee(request: HttpRequest, given: schemas.Answers, code: str = CODE) -> dict[str, Any]:
    """Each line with its formula and the numbers in it. Nothing is kept."""
    people.take_turn("estimate", address_of(request))
    version, asked = _version(code), language(request)
    fields = catalogue.asked_for_estimate(version.definition)
    found = catalogue.estimate(version.definition, answers.typed(fields, given.answers))
    answers.refuse(found.errors)
    assert found.sum is not None
    return {
        **_of(version, asked),
        "currency": "IDR",
        "lines": [_line(line, asked) for line in found.sum.lines],
        "workings": [_line(line, asked) for line in found.sum.workings],
        "total": f"{found.sum.total:f}",
    }


def _version(code: str) -> ServiceVersion:
    found = catalogue.current_version(code)
    if found is None or not catalogue.asked_for_estimate(found.definition):
        raise Http404
    return found


def _of(version: ServiceVersion, asked: str) -> dict[str, Any]:
    basis = version.definition["fee"]["tariff"].get("basis", "")
    return {
        "service": version.service.code,
        "version": version.number,
        "basis": catalogue.text(basis, asked),
    }


def _line(line: Any, asked: str) -> dict[str, str]:
    return {
        "code": line.code,
        "label": catalogue.text(line.label, asked),
        "explanation": line.explanation,
        "amount": f"{line.amount:f}",
    }
