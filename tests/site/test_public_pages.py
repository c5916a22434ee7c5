"""What the city tells everybody: services, guides, offices, reference data and disruptions."""

from __future__ import annotations

import gzip
import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from satupintu.catalogue import queries as catalogue
from satupintu.catalogue.models import Reference
from satupintu.offices import actions as offices
from satupintu.offices.queries import forget_calendars
from satupintu.people import queries as people
from tests.world import World

SERVICES = ["MAKAM", "PBG", "REKLAME-TETAP", "SIP-PERAWAT", "SKP-PENELITIAN"]
PAGES = [
    "/",
    "/layanan/",
    "/layanan/?q=tidakada",
    "/layanan/PBG/hitung/",
    *(f"/layanan/{code}/" for code in SERVICES),
    "/panduan/",
    "/panduan/cara-mengajukan/",
    "/panduan/cara-mengadu/",
    "/privasi/",
    "/aksesibilitas/",
    "/direktori/",
    "/data-acuan/",
    "/status/",
    "/lacak/",
]
HOUSE_ANSWERS = {
    "fungsi": "hunian_kecil",
    "kompleksitas": "sederhana",
    "permanensi": "permanen",
    "kegiatan": "baru",
    "kepemilikan": "perorangan_badan",
    "jml_lantai": "1",
    "lantai-0-nama": "Lantai 1",
    "lantai-0-luas": "72",
}


def read(answer: Any) -> str:
    """What a person reads in the main part of a page, with plain spaces."""
    body = answer.content.decode()
    inside = re.search(r"<main.*?</main>", body, re.DOTALL)
    words = re.sub(r"<title>.*?</title>", " ", inside[0] if inside else body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).replace("\u00a0", " ").split())


@pytest.fixture(autouse=True)
def _fresh_calendar() -> None:
    forget_calendars()


@pytest.mark.requirement("PLB-9-2", "PRB-7", "PLU-9-1", "BJM-6-4-a")
@pytest.mark.parametrize("address", PAGES)
def test_information_is_open_to_everybody_in_both_languages(
    world: World,
    client: Client,
    address: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for prefix, language in (("", "id"), ("/en", "en")):
        with django_assert_max_num_queries(12):
            answer = client.get(f"{prefix}{address}")
        body = answer.content.decode()
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in body
        assert body.count("<h1") == 1
        assert " style=" not in body
        assert not re.search(r" on[a-z]+=|<script>|<style", body)
        assert len(gzip.compress(answer.content, 6)) <= 14 * 1024
        assert not client.session.keys(), "nobody is asked to sign in, nobody is remembered"


@pytest.mark.parametrize(
    "address", ["/layanan/SIP-PERAWAT/", "/layanan/", "/direktori/", "/lacak/", "/status/", "/"]
)
def test_the_english_pages_are_english(world: World, client: Client, address: str) -> None:
    told = read(client.get(f"/en{address}"))
    # Names of offices and titles of laws stay as they are; these words are in neither.
    for word in ("hari kerja", "Biaya", "Gratis", "Persyaratan", "Langkah", "Layanan yang", "Anda"):
        assert word not in told, word


def test_titles_tell_pages_apart(world: World, client: Client) -> None:
    found = [
        re.search(r"<title>(.*?)</title>", client.get(one).content.decode(), re.DOTALL)
        for one in PAGES
    ]
    titles = [match[1].strip() for match in found if match]
    assert len(set(titles)) == len(PAGES)
    assert all(title.endswith("— Layanan Kota Metro") for title in titles)


@pytest.mark.requirement("PLU-3-3-e", "PLB-7-2-d")
@pytest.mark.parametrize("code", SERVICES)
def test_a_service_shows_all_six_components_of_its_standard(
    metro: None, client: Client, code: str
) -> None:
    version = catalogue.current_version(code)
    assert version is not None
    standard = catalogue.public_standard(version.definition)
    told = read(client.get(f"/layanan/{code}/"))

    for wanted in standard["requirements"]:
        assert catalogue.text(wanted["name"]) in told
    assert re.search(r"(PDF|JPG|PNG), paling besar \d+ MB", told)
    for step in standard["procedure"]:
        assert told.count(catalogue.text(step["name"])) >= 1
    assert f"Seluruhnya {standard['duration']['days']} hari kerja" in told
    assert "Paling lama 1 hari kerja" in told
    assert " ".join(standard["fee"].split()) in told
    assert standard["product"] in told
    assert standard["complaint"] in told
    assert version.definition["legal_basis"][0]["title"] in told
    assert "Cara lain mengajukan" in told
    assert f"Standar pelayanan versi {version.number}" in told


def test_who_does_a_step_is_a_role_in_an_office_and_no_person(world: World, client: Client) -> None:
    told = read(client.get("/layanan/SIP-PERAWAT/"))
    assert "Tim teknis, Dinas Kesehatan" in told
    assert "Petugas" not in re.sub(r"Petugas (mengisikan|loket|penyerahan)", "", told)


def test_the_way_is_drawn_for_eyes_and_told_for_ears(metro: None, client: Client) -> None:
    body = client.get("/layanan/PBG/").content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img"' in body
    assert "<desc>1. Verifikasi berkas" in body

    found = client.get("/layanan/PBG/proses.bpmn")
    assert found["Content-Type"].startswith("application/xml")
    assert b"Verifikasi berkas" in found.content


@pytest.mark.requirement("PLU-3-1")
def test_the_portal_offers_only_what_the_stage_of_a_service_allows(
    metro: None, client: Client
) -> None:
    online, assisted = client.get("/layanan/SIP-PERAWAT/"), client.get("/layanan/MAKAM/")
    assert "/permohonan/mulai/SIP-PERAWAT/" in online.content.decode()
    assert "/permohonan/mulai/MAKAM/" not in assisted.content.decode()
    assert "Layanan ini kami bantu di loket." in read(assisted)
    assert "SDM ✓ · jaringan ✓ · aplikasi ✓ · perangkat –" in read(assisted)


@pytest.mark.requirement("BJM-6-2-a")
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"q": "imb rumah"}, "Persetujuan Bangunan Gedung (PBG)"),
        ({"q": "mau bikin izin perawat"}, "Surat Izin Praktik Perawat (SIPP)"),
        ({"bidang": "pemakaman"}, "Izin Penggunaan Tanah Makam"),
        ({"cara": "counter"}, "Izin Penggunaan Tanah Makam"),
        ({"q": "penelitian", "biaya": "free"}, "Surat Keterangan Penelitian"),
    ],
)
def test_people_find_a_service_by_their_own_words_and_by_filters(
    metro: None, client: Client, asked: dict[str, str], first: str
) -> None:
    body = client.get("/layanan/", asked).content.decode()
    found = re.findall(r'class="c-card__link"[^>]*>([^<]+)<', body)
    assert found[0] == first


def test_a_search_without_a_find_says_what_to_do(metro: None, client: Client) -> None:
    told = read(client.get("/layanan/", {"q": "<b>roket</b>"}))
    assert "Tidak ada layanan yang cocok dengan “<b>roket</b>”." in told
    assert "Coba kata lain, atau lihat semua layanan" in told


def test_a_filter_refreshes_the_results_alone_and_says_how_many(
    metro: None, client: Client
) -> None:
    answer = client.get(
        "/layanan/", {"biaya": "free"}, headers={"HX-Request": "true", "HX-Target": "hasil"}
    )
    body = answer.content.decode()
    assert "<html" not in body
    assert "Ada 2 layanan</h2>" in body
    assert re.search(r'id="status"[^>]*hx-swap-oob="true">Ada 2 layanan<', body)


def test_unknown_services_filters_and_guides_do_no_harm(metro: None, client: Client) -> None:
    assert client.get("/layanan/TIDAK-ADA/").status_code == 404
    assert client.get("/layanan/SIP-PERAWAT/hitung/").status_code == 404, "it has no levy"
    assert client.get("/panduan/tidak-ada/").status_code == 404
    asked = {"bidang": "'; --", "biaya": "x", "after": "999999999"}
    assert client.get("/layanan/", asked).status_code == 200


@pytest.mark.requirement("BJM-6-2-a")
def test_anybody_works_out_the_levy_as_the_assessment_will(metro: None, client: Client) -> None:
    answer = client.get("/layanan/PBG/hitung/", {**HOUSE_ANSWERS, "hitung": "1"})
    told = read(answer)
    assert answer.status_code == 200
    assert "Perkiraan retribusi Rp 346.680" in told
    assert "(72 + 0) × 0,005 × 5.350.000 × 0,18 × 1" in told
    assert "Indeks terintegrasi 0,15 × 1,2 × 1 = 0,18" in told
    english = read(client.get("/en/layanan/PBG/hitung/", {**HOUSE_ANSWERS, "hitung": "1"}))
    assert "Estimated levy Rp 346.680" in english
    assert "Integrated index" in english


def test_a_mistake_in_the_calculator_is_named_and_what_was_typed_stays(
    metro: None, client: Client
) -> None:
    asked = {**HOUSE_ANSWERS, "jml_lantai": "40", "hitung": "1"}
    answer = client.get("/layanan/PBG/hitung/", asked)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Kesalahan:" in body
    assert 'href="#id_jml_lantai"' in body
    assert 'value="40"' in body
    assert 'value="72"' in body
    assert "Perkiraan retribusi" not in body


def test_the_calculator_takes_more_floors(metro: None, client: Client) -> None:
    for more in (
        client.get("/layanan/PBG/hitung/", {**HOUSE_ANSWERS, "_add": "lantai"}),
        client.post("/layanan/PBG/hitung/", {**HOUSE_ANSWERS, "_add": "lantai"}),
    ):
        assert more.status_code == 200
        assert 'name="lantai-1-luas"' in more.content.decode()
        assert 'value="72"' in more.content.decode()


@pytest.mark.requirement("PLU-3-3-f", "PLB-7-2-e")
def test_how_to_complain_is_one_step_from_the_home_page_and_from_every_service(
    metro: None, client: Client
) -> None:
    for address in ("/", "/layanan/SIP-PERAWAT/"):
        assert 'href="/panduan/cara-mengadu/"' in client.get(address).content.decode()
    told = read(client.get("/panduan/cara-mengadu/"))
    assert "lapor.go.id" in told
    assert "paling lambat 14 hari kerja" in told
    assert "{" not in told, "every placeholder was filled"


@pytest.mark.requirement("PLB-7-2-a", "PLB-8-1-d")
def test_guides_explain_how_to_use_the_service(metro: None, client: Client) -> None:
    overview = client.get("/panduan/").content.decode()
    for slug in ("cara-mengajukan", "cara-mengadu", "cara-verifikasi"):
        assert f'href="/panduan/{slug}/"' in overview
        assert "data-print" in client.get(f"/panduan/{slug}/").content.decode()
    assert "Sebelum mulai" in read(client.get("/panduan/cara-mengajukan/"))
    assert "Before you start" in read(client.get("/en/panduan/cara-mengajukan/"))
    assert "data-print" in client.get("/layanan/PBG/").content.decode()


@pytest.mark.requirement("PLB-7-2-b")
def test_the_directory_names_units_leaders_counters_and_hours(world: World, client: Client) -> None:
    told = read(client.get("/direktori/"))
    head = "Kepala Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Petugas dpmptsp kepala"
    assert head in told
    assert "Loket: Petugas Loket 1, Petugas Loket 2" in told
    assert "Senin sampai Kamis 08.00–15.30" in told
    assert "Dinas Kesehatan" in told
    assert "Kelurahan Imopuro" in told
    assert "dpmptsp verifikator-1" not in told, "only those who lead are named"
    assert "19800101" not in told


@pytest.mark.requirement("PLB-7-2-h")
def test_reference_data_are_public_and_versioned(metro: None, client: Client) -> None:
    version = catalogue.current_version("PBG")
    assert version is not None
    told = read(client.get("/data-acuan/"))
    assert version.digest[:16] in told
    assert "Imopuro 18.72.01.1003" in told
    assert "Pemakaman (1)" in told
    assert "Tahun Baru Masehi" in told


def test_the_home_page_says_whether_the_counter_is_open(metro: None, client: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 18, 3, 0, tzinfo=UTC), tick=False):  # Wed 10.00 WIB
        told = read(client.get("/"))
        assert "Sedang buka Rabu, 18 November 2026 Buka sampai pukul 15.30 WIB" in told
    with time_machine.travel(datetime(2026, 11, 20, 10, 0, tzinfo=UTC), tick=False):  # Fri 17.00
        assert "Buka lagi Senin, 23 November 2026 pukul 08.00 WIB" in read(client.get("/"))
    with time_machine.travel(datetime(2026, 11, 18, 0, 30, tzinfo=UTC), tick=False):  # Wed 07.30
        assert "Buka lagi Rabu, 18 November 2026 pukul 08.00 WIB" in read(client.get("/"))


def test_a_disruption_is_told_on_the_home_page_and_kept_on_the_status_page(
    world: World, client: Client
) -> None:
    now, head = timezone.now(), people.acting_as(world.by("kepala"), right="outage")
    assert "Semua layanan berjalan" in read(client.get("/status/"))
    offices.declare_outage(
        kind="outage",
        reason="Listrik pusat data padam.",
        started_at=now - timedelta(hours=1),
        by=head,
    )
    offices.declare_outage(
        kind="force_majeure",
        reason="Banjir di pusat kota.",
        started_at=now - timedelta(days=20),
        ended_at=now - timedelta(days=19),
        decision="Keputusan 1/2026",
        by=head,
    )

    assert "Listrik pusat data padam." in read(client.get("/"))
    assert "Banjir" not in read(client.get("/"))
    told = read(client.get("/status/"))
    assert told.startswith("Ada gangguan")
    assert told.index("Listrik pusat data") < told.index("Gangguan 90 hari terakhir")
    assert told.index("Gangguan 90 hari terakhir") < told.index("Banjir di pusat kota.")
    assert "dpmptsp" not in told, "who declared it is not the public's business"


def test_an_unchanged_page_is_not_sent_again(metro: None, client: Client) -> None:
    for address in ("/layanan/", "/layanan/PBG/", "/en/layanan/PBG/"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
    assert client.get("/layanan/PBG/")["ETag"] != client.get("/en/layanan/PBG/")["ETag"]

    kept = client.get("/layanan/PBG/")["ETag"]
    row = Reference.objects.get(kind="sectors")
    row.content["bangunan"]["id"] = "Bangunan"
    row.save()
    assert client.get("/layanan/PBG/", headers={"If-None-Match": kept}).status_code == 200


def test_who_is_signed_in_gets_their_own_page_and_nothing_is_kept(world: World) -> None:
    answer = world.applicant("siti").get("/layanan/PBG/")
    assert "ETag" not in answer
    assert answer["Cache-Control"] == "no-store"
    assert "Siti Rahayu" in answer.content.decode()


def test_a_page_that_is_kept_is_given_out_without_a_query_and_only_to_strangers(
    metro: None, client: Client, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.KEPT_SECONDS = 60
    first = client.get("/layanan/PBG/")
    with django_assert_num_queries(0):
        again = client.get("/layanan/PBG/")
        packed = client.get("/layanan/PBG/", headers={"If-None-Match": first["ETag"]})
    assert again.content == first.content
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert again["X-Request-Id"] != first["X-Request-Id"]
    assert packed.status_code == 304

    settings.KEPT_SECONDS = 0
    row = Reference.objects.get(kind="sectors")
    row.content["bangunan"]["id"] = "Bangunan"
    row.save()
    assert "Bangunan" in read(client.get("/layanan/PBG/"))
