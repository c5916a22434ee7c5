"""Idempotency-Key: a repeated call is answered as before and does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from ninja.params.functions import Header

from satupintu.api import actions
from satupintu.api.v1.door import Caller

KEY: Any = Header(
    ...,
    alias="Idempotency-Key",
    min_length=8,
    max_length=80,
    pattern=r"^[A-Za-z0-9._:-]+$",
    description="Chosen by the caller, best a UUID, new for each thing that is wanted.",
)


def answer(request: Caller, key: str, act: Callable[[], tuple[int, Schema | None]]) -> HttpResponse:
    said = b"\n".join([str(request.method).encode(), request.path.encode(), request.body])

    def written() -> tuple[int, str]:
        status, body = act()
        return status, body.model_dump_json() if body else ""

    reply, repeated = actions.once(
        request.auth, key=key, asked=hashlib.sha256(said).hexdigest(), act=written
    )
    response = HttpResponse(reply.body, status=reply.status, content_type="application/json")
    if not reply.body:
        del response["Content-Type"]
    if repeated:
        response["Idempotency-Replayed"] = "true"
    return response
