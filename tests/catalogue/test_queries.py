"""Finding services, texts and pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from satupintu.catalogue import actions, queries
from satupintu.journal.events import By
from tests.packs.workshop import PACKS


@pytest.fixture(scope="module")
def _metro(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        actions.load_pack(PACKS / "metro", by=By(None, "command"))
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_metro")]


def codes(**filters: Any) -> list[str]:
    return [service.code for service in queries.services(**filters)]


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("perawat", "SIP-PERAWAT"),
        ("izin praktek", "SIP-PERAWAT"),
        ("mau bangun rumah", "PBG"),
        ("imb", "PBG"),
        ("kuburan", "MAKAM"),
        ("papan nama toko", "REKLAME-TETAP"),
        ("skripsi", "SKP-PENELITIAN"),
        ("penelit", "SKP-PENELITIAN"),
        ("nurse", "SIP-PERAWAT"),
        ("izin kuburan murah", "MAKAM"),
    ],
)
def test_people_find_a_service_with_their_own_words(search: str, first: str) -> None:
    assert codes(search=search)[0] == first


@pytest.mark.parametrize(
    "search", ["", "   ", "?!", "a & b | !", "'; DROP TABLE x; --", "(" * 300, ":*", "\\"]
)
def test_no_search_text_breaks_the_list(search: str) -> None:
    assert isinstance(codes(search=search), list)


def test_a_search_without_a_match_is_empty() -> None:
    assert codes(search="zzzz") == []


def test_services_are_filtered() -> None:
    assert codes(sector="kesehatan") == ["SIP-PERAWAT"]
    assert set(codes(applicant="company")) == {"SKP-PENELITIAN", "REKLAME-TETAP", "PBG"}
    assert codes(channel="counter") == ["MAKAM"]
    assert set(codes(fee="free")) == {"SIP-PERAWAT", "SKP-PENELITIAN"}
    assert "MAKAM" not in codes(popular=True)
    assert codes(search="izin", sector="pemakaman") == ["MAKAM"]


def test_a_list_takes_at_most_two_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(2):
        list(queries.services(search="izin praktik"))
    with django_assert_max_num_queries(1):
        list(queries.services(sector="kesehatan"))


def test_sectors_are_counted() -> None:
    assert [(row["code"], row["count"]) for row in queries.sectors()] == [
        ("bangunan", 1), ("kesbangpol", 1), ("kesehatan", 1), ("pemakaman", 1), ("reklame", 1),
    ]  # fmt: skip


def test_a_message_comes_in_the_language_asked_for() -> None:
    assert queries.message("paid", "id")["inbox"].startswith("Pembayaran")
    assert queries.message("paid", "en")["email"]["subject"].startswith("We received")
    assert queries.message("withdrawn", "id")["sms"] is None
    with pytest.raises(KeyError):
        queries.message("unknown")


def test_a_page_is_plain_html_with_the_facts_of_the_city() -> None:
    page = queries.page("cara-mengadu", "id")
    assert page is not None
    assert page.title == "Cara mengadu"
    assert "<table>" in page.html
    assert "<h1>" not in page.html
    assert "dpmptsp@metro.example" in page.html
    assert queries.page("cara-mengadu", "en").language == "en"  # type: ignore[union-attr]
    assert queries.page("tidak-ada") is None
    assert {"aksesibilitas", "cara-mengajukan", "cara-verifikasi", "pernyataan", "privasi"} <= set(
        queries.pages()
    )


def test_the_six_public_components_are_there_for_every_service() -> None:
    for service in queries.services():
        version = queries.current_version(service.code)
        assert version is not None
        for language in ("id", "en"):
            standard = queries.public_standard(version.definition, language)
            assert all(
                standard[key]
                for key in ("requirements", "procedure", "fee", "product", "complaint")
            )
            assert standard["duration"]["days"] > 0


def test_a_stored_sample_can_be_sent_as_a_case() -> None:
    version = queries.current_version("SIP-PERAWAT")
    assert version is not None
    sample = queries.sample(version.definition)
    assert sample["answers"]["nama"] == "Siti Rahayu"
    assert sample["files"] == ["ktp", "str", "ijazah", "ket_faskes", "foto"]
