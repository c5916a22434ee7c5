"""What is noted of every request: one line in the log, with ids and never with a person."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from satupintu.site import metrics

View = Callable[[HttpRequest], HttpResponse]
# The machine asks these every few seconds; their answers are worth no line.
SILENT = {"health", "ready", "metrics"}
NAMED = {
    "case_id": "case_id",
    "number": "case_number",
    "permit_id": "permit_id",
    "bill_id": "bill_id",
    "task_id": "task_id",
}
# What stands in an address may be anything that somebody typed.
IDENTIFIER = re.compile(r"[A-Z0-9-]{1,40}")
log = structlog.get_logger("satupintu.request")


class observed:  # noqa: N801 - named like its neighbours of the middleware, used as a dotted path
    """Every line of a request says which case it concerns; the last one how it went."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        matched = request.resolver_match
        route = matched.view_name if matched else ""
        metrics.count(str(request.method), route, response.status_code, seconds)
        if route not in SILENT:
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: Mapping[str, Any]
    ) -> None:
        structlog.contextvars.bind_contextvars(
            **{
                NAMED[name]: value
                for name, value in kwargs.items()
                if name in NAMED and IDENTIFIER.fullmatch(str(value))
            }
        )
