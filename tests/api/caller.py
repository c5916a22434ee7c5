"""Calls the API as another program would: JSON, a token in the header, no cookies."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

PROBLEM = "application/problem+json"


class Caller:
    def __init__(self, secret: str = "", *, base: str = "/api/v1") -> None:
        self.secret, self.base = secret, base
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(self.base + path, query or {}, headers=self._with(headers))

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        """With a new key each time; "" sends none."""
        key = uuid4().hex if key is None else key
        if key:
            headers = {"Idempotency-Key": key, **headers}
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            self.base + path,
            content,
            content_type=headers.pop("Content-Type", "application/json"),
            headers=self._with(headers),
        )

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(
            self.base + path, json.dumps(body), "application/json", headers=self._with({})
        )

    def patch(self, path: str, piece: bytes, offset: int) -> Any:
        headers = self._with({"Upload-Offset": str(offset)})
        return self.client.patch(
            self.base + path, piece, "application/octet-stream", headers=headers
        )

    def delete(self, path: str, *, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or uuid4().hex}
        return self.client.delete(self.base + path, headers=self._with(headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.secret}", **named} if self.secret else named


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The refusal, of the shape that every refusal has."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == PROBLEM
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in answer.content.decode()
    return told
