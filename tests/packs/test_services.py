"""The packs that come with the product: complete, sound, and right to the rupiah."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from satupintu import workflow
from satupintu.catalogue.packs.checker import examined
from satupintu.catalogue.packs.checks.processes import longest, process_of
from satupintu.catalogue.packs.checks.scenarios import cleaned, levy, needed_files
from satupintu.catalogue.packs.resolver import Pack
from satupintu.lib import tariff
from tests.packs.workshop import PACKS

CITIES = sorted(path.parent.name for path in PACKS.glob("*/city.yaml"))


@pytest.fixture(scope="module")
def metro() -> Pack:
    pack, problems = examined(PACKS / "metro")
    assert not problems, "\n".join(map(str, problems))
    return pack


@pytest.fixture(scope="module")
def services(metro: Pack) -> dict[str, dict[str, Any]]:
    return {definition["code"]: definition for definition in metro.definitions()}


@pytest.mark.parametrize("city", CITIES)
def test_every_pack_is_sound(city: str) -> None:
    _, problems = examined(PACKS / city)
    assert not problems, "\n".join(map(str, problems))


def test_the_city_offers_its_five_services(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"SIP-PERAWAT", "SKP-PENELITIAN", "REKLAME-TETAP", "MAKAM", "PBG"}


@pytest.mark.parametrize(
    ("scenario", "area", "index", "fee"),
    [  # domain.md 4, vectors A to E of PP 16/2021 with SHST 5.350.000 and Ilo 0,5%
        (0, "72", "0.18", "346680"),
        (1, "150", "0.21165", "849246"),
        (2, "300", "1.092", "8763300"),
        (3, "1200", "1.10075", "35334075"),
        (4, "150", "0.21165", "191080"),
    ],
)
def test_the_building_levy_follows_the_regulation(
    services: dict[str, dict[str, Any]], scenario: int, area: str, index: str, fee: str
) -> None:
    definition = services["PBG"]
    *_, facts = cleaned(definition, definition["scenarios"][scenario])
    assessment = tariff.compute(definition["fee"]["tariff"], facts)
    values = {line.code: line.amount for line in (*assessment.workings, *assessment.lines)}
    assert values["luas_lantai"] + values["luas_basemen"] == Decimal(area)
    assert str(values["indeks"].normalize()) == index
    assert str(assessment.total) == fee


@pytest.mark.requirement("MTR-L1")
@pytest.mark.parametrize("code", ["SIP-PERAWAT", "SKP-PENELITIAN", "REKLAME-TETAP"])
def test_a_licence_without_levy_never_meets_the_cashier(
    services: dict[str, dict[str, Any]], code: str
) -> None:
    kinds = {step["step"]: step["kind"] for step in workflow.steps(process_of(services[code]))}
    for way in workflow.walk(process_of(services[code])):
        passed = [kinds[step] for step in way.steps]
        assert "pay" not in passed
        assert passed[0] == "verify"
        assert "sign" in passed


@pytest.mark.requirement("MTR-L2")
@pytest.mark.parametrize("code", ["MAKAM", "PBG"])
def test_a_licence_with_levy_is_signed_only_after_assessment_and_payment(
    services: dict[str, dict[str, Any]], code: str
) -> None:
    kinds = {step["step"]: step["kind"] for step in workflow.steps(process_of(services[code]))}
    paid = [
        way for way in workflow.walk(process_of(services[code])) if way.conditions.get("levy > 0")
    ]
    granted = [[kinds[step] for step in way.steps] for way in paid if way.outcome == "approved"]
    assert granted
    for passed in granted:
        assert (
            passed.index("assess")
            < passed.index("pay")
            < passed.index("draft")
            < passed.index("sign")
        )


def test_the_section_head_initials_before_the_head_signs(
    services: dict[str, dict[str, Any]],
) -> None:
    for definition in services.values():
        steps = workflow.steps(process_of(definition))
        for at, step in enumerate(steps):
            if step["kind"] == "sign":
                assert steps[at - 1]["kind"] == "initial"
                assert steps[at - 1]["role"] != step["role"]


@pytest.mark.requirement("PLU-3-1")
def test_every_service_says_its_stage_and_how_ready_it_is(
    services: dict[str, dict[str, Any]],
) -> None:
    for definition in services.values():
        assert definition["stage"] in {"online", "assisted", "manual"}
        assert set(definition["readiness"]) == {"people", "network", "application", "hardware"}
        if definition["stage"] == "online":
            assert all(definition["readiness"].values())


def test_the_clock_is_the_sum_of_the_steps(services: dict[str, dict[str, Any]]) -> None:
    promised = {"SIP-PERAWAT": 9, "SKP-PENELITIAN": 5, "REKLAME-TETAP": 7, "MAKAM": 5, "PBG": 28}
    for code, days in promised.items():
        assert services[code]["clock"]["days"] == days == longest(services[code]["process"])


def test_a_version_carries_all_that_is_needed_to_print_it_years_later(
    services: dict[str, dict[str, Any]],
) -> None:
    for definition in services.values():
        for letter in definition["documents"].values():
            assert letter["template"] in definition["templates"]
        assert "base.typ" in definition["templates"]


def test_decimals_stay_exact_in_the_stored_definition(services: dict[str, dict[str, Any]]) -> None:
    tables = services["PBG"]["fee"]["tariff"]["tables"]
    assert tables["indeks_kegiatan"]["rehab_sedang"] == "0.225"
    assert tables["koef_lantai"]["2"] == "1.090"
    assert tables["satuan"] == {"shst": 5350000, "ilo": "0.005"}


def test_requirements_depend_on_the_answers(services: dict[str, dict[str, Any]]) -> None:
    definition = services["SIP-PERAWAT"]
    needed = []
    for at in (0, 1):
        *_, facts = cleaned(definition, definition["scenarios"][at])
        needed.append({item["code"] for item in needed_files(definition, facts)})
    assert needed[0] ^ needed[1] == {"ket_faskes", "ket_mandiri", "skp", "kompetensi", "sip_lama"}


def test_a_grave_of_the_third_class_costs_nothing(services: dict[str, dict[str, Any]]) -> None:
    definition = services["MAKAM"]
    fees = [
        levy(definition, cleaned(definition, scenario)[2]) for scenario in definition["scenarios"]
    ]
    assert fees == [200000, 0]


def test_no_city_is_named_in_the_program(metro: Pack) -> None:
    root = PACKS.parent / "satupintu"
    names = {
        metro.city["name"],
        "Kota Palu",
        "Kota Palembang",
        "Kota Banjarmasin",
        "Kota Probolinggo",
    }
    found = [
        f"{path.relative_to(root)}: {name}"
        for path in sorted(root.rglob("*"))
        if path.suffix in {".py", ".html", ".css", ".js", ".md", ".typ"}
        and "__pycache__" not in path.parts
        for name in names
        if name in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not found, "\n".join(found)


def test_the_areas_are_those_of_the_ministry(metro: Pack) -> None:
    areas = metro.city_data()["areas"]  # domain.md 5: 5 kecamatan, 22 kelurahan
    kinds = [area["kind"] for area in areas]
    assert (kinds.count("kecamatan"), kinds.count("kelurahan")) == (5, 22)
    offices = {office.get("area") for office in metro.offices}
    assert {area["code"] for area in areas} <= offices


@pytest.mark.parametrize(("year", "days"), [(2026, 240), (2027, 242)])
def test_the_calendar_leaves_the_working_days_of_the_year(
    metro: Pack, year: int, days: int
) -> None:
    closed = {row["date"] for row in metro.city_data()["holidays"]}  # domain.md 10
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert (
        sum(
            1
            for day in every
            if day.year == year and day.weekday() < 5 and day.isoformat() not in closed
        )
        == days
    )


def test_every_role_of_the_city_has_a_post(metro: Pack) -> None:
    assert set(metro.roles) == {post["role"] for post in metro.posts}


def test_packs_hold_no_programs() -> None:
    allowed = {".yaml", ".csv", ".typ", ".md", ".svg", ".json"}
    found = [path for path in PACKS.rglob("*") if path.is_file() and path.suffix not in allowed]
    assert not found, found


def test_a_pack_can_be_read_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    _, problems = examined(PACKS / "metro")
    assert not problems
