"""More people than the house has room for: everybody is answered, and afterwards all is well."""

from __future__ import annotations

import contextlib
import gzip
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as django_settings

from tests.journeys.rivals import at_once
from tests.serving import Connection, Web, surroundings, web
from tests.site.test_graceful import Lock
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER = {"/layanan/", "/verifikasi/", "/lacak/", "/api/v1/services"}
ROLE = "of_the_storm"


class Answer(NamedTuple):
    status: int
    retry_after: str
    text: str


def ask(served: Web, path: str, cookie: str) -> Answer:
    with contextlib.closing(Connection(served.socket)) as link:
        link.request("GET", path, headers={"Cookie": f"satupintu={cookie}"})
        answer = link.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, answer.headers.get("Retry-After", ""), text)


def visits(cookie: str) -> list[tuple[str, str]]:
    """Strangers, and an officer's work list."""
    return [(path, "") for path in sorted(STRANGER) for _ in range(4)] + [("/tugas/", cookie)] * 4


def storm(served: Web, cookie: str) -> list[Answer]:
    """Twenty at once."""
    return at_once(partial(ask, served, *one) for one in visits(cookie))


def refused_politely(answers: list[Answer]) -> Counter[int]:
    for one in answers:
        assert one.status in (200, 503), one.text[:500]
        if one.status == 503:
            assert one.retry_after
            assert "Traceback" not in one.text
    return Counter(one.status for one in answers)


@pytest.fixture
def few_connections(world: World) -> Iterator[str]:
    """The address of the database for a role that may hold one connection."""
    with psycopg.connect(surroundings()["DATABASE_URL"], autocommit=True) as link:
        link.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}' CONNECTION LIMIT 1")
        link.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}")
        link.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        parts = urlsplit(surroundings()["DATABASE_URL"])
        host = parts.netloc.rpartition("@")[2]
        yield urlunsplit(parts._replace(netloc=f"{ROLE}:{ROLE}@{host}"))
        link.execute(f"DROP OWNED BY {ROLE}")
        link.execute(f"DROP ROLE {ROLE}")


def cookie_of(world: World) -> str:
    return str(world.desk("verifikator-1").cookies["satupintu"].value)


def test_without_a_free_connection_everybody_is_answered_and_then_all_is_well(
    few_connections: str, world: World, tmp_path: Path
) -> None:
    cookie = cookie_of(world)
    told = {"DATABASE_URL": few_connections, "SATUPINTU_SECRET_KEY": django_settings.SECRET_KEY}
    with (
        psycopg.connect(few_connections) as the_only_one,
        web(tmp_path, workers=1, threads=8, **told) as served,
    ):
        assert refused_politely(storm(served, cookie)) == {503: 20}
        the_only_one.close()
        with psycopg.connect(surroundings()["DATABASE_URL"], autocommit=True) as link:
            link.execute(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")
        assert refused_politely(storm(served, cookie)) == {200: 20}


@pytest.mark.parametrize("language", ["", "/en"], ids=["id", "en"])
def test_without_a_database_a_check_says_that_it_could_not_look_and_not_that_it_found_nothing(
    few_connections: str, world: World, tmp_path: Path, language: str
) -> None:
    token = "t" * 32
    from_nginx = {"X-Forwarded-For": "192.0.2.7"}
    form = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    typed = f"csrfmiddlewaretoken={token}&number=503/1/2026"
    told = {"DATABASE_URL": few_connections, "SATUPINTU_PROXIES": "1"}
    wanted: tuple[tuple[Any, ...], ...] = (
        ("GET", f"{language}/v/tidakadatokensepertiini/", None, from_nginx),
        ("POST", f"{language}/verifikasi/", typed, form | from_nginx),
    )
    with (
        psycopg.connect(few_connections),
        web(tmp_path, workers=1, threads=2, **told) as served,
    ):
        for asked in wanted:
            with contextlib.closing(Connection(served.socket)) as link:
                link.request(*asked)
                answer = link.getresponse()
                body = answer.read()
            said = ("Cannot be checked now", "does not mean that the document is false")
            if not language:
                said = ("Belum bisa diperiksa", "Ini bukan berarti dokumen palsu")
            assert answer.status == 503
            assert all(words in body.decode() for words in said)
            assert len(gzip.compress(body, 6)) <= 15 * 1024


def test_a_database_that_stands_still_holds_nobody_for_ever(world: World, tmp_path: Path) -> None:
    """As deploy/ starts the web process, with less patience."""
    cookie = cookie_of(world)
    told = {
        "PGOPTIONS": "-c lock_timeout=100ms -c statement_timeout=60s",
        "SATUPINTU_SECRET_KEY": django_settings.SECRET_KEY,
    }
    with web(tmp_path, workers=1, threads=2, **told) as served:
        with Lock("offices_city"), Lock("catalogue_service"):
            found = refused_politely(storm(served, cookie))
            assert found[503]
            assert served.ask("/sehat/") == (200, "ok")
        # One after the other: so little patience is not meant for a crowd.
        later = [ask(served, *one) for one in visits(cookie)]
        assert refused_politely(later) == {200: 20}
