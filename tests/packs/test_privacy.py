"""Every question that holds personal data says for what and by which right (UU 27/2022)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from satupintu.catalogue.packs.checker import examined
from satupintu.catalogue.packs.checks.facts import fields_of
from tests.packs.workshop import PACKS, copy_of, spoil

SIP = "services/sip-perawat.yaml"


def definition_of(pack: Path, code: str) -> dict[str, Any]:
    found, problems = examined(pack)
    assert not problems, "\n".join(map(str, problems))
    return next(one for one in found.definitions() if one["code"] == code)


@pytest.mark.parametrize("city", ["metro", "probolinggo"])
def test_in_both_packs_all_personal_data_have_purpose_basis_and_category(city: str) -> None:
    found, _ = examined(PACKS / city)
    for definition in found.definitions():
        words = definition["privacy"]
        for item in [*fields_of(definition), *definition["requirements"]]:
            assert item["personal"] in ("none", "general", "specific")
            if item["personal"] == "none":
                assert "purpose" not in item
            else:
                assert words["purposes"][item["purpose"]]["en"]
                assert words["bases"][item["basis"]]["id"]
        assert definition["archive"]["active_years"] + definition["archive"]["inactive_years"] > 0
        assert words["drafts"] == {"days": 180, "warn_days": 14}


def test_a_field_that_says_nothing_takes_what_its_profile_and_its_type_say() -> None:
    fields = {
        item["code"]: item for item in fields_of(definition_of(PACKS / "metro", "SIP-PERAWAT"))
    }
    assert (fields["nama"]["purpose"], fields["nama"]["basis"]) == ("identity", "duty")
    assert (fields["hp"]["personal"], fields["hp"]["purpose"]) == ("general", "contact")
    assert fields["no_str"]["personal"] == "none"


def test_a_section_speaks_for_its_fields_and_a_field_for_itself(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    spoil(
        pack,
        SIP,
        "  - code: profesi\n",
        "  - code: profesi\n    personal: general\n    basis: duty\n",
    )
    spoil(pack, SIP, "- {code: skp, label", "- {code: skp, personal: none, label")
    definition = definition_of(pack, "SIP-PERAWAT")
    fields = {item["code"]: item for item in fields_of(definition)}
    assert (fields["no_str"]["personal"], fields["no_str"]["purpose"]) == ("general", "assess")
    assert fields["no_str"]["basis"] == "duty"
    assert fields["skp"]["personal"] == "none"
    assert not any("personal" in section for section in definition["sections"])


def test_a_city_lays_its_own_words_over_those_of_the_base_pack(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (pack / "privacy.yaml").write_text(
        "purposes: {proof: {id: Bukti, en: Evidence}}\ndrafts: {days: 60}\n", encoding="utf-8"
    )
    words = definition_of(pack, "SIP-PERAWAT")["privacy"]
    assert words["purposes"]["proof"] == {"id": "Bukti", "en": "Evidence"}
    assert "assess" not in words["purposes"]  # nothing personal is asked for that in this service
    assert words["drafts"] == {"days": 60, "warn_days": 14}


def test_a_pack_without_any_word_about_personal_data_is_refused(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (tmp_path / "base" / "privacy.yaml").unlink()
    _, problems = examined(pack)
    assert any("untuk apa data pribadi diminta" in str(problem) for problem in problems)
