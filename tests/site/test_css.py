"""The stylesheet keeps to its rules: layers, weights, tokens, logical sides, and it stays small."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import satupintu
from satupintu.site.web import brand

CSS = [path for path in brand.sources() if path.name != "tokens.css"]
SCRIPTS = brand.SOURCES.parent / "js"
MAY_INSIST = {"utilities.css", "print.css"}
ONE_SIDED = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|float)\s*:"
    r"|text-align\s*:\s*(left|right)|(?<![\w-])((min|max)-)?(width|height)\s*:"
)


def _text(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def _selectors(path: Path) -> Iterator[str]:
    for group in re.findall(r"([^{};]+)\{", _text(path)):
        if not group.strip().startswith("@"):
            yield from (one.strip() for one in re.split(r",(?![^(]*\))", group))


def _weight(selector: str) -> tuple[int, int, int]:
    bare = re.sub(r":where\([^)]*\)", "", re.sub(r":not\(([^)]*)\)", r"\1", selector))
    bare = re.sub(r"::[\w-]+", "", bare)
    elements = re.findall(r"(?<![\w.#:\[\"=-])[a-z][\w-]*(?![\w\]\"=-])", bare)
    classes = re.findall(r"\.[\w-]+|\[[^\]]+\]|(?<!:):[\w-]+", bare)
    return bare.count("#"), len(classes), len(elements)


def _worn() -> str:
    """Everything that may put a class on an element."""
    kinds = {".html", ".py", ".js"}
    house = Path(satupintu.__file__).parent
    return "\n".join(path.read_text() for path in house.rglob("*") if path.suffix in kinds)


def test_no_class_is_styled_that_nothing_wears() -> None:
    worn = _worn()
    styled = {
        name
        for path in CSS
        for one in _selectors(path)
        for name in re.findall(r"\.((?:[clu]|htmx)-[\w-]*\w)", one)
    }
    assert len(styled) > 200

    def is_worn(name: str) -> bool:
        # A kind may be put in by a template or a script: c-tag--{{ tone }}, "c-viewer__pages--" +
        stem, kind, _ = name.partition("--")
        made = re.escape(stem + kind) + r"(\{|\" \+|%)"
        return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", worn)) or bool(
            kind and re.search(made, worn)
        )

    # htmx puts its own on.
    assert {name for name in styled if not is_worn(name)} <= {"htmx-request"}


def _found(pattern: str, path: Path) -> list[str]:
    return re.findall(pattern, _text(path))


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_a_sheet_keeps_to_the_rules(path: Path) -> None:
    rules = re.sub(r"@media[^{]*", "", _text(path))
    assert _text(path).strip().startswith("@layer "), "everything lives in a layer"
    assert not [one for one in _selectors(path) if _weight(one) > (0, 2, 0)]
    assert not [one for one in _selectors(path) if "#" in one], "no ids"
    assert not _found(r"#[0-9A-Fa-f]{3,8}\b", path), "colours are tokens"
    assert not _found(r"(?:[5-9]|\d{2,})(?:\.\d+)?px", path), "rem"
    assert not re.search(r"outline(-style)?\s*:\s*(none|0)", rules), "focus stays visible"
    assert not [one[0] for one in ONE_SIDED.findall(rules)], "logical sides"
    assert path.name in MAY_INSIST or "!important" not in rules
    names = {name for one in _selectors(path) for name in re.findall(r"\.([a-z][\w-]*)", one)}
    assert all(re.match(r"([clus]-|htmx-)", name) for name in names)
    assert not re.search(r":has\(|color-mix\(|^\s+&", rules, re.MULTILINE), "too new for old phones"


def test_utilities_are_few() -> None:
    assert len(set(_found(r"\.u-[\w-]+", brand.SOURCES / "utilities.css"))) <= 20


def test_every_class_of_the_templates_exists() -> None:
    known = {name for path in CSS for name in _found(r"\.([clus]-[\w-]+)", path)}
    used = {
        (str(page.name), name)
        for page in Path(brand.__file__).parents[2].rglob("templates/**/*.html")
        for quoted in re.findall(r'class="([^"]*)"', page.read_text())
        for name in re.sub(r"\{%.*?%\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}", "", quoted)).split()
        if re.fullmatch(r"[clus]-[\w-]*\w", name)
    }
    assert not {(page, name) for page, name in used if name not in known}


@pytest.mark.parametrize("colour", [brand.OWN_COLOUR, "#14532D"])
def test_what_a_page_carries_stays_small(colour: str) -> None:
    digest, packed = brand._sheet(colour)
    assert len(packed) <= 14 * 1024
    assert len(gzip.compress((SCRIPTS / "pages.js").read_bytes(), 9)) <= 6 * 1024
    for name in ("uploads.js", "outbox.js", "drafts.js", "photos.js"):
        assert len(gzip.compress((SCRIPTS / name).read_bytes(), 9)) <= 5 * 1024, name
    assert f"--brand:{colour}" in gzip.decompress(packed).decode()
    assert brand._sheet(colour)[0] == digest
