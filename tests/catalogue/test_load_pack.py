"""Packs become services with versions that never change."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from satupintu.catalogue import actions, queries
from satupintu.catalogue.models import Reference, Service, ServiceVersion
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.offices.models import City
from tests.packs.workshop import PACKS, copy_of, spoil

COMMAND = By(None, "command")
SIP = "services/sip-perawat.yaml"

pytestmark = pytest.mark.django_db


@pytest.fixture
def metro(tmp_path: Path) -> Path:
    return copy_of("metro", tmp_path)


def test_a_pack_brings_city_posts_and_services() -> None:
    published = actions.load_pack(PACKS / "metro", by=COMMAND)
    assert {version.service.code: version.number for version in published} == {
        "MAKAM": 1, "PBG": 1, "REKLAME-TETAP": 1, "SIP-PERAWAT": 1, "SKP-PENELITIAN": 1,
    }  # fmt: skip
    assert City.objects.get().name == "Kota Metro"
    assert offices.post("dpmptsp", "kepala").role.code == "kepala_dinas"
    assert Entry.objects.filter(event="catalogue.ServicePublished").count() == 5


def test_loading_twice_makes_no_new_version(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    entries = Entry.objects.exclude(event="offices.OfficesLoaded").count()
    assert actions.load_pack(metro, by=COMMAND) == []
    assert ServiceVersion.objects.count() == 5
    assert Entry.objects.exclude(event="offices.OfficesLoaded").count() == entries


@pytest.mark.requirement("PLU-8-2-b")
def test_a_change_makes_version_two_and_the_old_one_stays(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    before = queries.current_version("SIP-PERAWAT")
    assert before is not None
    spoil(metro, SIP, "clock: {days: 9", "clock: {days: 10")
    published = actions.load_pack(metro, by=COMMAND)
    assert [(version.service.code, version.number) for version in published] == [("SIP-PERAWAT", 2)]
    now = queries.current_version("SIP-PERAWAT")
    assert now is not None
    assert now.definition["clock"]["days"] == 10
    assert queries.version(before.pk).definition["clock"]["days"] == 9
    assert [version.number for version in queries.versions("SIP-PERAWAT")] == [2, 1]
    assert queries.service("SIP-PERAWAT").days == 10


def test_going_back_to_an_old_text_is_a_new_version(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    spoil(metro, SIP, "clock: {days: 9", "clock: {days: 10")
    actions.load_pack(metro, by=COMMAND)
    spoil(metro, SIP, "clock: {days: 10", "clock: {days: 9")
    (version,) = actions.load_pack(metro, by=COMMAND)
    assert version.number == 3


def test_a_shared_template_change_reaches_every_service_as_a_new_version(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    path = metro.parent / "base" / "documents" / "base.typ"
    path.write_text(path.read_text(encoding="utf-8") + "\n// baru\n", encoding="utf-8")
    assert len(actions.load_pack(metro, by=COMMAND)) == 5


def test_a_corrected_message_needs_no_new_version(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    spoil(
        metro,
        "../base/messages/applicant.yaml",
        "sudah kami terima. Kami periksa",
        "telah kami terima. Kami periksa",
    )
    assert actions.load_pack(metro, by=COMMAND) == []
    assert "telah kami terima" in queries.message("submitted")["inbox"]


def test_a_broken_pack_loads_nothing(metro: Path) -> None:
    spoil(metro, "services/pbg.yaml", "role: penetap", "role: penentu")
    with pytest.raises(actions.PackRefused) as refused:
        actions.load_pack(metro, by=COMMAND)
    assert "penentu" in refused.value.problems[0].message
    for model in (City, Service, ServiceVersion, Reference, Entry):
        assert not model.objects.exists()


def test_a_service_that_leaves_the_pack_is_withdrawn_and_can_come_back(metro: Path) -> None:
    actions.load_pack(metro, by=COMMAND)
    text = (metro / "services/makam.yaml").read_text(encoding="utf-8")
    (metro / "services/makam.yaml").unlink()
    (metro / "demo.yaml").unlink(missing_ok=True)
    actions.load_pack(metro, by=COMMAND)
    assert queries.current_version("MAKAM") is None
    assert "MAKAM" not in [service.code for service in queries.services()]
    assert Entry.objects.filter(event="catalogue.ServiceWithdrawn").count() == 1
    (metro / "services/makam.yaml").write_text(text, encoding="utf-8")
    assert actions.load_pack(metro, by=COMMAND) == []
    assert queries.current_version("MAKAM") is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_serviceversion SET number = 9",
        "DELETE FROM catalogue_serviceversion",
        "TRUNCATE catalogue_serviceversion CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_a_version(statement: str) -> None:
    actions.load_pack(PACKS / "metro", by=COMMAND)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            cursor.execute(statement)


def test_only_an_administrator_or_the_system_loads_a_pack() -> None:
    with pytest.raises(offices.NoRight):
        actions.load_pack(PACKS / "metro", by=By(1, "web"))
    assert not Service.objects.exists()


def test_the_command_says_what_is_new_and_what_is_wrong(metro: Path) -> None:
    out = StringIO()
    call_command("load_pack", str(metro), stdout=out)
    assert "PBG: versi 1" in out.getvalue()
    out = StringIO()
    call_command("load_pack", str(metro), stdout=out)
    assert "Tidak ada layanan yang berubah" in out.getvalue()
    line = spoil(metro, SIP, "sector: kesehatan", "sector: kesehatn")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("load_pack", str(metro), stderr=errors)
    assert f"metro/{SIP}:{line}:" in errors.getvalue()
