"""Whatever breaks inside, an answer tells nothing of how the house is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError
from django.test import Client
from django.urls import ResolverMatch, URLPattern

from tests.site import stage
from tests.site.test_routes import address, ours
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db
INSIDE = "rahasia-4471"
FAULTS: tuple[Callable[[], Exception], ...] = (
    lambda: RuntimeError(f"postgresql://satupintu:{INSIDE}@10.0.0.5/satupintu"),
    lambda: DataError("SELECT nik FROM people_applicant", INSIDE),
    lambda: FileNotFoundError(2, INSIDE, f"/var/lib/satupintu/{INSIDE}"),
)
TELLS = re.compile(
    rf"{INSIDE}|Traceback|RuntimeError|DataError|FileNotFound|\.py\b|site-packages|SELECT nik"
    r"|people_applicant|psycopg|postgres|[Dd]jango\.|/var/lib|, in \w+"
)
PLACE = {
    "number": "2026-000001-AAA", "service": "SKP-PENELITIAN", "token": "t" * 22, "kind": "192",
    "slug": "cara-mengajukan", "name": "komponen", "tab": "summary", "what": "minutes",
    "requirement": "ktp", "section": "a", "document": "permit", "level": "entries",
    "index": "000.p/1", "language": "id", "provider_id": "oidc", "code": "dpmptsp",
    "upload_id": "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11",
    "result": "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11",
}  # fmt: skip


class Anything(dict[str, Any]):
    """A value for every parameter: nothing is looked up before it breaks."""

    def __missing__(self, name: str) -> str:
        return "1"


def test_a_fault_in_any_address_shows_a_page_without_a_word_of_the_inside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every view breaks in three ways, for a stranger and for an officer."""
    resolve, fault, met = URLPattern.resolve, FAULTS[0], 0

    def breaks(*_: Any, **__: Any) -> Any:
        nonlocal met
        met += 1
        raise fault()

    def resolved(self: URLPattern, path: str) -> ResolverMatch | None:
        found = resolve(self, path)
        if found is not None:
            found.func = breaks
        return found

    monkeypatch.setattr(URLPattern, "resolve", resolved)
    visitors = [Client(raise_request_exception=False), stage.client_of(world, "kabid@dpmptsp")]
    routes = ours()
    for at, route in enumerate(routes):
        fault = FAULTS[at % len(FAULTS)]
        url = address(route, Anything(PLACE)).removesuffix("$")
        for prefix in ("", "/en"):
            for visitor in visitors:
                answer: Any = visitor.get(prefix + url)
                said = answer.content.decode(errors="replace")
                assert not TELLS.search(said), (url, TELLS.search(said), said[:300])
                assert not TELLS.search(str(answer.headers)), url
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], url
                assert answer.status_code in (301, 302, 401, 404, 500, 503), (url, answer)
    assert met > len(routes), "most addresses were really reached"
