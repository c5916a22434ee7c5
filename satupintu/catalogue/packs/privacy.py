"""What each question and file of a service says about personal data, most of it inherited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEYS = ("personal", "purpose", "basis")
# A home, a place and money may be somebody's own: no default answers for them.
MUST_SAY = frozenset({"address", "geo", "money"})


def put_privacy(data: dict[str, Any], shared: Mapping[str, Any]) -> None:
    """Write category, purpose and basis at each field and requirement that holds personal data.

    The purposes and bases that occur stand in the definition with their words, once.
    """
    known = shared.get("fields", {})
    items: list[dict[str, Any]] = []
    for section in data["sections"]:
        of_section = {key: section.pop(key) for key in KEYS if key in section}
        for field in section["fields"]:
            layers = [
                of_section,
                known.get("profiles", {}).get(field.get("profile"), {}),
                known.get("types", {}).get(field["type"], {}),
                known.get("all", {}),
                {"personal": "none"},
            ]
            if field["type"] in MUST_SAY:
                layers = [*layers[:3], {**layers[3], "personal": None}]
            items.append(_put(field, layers))
    for requirement in data["requirements"]:
        layers = [shared.get("requirements", {}), {"personal": "general"}]
        items.append(_put(requirement, layers))
    data["privacy"] = {
        group: {
            code: words
            for code, words in shared.get(group, {}).items()
            if any(item.get(key) == code for item in items)
        }
        for key, group in (("purpose", "purposes"), ("basis", "bases"))
    }
    if drafts := data.pop("drafts", None) or shared.get("drafts"):
        data["privacy"]["drafts"] = drafts


def _put(item: dict[str, Any], layers: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What the item says itself stays; each layer fills in what those before it left out."""
    for layer in layers:
        for key in KEYS:
            if key in layer:
                item.setdefault(key, layer[key])
    if item["personal"] is None:
        del item["personal"]
    elif item["personal"] == "none":
        item.pop("purpose", None)
        item.pop("basis", None)
    return item
