"""packs/README.md tells a stranger everything the schemas know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from satupintu.catalogue.packs.vocabulary import MESSAGE_VALUES, NUMBER_VALUES, PAGE_VALUES
from satupintu.lib.expressions.functions import FUNCTIONS
from tests.packs.workshop import PACKS

README = (PACKS / "README.md").read_text(encoding="utf-8")
SCHEMAS = sorted((PACKS / "schema").glob("*.schema.json"))
WORDS = set(re.findall(r"[A-Za-z][A-Za-z0-9_.-]*\w|\w", README))


def _walk(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _walk(inner)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_key_and_choice_of_a_schema_is_explained(path: Any) -> None:
    if path.name.startswith("demo."):
        return  # explained at the head of demo.yaml itself
    missing = set()
    for part in _walk(json.loads(path.read_text(encoding="utf-8"))):
        properties = part.get("properties", {})
        if isinstance(properties, dict):
            missing |= {key for key in properties if key not in WORDS}
        if isinstance(part.get("enum"), list):
            choices = {word for word in part["enum"] if isinstance(word, str)}
            missing |= {word for word in choices if not set(word.split("/")) <= WORDS}
    assert not missing


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_refuses_unknown_keys(path: Any) -> None:
    for part in _walk(json.loads(path.read_text(encoding="utf-8"))):
        if isinstance(part.get("properties"), dict) and "$ref" not in part["properties"]:
            assert "additionalProperties" in part, part


@pytest.mark.parametrize("known", [MESSAGE_VALUES, NUMBER_VALUES, PAGE_VALUES, FUNCTIONS])
def test_every_word_of_the_program_is_explained(known: Any) -> None:
    assert not {word for word in known if word not in WORDS}
