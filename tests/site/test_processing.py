"""The register of processing, and what the public reads of it (UU 27/2022 art. 31)."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from satupintu.api.models import Client as System
from satupintu.offices import queries as offices
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)


def lines(client: Client) -> list[dict[str, str]]:
    file = client.get(reverse("processing_csv"))
    assert file.headers["Content-Disposition"].startswith("attachment")
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_register_says_of_every_service_what_for_what_by_whom_and_how_long(
    world: World,
) -> None:
    auditor = world.browser(world.officer("pengawas"))
    page = auditor.get(reverse("processing")).content.decode()
    assert "Surat Izin Praktik Perawat" in page
    assert "10 tahun" in page

    one = auditor.get(reverse("processing"), {"layanan": "SIP-PERAWAT"}).content.decode()
    for words in ("NIK", "Memastikan siapa yang dilayani", "huruf c", "Verifikator", "Dinas Kes"):
        assert words in one, words

    rows = lines(auditor)
    [nik] = [r for r in rows if (r["kode layanan"], r["data"]) == ("SIP-PERAWAT", "NIK")]
    assert (nik["golongan"], nik["jenis"], nik["lama disimpan"]) == ("umum", "isian", "10 tahun")
    assert "Dinas Kesehatan" in nik["penerima"]
    assert "Kepala" in nik["dilihat oleh"]
    assert {r["kode layanan"] for r in rows} == {
        "MAKAM", "PBG", "REKLAME-TETAP", "SIP-PERAWAT", "SKP-PENELITIAN",
    }  # fmt: skip
    assert any(r["jenis"] == "berkas" and r["golongan"] == "spesifik" for r in rows)


def test_another_system_that_is_let_in_is_a_recipient(world: World) -> None:
    System.objects.create(
        name="Portal provinsi", office=offices.office("dpmptsp"), scopes=["webhooks"],
        per_minute=10, ends_on=offices.today(), made_by=world.officer("administrator"),
    )  # fmt: skip
    rows = lines(world.browser(world.officer("pengawas")))
    assert all("Portal provinsi (sistem luar)" in row["penerima"] for row in rows)


def test_an_officer_without_the_duty_does_not_get_the_register(world: World) -> None:
    clerk = world.browser(world.officer("verifikator-1"))
    assert clerk.get(reverse("processing")).status_code == 403
    assert clerk.get(reverse("processing_csv")).status_code == 403


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("/en", ("Personal data we ask for", "(specific data)", "Kept for 10 years after")),
        (
            "",
            (
                "Data pribadi yang diminta",
                "Memastikan siapa yang dilayani",
                "Surat keterangan kematian (data spesifik)",
                "Disimpan 10 tahun setelah permohonan selesai",
                "lembaga kearsipan kota",
            ),
        ),
    ],
)
def test_the_public_reads_on_each_service_what_is_asked_for_and_how_long_it_stays(
    world: World, client: Client, prefix: str, words: tuple[str, ...]
) -> None:
    page = " ".join(client.get(f"{prefix}/layanan/MAKAM/").content.decode().split())
    for one in words:
        assert one in page, one
