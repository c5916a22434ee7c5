"""Anybody with the number of an application sees where it stands, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from satupintu.cases.actions import review, submission
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.lib import numbers
from tests.cases import filling
from tests.cases.test_applicant_pages import text, title
from tests.world import World

NURSE = "SIP-PERAWAT"


@pytest.fixture
def sent(world: World) -> Case:
    return filling.send(world.applicant("siti"), NURSE, world.applicants["siti"].pk)


def track(client: Client, number: object, prefix: str = "") -> Any:
    return client.post(f"{prefix}/lacak/", {"nomor": str(number)})


@pytest.mark.requirement("PLU-3-3-e", "PLB-7-2-d", "PLB-7-3-c")
def test_the_number_shows_the_step_since_when_and_the_target(client: Client, sent: Case) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = track(client, sent.number)
    told = text(answer)

    assert answer.status_code == 200
    assert len(asked) <= 9
    assert "Surat Izin Praktik Perawat (SIPP)" in told
    assert "Status Diperiksa" in told
    assert re.search(r"Selesai paling lambat \w+, \d{1,2} \w+ \d{4}", told)
    now = (
        r"Verifikasi berkas \(sekarang\) Sejak \d{1,2} \w+ \d{4} pukul \d\d\.\d\d WIB Paling lambat"
    )
    assert re.search(now, told)
    assert "Tanda tangan kepala dinas (berikutnya)" in told
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_it_tells_nothing_about_anybody(world: World, client: Client, sent: Case) -> None:
    for prefix in ("", "/en"):
        body = track(client, sent.number, prefix).content.decode()
        applicant = world.applicants["siti"]
        for secret in (applicant.name, applicant.nik, applicant.phone, "Petugas dpmptsp", "STR-"):
            assert secret not in body
        assert f"/permohonan/{sent.pk}/" not in body


def test_the_receipts_qr_leads_straight_to_the_page(client: Client, sent: Case) -> None:
    assert "Status Diperiksa" in text(client.get("/lacak/", {"nomor": str(sent.number)}))


@pytest.mark.parametrize("change", [str.lower, lambda n: f" {n} ", lambda n: n.replace("0", "O")])
def test_how_a_number_is_typed_does_not_matter(client: Client, sent: Case, change: Any) -> None:
    assert track(client, change(str(sent.number))).status_code == 200


def test_unknown_and_impossible_numbers_get_the_same_answer(
    client: Client, sent: Case, settings: Any
) -> None:
    never_given = numbers.case_number(2026, 999_999, settings.SECRET_KEY)
    answers = [track(client, one) for one in (never_given, "2026-000001-XXX", "halo", "1" * 500)]
    assert {answer.status_code for answer in answers} == {404}
    assert {title(answer) for answer in answers} == {
        "Kesalahan: Lacak permohonan — Layanan Kota Metro"
    }
    for answer in answers:
        assert "Nomor ini tidak kami temukan. Periksa lagi huruf dan angkanya" in text(answer)


def test_an_empty_number_is_asked_for(client: Client, metro: None) -> None:
    answer = track(client, " ")
    assert answer.status_code == 422
    assert "Isi nomor permohonan" in text(answer)
    assert "Give the number" in text(track(client, "", "/en"))


def test_who_tries_number_after_number_has_to_wait(client: Client, metro: None) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 3, 0, 18, tzinfo=UTC), tick=False):
        codes = [track(client, f"2026-{n:06}-ABC").status_code for n in range(30)]
        waits = track(client, "2026-000031-ABC")
    assert codes == [404] * 30
    assert waits.status_code == 429
    assert waits.headers["Retry-After"] == "60"
    assert "Coba lagi 60 detik lagi" in text(waits)


def test_a_pause_is_told_without_its_reason_in_detail(
    world: World, client: Client, sent: Case
) -> None:
    review.ask_correction(
        sent.tasks.get(status="open").pk,
        items=[{"kind": "requirement", "code": "str", "reason": "Masa berlaku STR terlewat."}],
        note="",
        version=Case.objects.get(pk=sent.pk).version,
        by=world.by("verifikator-1"),
    )
    told = text(track(client, sent.number))
    assert "Status Perlu perbaikan" in told
    assert "Jam layanan berhenti sampai perbaikan dikirim." in told
    assert re.search(r"Menunggu pemohon: \d{1,2} \w+ \d{4} pukul \d\d\.\d\d WIB – sekarang", told)
    assert "terlewat" not in told


def test_a_case_that_ended_says_how(world: World, client: Client, sent: Case) -> None:
    submission.withdraw(
        sent.pk, reason="Pindah kota", by=By(world.applicants["siti"].account_id, "web")
    )
    told = text(track(client, sent.number))
    assert "Status Ditarik pemohon" in told
    assert "Pindah kota" not in told


def test_its_owner_is_led_to_the_application(world: World, sent: Case) -> None:
    own = track(world.applicant("siti"), sent.number)
    assert f'href="/permohonan/{sent.pk}/"' in own.content.decode()
    other = track(world.applicant("bambang"), sent.number)
    assert f'href="/permohonan/{sent.pk}/"' not in other.content.decode()
