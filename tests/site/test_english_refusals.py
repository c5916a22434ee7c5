"""On English pages also what went wrong is said in English."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.cases.actions import review
from satupintu.cases.models import Case
from satupintu.catalogue.packs.checker import examined
from satupintu.lib import fields
from satupintu.lib.errors import Text
from tests.cases import filling
from tests.packs.workshop import PACKS
from tests.world import ROOT, World

INDONESIAN = re.compile(
    r"\b(anda|atau|belum|berkas|centang|dan|dengan|dulu|harus|hanya|ini|isi|lengkapi|misalnya|"
    r"nomor|paling|pilih|sudah|tandai|tidak|tulis|unggah|yang)\b",
    re.IGNORECASE,
)
# Rooms whose every refusal an applicant or the public can meet.
MET_BY_EVERYBODY = (
    "lib/fields",
    "lib/identity.py",
    "lib/money.py",
    "files",
    "cases/actions/drafts.py",
    "cases/actions/submission.py",
    "cases/access.py",
    "cases/web/applicant",
    "cases/web/posted.py",
    "people/actions/applicants.py",
    "people/access.py",
    "workflow/engine.py",
)
JUNK = {
    "table": [{}, {"x": "?"}],
    "geo": {"lat": "0", "lon": "0"},
    "number": "72,x",
    "date": "31-2",
}


def said(answer: Any) -> list[str]:
    """The sentences about what is wrong: the summary and beside the fields."""
    page = answer.content.decode()
    summary = re.findall(r'<div class="c-errors".*?</div>\s*</div>', page, re.DOTALL)
    beside = re.findall(r'<p class="c-field__error".*?</p>', page, re.DOTALL)
    texts = (re.sub(r"<[^>]+>", " ", one) for one in summary + beside)
    return [" ".join(html.unescape(one).split()) for one in texts]


def assert_english(answer: Any, *, status: int = 422) -> None:
    assert answer.status_code == status
    sentences = said(answer)
    assert sentences
    assert [one for one in sentences if INDONESIAN.search(one)] == []


def every_field() -> Iterator[dict[str, Any]]:
    for city in sorted(path.parent for path in PACKS.glob("*/city.yaml")):
        pack, _ = examined(city)
        for definition in pack.definitions():
            for section in definition["sections"]:
                yield from ({**one, "when": "true"} for one in section["fields"])


def test_every_mistake_in_every_form_of_every_pack_is_said_in_english_too() -> None:
    seen = set()
    for field in every_field():
        for raw in (None, JUNK.get(field["type"], "?"), "9" * 5000, "-1"):
            _, errors = fields.clean([field], {field["code"]: raw}, facts={})
            for sentence in errors.values():
                assert isinstance(sentence, Text)
                assert not INDONESIAN.search(sentence.en), (field["code"], sentence.en)
                seen.add(field["type"])
    assert len(seen) > 8


def test_no_refusal_that_everybody_can_meet_is_in_indonesian_only() -> None:
    """Refused("…") or Refused(f"…") says it in one language; Refused(both("…", "…")) in two."""
    found = []
    for room in MET_BY_EVERYBODY:
        path = ROOT / "satupintu" / room
        for file in [path] if path.suffix else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                    continue
                words = node.exc.args
                if len(words) == 1 and isinstance(words[0], ast.Constant | ast.JoinedStr):
                    text = ast.unparse(words[0])
                    if INDONESIAN.search(text):
                        found.append(f"{file.name}:{node.lineno} {text}")
    assert found == []


@pytest.fixture
def siti(world: World) -> Client:
    return world.applicant("siti")


@pytest.fixture
def own(world: World) -> int:
    return int(world.applicants["siti"].pk)


def test_a_page_of_the_form_says_its_mistakes_in_english(siti: Client, own: int) -> None:
    case = filling.begin(siti, "SIP-PERAWAT", own)
    draft = f"/en/permohonan/draf/{case.pk}/"

    for section in case.definition["sections"]:
        codes = [field["code"] for field in section["fields"]]
        junk = {**dict.fromkeys(codes, "?"), "_seen": codes}
        assert_english(siti.post(f"{draft}bagian/{section['code']}/", junk))
    assert_english(siti.post(f"{draft}kirim/", {"truth": "true"}))
    assert_english(siti.post(f"{draft}berkas/ijazah/", {}))
    assert_english(
        siti.post(f"{draft}berkas/ijazah/", {"file": SimpleUploadedFile("a.pdf", b"rusak")})
    )
    indonesian = siti.post(f"{draft}kirim/".removeprefix("/en"), {"truth": "true"})
    assert any("Unggah ijazah" in sentence for sentence in said(indonesian))


def test_sending_and_starting_are_refused_in_english(world: World, siti: Client, own: int) -> None:
    start = "/en/permohonan/mulai/SIP-PERAWAT/"
    assert_english(siti.post(start, {"request_type": "baru"}))
    assert_english(siti.post(start, {"applicant": own, "request_type": "?"}))
    case = filling.complete(siti, "SIP-PERAWAT", own)
    assert_english(siti.post(f"/en/permohonan/draf/{case.pk}/kirim/", {}))


def test_corrections_and_messages_are_refused_in_english(
    world: World, siti: Client, own: int
) -> None:
    case = filling.send(siti, "SIP-PERAWAT", own)
    review.ask_correction(
        case.tasks.get(status="open").pk,
        items=[{"kind": "requirement", "code": "ijazah", "reason": "Buram"}],
        note="",
        version=Case.objects.get(pk=case.pk).version,
        by=world.by("verifikator-1"),
    )
    page = f"/en/permohonan/{case.pk}/"

    assert_english(siti.post(f"{page}perbaikan/", {}))
    assert_english(siti.post(f"{page}perbaikan/", {"confirmed": "true"}))
    assert_english(siti.post(f"{page}pesan/", {"body": "", "key": "0" * 32}))
    refused = siti.post(f"/en/permohonan/draf/{case.pk}/berkas/ktp/", {"file": filling.pdf()})
    assert refused.status_code == 409
    assert "Nobody asked to correct this part." in refused.content.decode()


def test_strangers_to_an_office_are_told_in_english_who_may_enter(siti: Client) -> None:
    refused = siti.get("/en/loket/")

    assert refused.status_code == 403
    assert "Only an officer who may take applications at the counter may do this" in (
        refused.content.decode()
    )


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/en/lacak/", {"nomor": ""}),
        ("/en/lacak/", {"nomor": "2026-000001-AAA"}),
        ("/en/verifikasi/", {}),
        ("/en/akun/signup/", {}),
        ("/en/akun/signup/", {"contact": "0812", "name": "?", "password1": "1"}),
    ],
)
def test_the_public_is_refused_in_english(
    metro: None, client: Client, address: str, data: dict[str, str]
) -> None:
    answer = client.post(address, data)

    assert answer.status_code in (200, 404, 422)
    assert_english(answer, status=answer.status_code)


def test_the_calculator_says_in_english_what_it_needs(metro: None, client: Client) -> None:
    answer = client.get("/en/layanan/PBG/hitung/", {"hitung": "1", "luas": "?"})
    assert_english(answer, status=answer.status_code)


def test_a_person_is_told_in_english_what_is_wrong_with_their_details(siti: Client) -> None:
    answer = siti.post("/en/akun/profil/", {"name": "Siti", "nik": "12", "phone": "1"})
    assert_english(answer, status=answer.status_code)
