"""The letters of kelurahan and kecamatan: eleven services on the way RT, RW, Lurah, Camat."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from satupintu import workflow
from satupintu.catalogue.packs.checker import examined
from satupintu.catalogue.packs.checks.processes import longest
from satupintu.catalogue.packs.checks.scenarios import cleaned, needed_files
from satupintu.catalogue.packs.printing import printed
from satupintu.catalogue.packs.resolver import Pack
from tests.packs.workshop import PACKS, copy_of, spoil

LETTERS = {
    "SKTM", "DOMISILI", "SKU", "BELUM-MENIKAH", "NIKAH-N1", "KEMATIAN", "KELAHIRAN", "PENG-SKCK",
    "AHLI-WARIS", "KERAMAIAN", "DISPENSASI-NIKAH",
}  # fmt: skip
OF_CAMAT = {"AHLI-WARIS", "KERAMAIAN", "DISPENSASI-NIKAH"}
SKTM = "services/sktm.yaml"
WARIS = "services/ahli-waris.yaml"


@pytest.fixture(scope="module")
def city() -> Pack:
    pack, problems = examined(PACKS / "probolinggo")
    assert not problems, "\n".join(map(str, problems))
    return pack


@pytest.fixture(scope="module")
def services(city: Pack) -> dict[str, dict[str, Any]]:
    return {definition["code"]: definition for definition in city.definitions()}


def _main(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(step) for step in workflow.steps({"main": definition["process"]})]


def test_the_city_offers_eleven_free_letters(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == LETTERS
    for definition in services.values():
        assert definition["kind"] == "letter"
        assert definition["fee"]["kind"] == "none"
        assert definition["office"].startswith("area:wilayah:")


def test_every_letter_is_shown_approved_and_refused(services: dict[str, dict[str, Any]]) -> None:
    for definition in services.values():
        outcomes = {scenario["expect"]["outcome"] for scenario in definition["scenarios"]}
        assert outcomes == {"approved", "refused"}, definition["code"]


def test_the_areas_are_those_of_the_ministry(city: Pack) -> None:
    kinds = [area["kind"] for area in city.city_data()["areas"]]  # domain.md 5
    assert (kinds.count("kecamatan"), kinds.count("kelurahan")) == (5, 29)
    assert (kinds.count("rw"), kinds.count("rt")) == (58, 116)


def test_every_kecamatan_kelurahan_rw_and_rt_is_an_office_with_its_posts(city: Pack) -> None:
    roles: dict[str, set[str]] = {office["code"]: set() for office in city.offices}
    for post in city.posts:
        roles[post["office"]].add(post["role"])
    here = {"operator", "customer_service", "kasi"}
    wanted = {
        "kecamatan": here | {"sekcam", "camat", "administrator"},
        "kelurahan": here | {"seklur", "lurah"},
        "rw": {"rw"},
        "rt": {"rt"},
    }
    areas = {area["code"]: area["kind"] for area in city.city_data()["areas"]}
    local = [office for office in city.offices if "area" in office]
    assert {office["area"] for office in local} == set(areas)
    for office in local:
        assert office["kind"] == areas[office["area"]]
        assert roles[office["code"]] == wanted[office["kind"]]


def test_every_role_of_the_city_has_a_post(city: Pack) -> None:
    assert set(city.roles) == {post["role"] for post in city.posts}


def test_a_letter_goes_from_rt_and_rw_to_the_lurah_or_on_to_the_camat(
    services: dict[str, dict[str, Any]],
) -> None:
    for code, definition in services.items():
        roles = [step["role"] for step in _main(definition)]
        assert roles[-1] == ("camat" if code in OF_CAMAT else "lurah")
        if code != "DISPENSASI-NIKAH":
            assert roles[:5] == ["rt", "rw", "operator", "kasi", "seklur"]
        assert roles[-2:-1] == (["sekcam"] if code in OF_CAMAT else ["seklur"])


def test_one_letter_is_signed_in_each_case(services: dict[str, dict[str, Any]]) -> None:
    for definition in services.values():
        assert [step["kind"] for step in _main(definition)].count("sign") == 1


def test_waiting_for_rt_and_rw_takes_none_of_the_promised_days(
    services: dict[str, dict[str, Any]],
) -> None:
    for definition in services.values():
        assert definition["clock"]["starts"] == "complete"
        assert definition["clock"]["days"] == longest(definition["process"])
        for before, after in pairwise(_main(definition)):
            if before["kind"] == "endorse" and before["role"] in {"rt", "rw"}:
                assert before["days"] == 0
                assert before["vacant"] == "up"
                assert after["role"] in {"rw", "operator"}


def test_an_introduction_on_paper_is_asked_only_of_those_who_bring_one(
    services: dict[str, dict[str, Any]],
) -> None:
    for definition in services.values():
        for scenario in definition["scenarios"]:
            *_, facts = cleaned(definition, scenario)
            asked = {item["code"] for item in needed_files(definition, facts)}
            assert ("pengantar" in asked) == (facts.get("lewat_rt") == "kertas")


def test_whoever_is_refused_by_rt_or_rw_is_told_of_the_appeal_to_the_lurah(
    services: dict[str, dict[str, Any]],
) -> None:
    for code in LETTERS - {"DISPENSASI-NIKAH"}:
        notes = services[code]["documents"]["receipt"]["notes"]
        assert any("banding kepada Lurah dalam 5 hari kerja" in note for note in notes)
        appeal, *letter = workflow.steps({"main": services[code]["refusal"]})
        assert (appeal["kind"], appeal["role"], appeal["appeal_days"]) == ("appeal", "lurah", 5)
        assert appeal["against"] == ["rt", "rw"]
        assert letter[-1]["role"] == "lurah"


@pytest.mark.requirement("PRB-1-13")
def test_letters_of_the_city_stand_for_uploads_of_its_other_letters(
    services: dict[str, dict[str, Any]],
) -> None:
    stand = {
        (code, wanted["code"]): wanted["letter"]
        for code, definition in services.items()
        for wanted in definition["requirements"]
        if "letter" in wanted
    }
    assert stand == {
        ("DISPENSASI-NIKAH", "n1"): ["NIKAH-N1"],
        ("DISPENSASI-NIKAH", "pernyataan"): ["BELUM-MENIKAH"],
        ("AHLI-WARIS", "akta_mati"): ["KEMATIAN"],
    }


def test_no_letter_asks_twice_what_it_is_for(services: dict[str, dict[str, Any]]) -> None:
    for code, service in services.items():
        asked = [
            field["code"]
            for section in service["sections"]
            for field in section["fields"]
            if field["code"].startswith("keperluan")
        ]
        assert len(asked) <= 1, (code, asked)


def test_the_day_of_the_week_in_a_letter_is_that_of_its_date(
    services: dict[str, dict[str, Any]],
) -> None:
    definition = services["KEMATIAN"]
    answers, _, facts = cleaned(definition, definition["scenarios"][0])
    letter = printed(definition, "permit", answers=answers, facts=facts)
    days = [row["value"] for part in letter["sections"] for row in part["rows"]]
    assert answers["tgl_wafat"] == "2026-11-09"
    assert any(day.startswith("Senin, ") for day in days)


def test_the_marriage_letter_brings_its_forms(services: dict[str, dict[str, Any]]) -> None:
    definition = services["NIKAH-N1"]

    def forms(scenario: int) -> list[str]:
        answers, _, facts = cleaned(definition, definition["scenarios"][scenario])
        letter = printed(definition, "permit", answers=answers, facts=facts)
        return [page["code"] for page in letter["attachments"]]

    assert forms(0) == ["N2", "N4", "N5"]  # twenty years old: the parents consent
    assert forms(1) == ["N2", "N4", "N6"]  # widowed


def test_nobody_below_nineteen_marries_without_the_court(
    services: dict[str, dict[str, Any]],
) -> None:
    definition = services["NIKAH-N1"]
    needed = []
    for scenario in definition["scenarios"]:
        *_, facts = cleaned(definition, scenario)
        needed.append("putusan" in {item["code"] for item in needed_files(definition, facts)})
    assert needed == [False, False, True]


def test_the_statement_of_heirs_lists_all_of_them(services: dict[str, dict[str, Any]]) -> None:
    definition = services["AHLI-WARIS"]
    answers, _, facts = cleaned(definition, definition["scenarios"][0])
    told = {"register_kelurahan": "004/WARIS/KEL-MAYANGAN/2026"}
    letter = printed(definition, "permit", answers=answers, facts=facts, told=told)
    heirs = next(part for part in letter["sections"] if part["title"] == "Para ahli waris")
    assert heirs["headers"] == ["Nama", "NIK", "Hubungan", "Alamat"]
    assert [row[0] for row in heirs["table"]] == ["Yusuf Effendi", "Nur Aini", "Ahmad Rifai"]
    known = letter["sections"][-1]["rows"]
    assert known[1]["value"] == "004/WARIS/KEL-MAYANGAN/2026"


def test_health_children_and_money_are_specific_personal_data(
    services: dict[str, dict[str, Any]],
) -> None:
    found = {
        field["code"]
        for definition in services.values()
        for section in definition["sections"]
        for field in section["fields"]
        if field["personal"] == "specific"
    }
    assert {"penyebab", "penghasilan", "bayi_nama", "tgl_lahir_bayi", "harta"} <= found


def test_a_step_that_a_city_switches_off_does_not_exist(tmp_path: Path) -> None:
    pack = copy_of("probolinggo", tmp_path)
    spoil(pack, SKTM, "    skippable: true\n", "    skippable: true\n    enabled: false\n")
    spoil(pack, SKTM, "path: [rt, rw,", "path: [rw,")
    spoil(pack, SKTM, '          - {label: Ketua RT, value: "{rt}"}\n', "")
    found, problems = examined(pack)
    assert not problems, "\n".join(map(str, problems))
    sktm = next(one for one in found.definitions() if one["code"] == "SKTM")
    assert _main(sktm)[0]["step"] == "rw"


MISTAKES = [
    (SKTM, 'office: "area:wilayah:rt"', 'office: "area:wilayh:rt"', "'wilayah'"),
    (SKTM, 'office: "area:wilayah:rt"', 'office: "area:wilayah:rtt"', "berjenis 'rtt'"),
    (SKTM, 'office: "area:wilayah:rt"', 'office: "area:wilayah:kelurahan"', "berperan 'rt'"),
    (SKTM, 'office: "area:wilayah:kelurahan"', 'office: "area:alamat:kelurahan"', "'alamat'"),
    (SKTM, "moves: [forward, refuse]", "moves: [forward]", "harus bisa menolak"),
    (SKTM, "    kind: verify\n", "    kind: verify\n    vacant: up\n", "hanya untuk langkah"),
    (SKTM, "    kind: verify\n", "    kind: verify\n    enabled: false\n", "tidak boleh dimatikan"),
    (SKTM, "table: tanggungan", "table: tangungan", "'tanggungan'"),
    (SKTM, 'value: "{rt}"', 'value: "{rtt}"', "'rt'"),
    (WARIS, "    series: REGISTER-WARIS\n", "", "belum menyebut bukunya"),
    (WARIS, "series: REGISTER-WARIS", "series: REGISTER-WARS", "'REGISTER-WARIS'"),
    (WARIS, '"{number:03}/WARIS/{unit}/{year}"', '"{number:03}/WARIS"', "dapat terulang"),
    (WARIS, "step: lurah\n", "step: harta\n", "juga kode sebuah isian"),
    ("refusal.yaml", "against: [rt, rw]", "against: [rt, rx]", "Peran 'rx'"),
    ("refusal.yaml", "    appeal_days: 5\n", "", "belum menyebut waktunya"),
    ("refusal.yaml", "    kind: appeal\n", "    kind: verify\n", "hanya untuk langkah appeal"),
    ("offices.yaml", "Ketua RT 001 RW 001 Pilang, role: rt", "Ketua RT 001 RW 001 Pilang, role: rw",
     "Unit 'rt-pilang-001-001' belum punya jabatan"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), MISTAKES)
def test_a_mistake_in_a_letter_is_reported(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    pack = copy_of("probolinggo", tmp_path)
    spoil(pack, file, old, new)
    _, problems = examined(pack)
    assert any(words in str(problem) for problem in problems), "\n".join(map(str, problems))
