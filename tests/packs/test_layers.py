"""A city says only what differs, and needs no code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from satupintu.catalogue.packs.checker import examined
from satupintu.catalogue.packs.layers import merge
from satupintu.catalogue.packs.problems import PackError
from satupintu.catalogue.packs.reader import Document, read_yaml
from satupintu.catalogue.packs.resolver import Pack

OTHER = Path(__file__).parent / "other"


@pytest.fixture(scope="module")
def other() -> Pack:
    pack, problems = examined(OTHER)
    assert not problems, "\n".join(map(str, problems))
    return pack


def test_a_second_city_needs_only_data(other: Pack) -> None:
    city = other.city_data()["city"]
    assert (city["name"], city["zone"]) == ("Kota Contoh", "Asia/Makassar")
    assert [definition["code"] for definition in other.definitions()] == ["POHON"]


def test_a_city_changes_one_text_and_keeps_the_rest(other: Pack) -> None:
    messages = other.references()["messages"]
    assert messages["submitted"]["inbox"]["id"].startswith("Tabe {name}")
    assert "email" in messages["submitted"]
    assert "issued" in messages


def test_a_city_may_take_away_and_change_roles(other: Pack) -> None:
    roles = {role["code"]: role["rights"] for role in other.city_data()["roles"]}
    assert "kasir" not in roles
    assert roles["front_office"] == ["counter", "cashier"]
    assert roles["camat"] == []


def test_a_service_inherits_its_refusal_standard_and_letters(other: Pack) -> None:
    definition = other.definitions()[0]
    assert [step["kind"] for step in definition["refusal"]] == ["draft", "initial", "sign"]
    assert definition["standard"]["complaint"]["id"]
    assert definition["documents"]["refusal"]["number"] == "{number:03}/TOLAK/{month_roman}/{year}"
    assert definition["documents"]["refusal"]["template"] == "penolakan.typ"
    assert definition["signer"] == "kepala_dinas"


def test_a_shared_section_may_get_another_title(other: Pack) -> None:
    titles = {section["code"]: section["title"] for section in other.definitions()[0]["sections"]}
    assert titles["badan"] == "Data badan pemohon"


def test_aliases_and_pages_are_filled_in(other: Pack) -> None:
    pantai = next(area for area in other.city_data()["areas"] if area["name"] == "Pantai")
    assert pantai["aliases"] == ["Pantai Lama", "Pasir"]
    assert "Pemerintah Kota Contoh" in other.references()["pages"]["privasi"]["id"]


def test_the_base_pack_alone_is_no_city() -> None:
    _, problems = examined(OTHER.parents[2] / "packs" / "base")
    assert [problem.message for problem in problems] == ["Pack ini tidak punya kota."]


@pytest.mark.parametrize(
    ("below", "above", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}, {"a": {"b": 1, "c": 3}}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    ],
)
def test_layers_merge_key_by_key(below: Any, above: Any, result: Any) -> None:
    assert merge(Document(below), Document(above)).data == result


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("true", True), ("12:30", "12:30"),
        ("2026-01-05", "2026-01-05"), ("012", 12), ("0x1F", "0x1F"), ("~", None),
        ('"1.50"', "1.50"),
    ],
)  # fmt: skip
def test_yaml_is_read_without_surprises(written: str, read: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"a: {written}\n", encoding="utf-8")
    assert read_yaml(path, "a.yaml").data == {"a": read}


@pytest.mark.parametrize(
    "written",
    [
        "!!python/object/apply:os.mkdir [PLACE]",
        "!!python/object/new:os.mkdir {args: [PLACE]}",
        "!!python/name:os.mkdir ''",
        "!!python/module:os ''",
        "&a [*a]",
        "[&a x, *a, *a]",
    ],
)
def test_yaml_makes_no_objects_and_repeats_nothing(written: str, tmp_path: Path) -> None:
    path, place = tmp_path / "a.yaml", tmp_path / "made"
    path.write_text(f"a: {written.replace('PLACE', str(place))}\n", encoding="utf-8")
    with pytest.raises(PackError):
        read_yaml(path, "a.yaml")
    assert not place.exists()


def test_a_decimal_keeps_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 0.1000000000000000055511151231257827\n", encoding="utf-8")
    assert str(read_yaml(path, "a.yaml").data["a"]) == "0.1000000000000000055511151231257827"


def test_a_pack_that_extends_itself_is_refused(tmp_path: Path) -> None:
    for name, below in (("satu", "../dua"), ("dua", "../satu")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "city.yaml").write_text(f"extends: {below}\n", encoding="utf-8")
    _, problems = examined(tmp_path / "satu")
    assert any("melapisi dirinya sendiri" in problem.message for problem in problems)
