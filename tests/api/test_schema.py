"""A machine reads the description of the API, sends what nobody thought of, and finds nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from satupintu.api import models
from tests.api.caller import Caller, problem
from tests.api.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)


KEY = re.compile(r"[A-Za-z0-9._:-]{8,80}")
FORMS = ["/api/v1/services/{code}/fee", "/api/v1/me/drafts/{case_id}/sections/{section}"]
FITTING = ["2xx", 401, 403, 404, 409, 422, 429]


class Application:
    """The product; schemathesis calls it from threads of its own, which leave connections open."""

    def __init__(self) -> None:
        self.inner = get_wsgi_application()
        self.opened: set[Any] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["REMOTE_ADDR"] = "127.0.0.1"
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # its client reads no gzip
        if KEY.fullmatch(environ.get("HTTP_IDEMPOTENCY_KEY", "")):
            environ["HTTP_IDEMPOTENCY_KEY"] = uuid4().hex  # as a caller takes a new one each time
        answer: Any = self.inner(environ, start_response)
        try:
            return [bytes(part) for part in answer]
        finally:
            if threading.current_thread() is not threading.main_thread():
                self.opened.add(connection.connection)
            answer.close()

    def close(self) -> None:
        for one in self.opened - {None}:
            one.close()


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.close()


@pytest.mark.requirement("MTR-8-1")
def test_the_description_is_openapi_31_and_needs_no_token(house: House) -> None:
    told = Caller().get("/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert len(told["paths"]) >= 15
    for methods in told["paths"].values():
        for method, operation in methods.items():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["422"]["content"]
            if method in ("post", "delete") and "security" in operation:
                asked = [one["name"] for one in operation["parameters"] if one["required"]]
                assert "Idempotency-Key" in asked


@pytest.mark.parametrize(
    "shown", ["", "Bearer ", "Bearer salah", "Basic c2l0aTpzYWxhaA==", "Bearer"]
)
def test_every_call_that_wants_a_token_is_refused_without_a_good_one(
    house: House, shown: str
) -> None:
    browser = Client(headers={"Authorization": shown} if shown else {})
    wanting = 0
    for path, methods in Caller().get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            if "security" in operation:
                wanting += 1
                answer = browser.generic(
                    method.upper(), re.sub(r"{\w+}", "1", path.replace("{upload_id}", str(uuid4())))
                )
                problem(answer, 401)
    assert wanting >= 12


@pytest.mark.parametrize("caller", ["nobody", "tokens"])
def test_schemathesis_finds_nothing(
    house: House, settings: Any, application: Application, caller: str
) -> None:
    settings.TURNS = dict.fromkeys(settings.TURNS, (1_000_000, 1))
    models.Client.objects.update(per_minute=1_000_000)
    config: dict[str, Any] = {
        "generation": {"max-examples": 8, "deterministic": True, "no-shrink": True},
        "phases": {"stateful": {"generation": {"max-examples": 4}}},
        # What a form asks is in the pack of the city, not in the description of the API.
        "operations": [
            {
                "include-path": FORMS,
                "checks": {"positive_data_acceptance": {"expected-statuses": FITTING}},
            }
        ],
        # Its own call without the token fails in its WSGI client; the test above does the same.
        "checks": {"ignored_auth": {"enabled": False}},
    }
    if caller == "tokens":
        config["auth"] = {
            "openapi": {
                "PersonalToken": {"bearer": house.siti.secret},
                "ClientToken": {"bearer": house.here.secret},
            }
        }
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json",
        application,
        config=SchemathesisConfig.from_dict(config),
    )
    found: list[str] = []
    calls = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found.append(f"{event.label}: {event.value!r}")
        if isinstance(event, events.FatalError):
            found.append(repr(event.exception))
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.interactions)
            for case_id, checks in event.recorder.checks.items():
                case = event.recorder.cases[case_id].value
                found += [
                    f"{case.as_curl_command()}\n  {check.name}: {check.failure_info.failure}"
                    for check in checks
                    if check.failure_info is not None
                ]
    assert not found, f"{len(found)} findings\n" + "\n".join(found[:40])
    assert calls > 100
