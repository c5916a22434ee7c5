"""The addresses of /api/v1, its description, and how refusals are told."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from satupintu.api.access import NoScope
from satupintu.api.actions import OtherRequest
from satupintu.api.v1 import applying, fees, mistakes, own, public, unit
from satupintu.api.v1.problems import MEDIA_TYPE, SENTENCES, Unfit, error, problem, said
from satupintu.cases.actions.submission import Incomplete
from satupintu.files import actions as files
from satupintu.lib.errors import Refused, in_english
from satupintu.people import queries as people
from satupintu.people.actions import TooOften

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "offset": {"type": "integer"},
        "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Gap"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "pointer": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
ALWAYS, WITH_TOKEN, UNSAFE = (400, 404, 406, 422, 429, 500, 503), (401, 403), (409, 413, 415)


class _Api(NinjaAPI):
    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        """Ninja knows what goes well; every operation can also be refused."""
        schema = super().get_openapi_schema(**named)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                statuses = [*ALWAYS, *(WITH_TOKEN if "security" in operation else ())]
                for status in statuses + list(UNSAFE if method != "get" else ()):
                    operation["responses"][status] = {
                        "description": str(in_english(SENTENCES[status])),
                        "content": {
                            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                        },
                    }
        return schema


api = _Api(
    title="Satu Pintu",
    version="1",
    description="Services, applications and issued documents of a city. See docs/api.md.",
    urls_namespace="v1",
    docs_url=None,
)
api.add_router("", public.router)
api.add_router("", fees.router)
api.add_router("/me", own.router)
api.add_router("/me/drafts", applying.router)
api.add_router("/unit", unit.router)
api.add_router("/webhooks", unit.hooks)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    status, headers, more = 409, {}, dict[str, Any]()
    match refused:
        case TooOften():
            status, headers = 429, {"Retry-After": str(refused.seconds)}
        case people.NoRight() | NoScope():
            status = 403
        case files.NoSuchUpload():
            status = 404
        case OtherRequest():
            status = 422
        case Unfit():
            status = 422
            more["errors"] = [error(request, *one) for one in refused.problems]
        case files.WrongPlace():
            more["offset"] = refused.offset
        case files.NotScanned() | files.NoRoom():
            status = 503
        case Incomplete():
            more["missing"] = [
                {**gap, "message": said(request, gap["message"])} for gap in refused.problems
            ]
        case Refused(field=str(field)):
            more["errors"] = [error(request, [field], refused.message)]
    return problem(request, status, refused.message, headers=headers, **more)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404)


@api.exception_handler(HttpError)
def _failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code)


@api.exception_handler(ValidationError)
def _unfit(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    """Which part does not fit and why; never what was sent."""
    errors = []
    for one in refused.errors:
        where, *place = one["loc"]
        field, words = ".".join(map(str, one["loc"])), mistakes.sentence(one)
        if where == "body":  # then comes our own name for all of it
            errors.append(error(request, place[1:], words, field))
        else:
            errors.append({"field": field, "message": said(request, words)})
    return problem(request, 422, errors=errors)
