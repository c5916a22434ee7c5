"""Nobody sends more than a person fills in, or faster than an office asks."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.test import Client

from tests.attacks.test_framing import LAST, answers
from tests.fronting import fronted, line
from tests.serving import web

EDGE = "--edge"


def parts(names: Iterable[str]) -> bytes:
    lines = [f"{EDGE}\r\nContent-Disposition: form-data; {name}\r\n\r\n1\r\n" for name in names]
    return ("".join(lines) + f"{EDGE}--\r\n").encode()


PLAIN, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"
BODIES = {
    "fields": (PLAIN, b"a=1&" * 100_000),
    "one long answer": (PLAIN, b"a=" + b"x" * 3_000_000),
    "parts": (PARTS, parts(f'name="a{n}"' for n in range(10_000))),
    "files": (PARTS, parts(f'name="a{n}"; filename="a"' for n in range(10_000))),
    "one long part": (PARTS, parts(['name="a"']).replace(b"1", b"x" * 3_000_000)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/akun/login/", "/lacak/", "/verifikasi/"])
@pytest.mark.parametrize("kind", BODIES)
def test_a_form_larger_than_anybody_fills_in_is_refused(page: str, kind: str) -> None:
    content_type, body = BODIES[kind]
    answer = Client().post(page, body, content_type=content_type)
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_the_proxy_refuses_who_asks_too_fast(tmp_path: Path) -> None:
    patient = {"zone=pages:10m rate=100r/s": "zone=pages:10m rate=1r/m"}
    patient["zone=pages burst=500"] = "zone=pages burst=4"
    told = []
    with web(tmp_path, workers=1) as served, fronted(served, tmp_path, changed=patient) as front:
        for _ in range(8):
            with line(front, tls=True) as connection:
                told += [status for status, _ in answers(connection, LAST)]
    assert told == [200] * 5 + [429] * 3
