"""The auditor's list, the words of events, and what anybody needs to check the seal."""

from __future__ import annotations

import html
import importlib
import re
import string
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import satupintu
from satupintu.cases.models import Case
from satupintu.journal import actions, queries
from satupintu.journal.events import Event
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from tests.cases import filling
from tests.world import World

NURSE = "SIP-PERAWAT"


def every_event(kind: type[Event] = Event) -> Iterator[type[Event]]:
    for path in Path(satupintu.__path__[0]).glob("*/events.py"):
        importlib.import_module(f"satupintu.{path.parent.name}.events")
    for child in kind.__subclasses__():
        if child.__module__.startswith("satupintu."):
            yield child
            yield from every_event(child)


def read(answer: Any) -> str:
    inside = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert inside
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside[0])).split())


def rows(answer: Any) -> list[str]:
    inside = re.search(r"<tbody>.*?</tbody>", answer.content.decode(), re.DOTALL)
    assert inside
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())
        for row in re.findall(r"<tr>.*?</tr>", inside[0], re.DOTALL)
    ]


def test_every_event_has_words_and_they_name_only_its_own_fields() -> None:
    known = {event.name(): event for event in every_event()}
    assert set(queries.SENTENCES) == known.keys() - {"cases.CaseEvent", "cases.TaskEvent"}
    for name, sentences in queries.SENTENCES.items():
        own = {field.name for field in fields(known[name])}
        for sentence in sentences:
            assert {part for _, part, _, _ in string.Formatter().parse(sentence) if part} <= own


NAMED = (
    r'subject ?= ?f?"([a-z_-]+)[:"]',
    r'subject ?= ?.* else "([a-z_-]+)"',
    r'return f"([a-z_-]+):\{self\.pk\}"',
)
READ = r'(?:what=f?|seen\(.*)"([a-z_]+)[:"]'


def test_every_subject_and_everything_read_has_words() -> None:
    source = "".join(path.read_text() for path in Path(satupintu.__path__[0]).rglob("*.py"))
    subjects = {one for pattern in NAMED for one in re.findall(pattern, source)}
    assert {"staff", "access", "sign-in", "signing-key"} <= subjects
    assert not {one for one in subjects if queries.words_of_subject(one)["id"] == one}
    read = set(re.findall(READ, source))
    assert {"access_list", "register"} <= read
    assert all(queries.words_of_value(one) for one in read)
    assert queries.words_of_subject("refusal:case:12")["id"] == "Penolakan: Permohonan 12"


@pytest.fixture
def auditor(world: World) -> Client:
    return world.desk("pengawas")


@pytest.fixture
def sent(world: World) -> Case:
    return filling.send(world.applicant("siti"), NURSE, world.applicants["siti"].pk)


def test_an_auditor_reads_what_happened_in_words(
    auditor: Client, sent: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        answer = auditor.get("/jejak/")
    newest = rows(answer)
    assert len(newest) == 50
    assert any(
        f"Permohonan {sent.number} dikirim" in row
        and "Siti Rahayu" in row
        and row.endswith("laman")
        for row in newest
    )
    assert any("Berkas ktp diunggah" in row for row in newest)
    english = rows(auditor.get("/en/jejak/"))
    assert any(f"Application {sent.number} sent" in row for row in english)


def test_the_list_is_narrowed_by_case_event_person_and_day(
    auditor: Client, world: World, sent: Case
) -> None:
    by_number = rows(auditor.get("/jejak/", {"objek": str(sent.number)}))
    assert by_number
    assert all(f"Permohonan {sent.pk}" in row for row in by_number)
    assert rows(auditor.get("/jejak/", {"objek": sent.subject})) == by_number

    found = auditor.get("/jejak/", {"peristiwa": "cases.CaseSubmitted"})
    assert len(rows(found)) == 1
    assert "Peristiwa: Permohonan … dikirim" in read(found)

    siti = world.applicants["siti"].account_id
    assert all("Siti Rahayu" in row for row in rows(auditor.get("/jejak/", {"akun": str(siti)})))
    today = offices.today().isoformat()
    assert "Siti" in " ".join(rows(auditor.get("/jejak/", {"dari": today, "sampai": today})))
    nothing = ["Tidak ada peristiwa dengan saringan ini."]
    assert rows(auditor.get("/jejak/", {"sampai": "2020-01-01"})) == nothing
    assert rows(auditor.get("/jejak/", {"objek": "2026-999999-XXX"})) == nothing


def test_pages_follow_each_other_without_gap_or_repeat(auditor: Client, sent: Case) -> None:
    seen: list[int] = []
    address = "/jejak/"
    for _ in range(20):
        body = auditor.get(address).content.decode()
        seen += [int(key) for key in re.findall(r">#(\d+)<", body)]
        more = re.search(r'rel="next" href="([^"]+)"', body)
        if more is None:
            break
        address = f"/jejak/{html.unescape(more[1])}"
    assert seen == list(Entry.objects.order_by("-id").values_list("id", flat=True))


def test_broken_filters_do_no_harm(auditor: Client) -> None:
    asked = {"dari": "31-31-2026", "sampai": "9999-12-31", "akun": "x", "after": "9" * 40}
    assert auditor.get("/jejak/", asked).status_code == 200


def test_only_the_right_to_audit_opens_the_list(world: World, client: Client) -> None:
    assert client.get("/jejak/").status_code == 302
    assert world.applicant("siti").get("/jejak/").status_code == 403
    assert world.desk("kepala").get("/jejak/").status_code == 403


def test_the_auditor_sees_how_far_the_journal_is_sealed(auditor: Client, sent: Case) -> None:
    assert "Belum disegel" in read(auditor.get("/jejak/"))
    sealed = actions.seal()
    told = read(auditor.get("/jejak/"))
    assert "Tersegel, stempel waktu luar belum ada" in told
    assert f"Baris tersegel {sealed}" in told
    newest = queries.checkpoint()
    assert newest
    actions.keep_timestamp(newest.pk, b"token")
    assert "Tersegel dan berstempel waktu" in read(auditor.get("/jejak/"))


def test_anybody_may_keep_the_signed_checkpoint_and_its_key(client: Client, metro: None) -> None:
    assert client.get("/jejak/checkpoint").status_code == 404
    actions.seal()
    newest = queries.checkpoint()
    assert newest
    kept = client.get("/jejak/checkpoint")
    assert kept["Content-Type"] == "text/plain; charset=utf-8"
    assert kept.content.decode() == newest.note
    assert client.get("/jejak/kunci").content.decode().strip() == queries.verifier_key()


def test_the_history_of_a_case_is_told_in_words_with_names(world: World, sent: Case) -> None:
    told = rows(world.desk("verifikator-1").get(f"/berkas/{sent.number}/history/"))
    assert any(row.endswith(f"Permohonan {sent.number} dikirim Siti Rahayu laman") for row in told)
    assert any("Data terlindungi dibuka: permohonan Petugas" in row for row in told)
