"""A pack is data: it reaches nothing outside its own folders and the pack below."""

from __future__ import annotations

from pathlib import Path

import pytest

from satupintu.catalogue.packs.checker import examined
from tests.packs.workshop import copy_of, spoil

SKP = "services/skp-penelitian.yaml"


@pytest.mark.parametrize(
    "place", ["pages/rahasia.id.md", "documents/rahasia.typ", "rahasia.svg", "areas.csv", "pages"]
)
def test_a_link_out_of_the_pack_is_not_followed(tmp_path: Path, place: str) -> None:
    pack = copy_of("metro", tmp_path)
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "rahasia.id.md").write_text("kata-sandi-mesin", encoding="utf-8")
    link = pack / place
    if link.is_dir():
        link = pack / "sections"
        link.rename(tmp_path / "sections")
        link.symlink_to(outside, target_is_directory=True)
    else:
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(outside / "rahasia.id.md")
    found, problems = examined(pack)
    assert "Tautan ini keluar dari folder pack." in {one.message for one in problems}
    assert "kata-sandi-mesin" not in str(found.layered.texts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("template: izin.typ", "template: ../../rahasia.typ"),
        ("template: izin.typ", "template: /etc/passwd"),
        ("use: pemohon", "use: ../../rahasia"),
    ],
)
def test_a_name_with_a_way_in_it_is_no_name(tmp_path: Path, old: str, new: str) -> None:
    pack = copy_of("metro", tmp_path)
    (tmp_path / "rahasia.typ").write_text("kata-sandi-mesin", encoding="utf-8")
    (tmp_path / "rahasia.yaml").write_text("title: kata-sandi-mesin", encoding="utf-8")
    line = spoil(pack, SKP, old, new)
    found, problems = examined(pack)
    assert any(one.file.endswith(SKP) and one.line == line for one in problems)
    assert "kata-sandi-mesin" not in str(found.definitions())


@pytest.mark.parametrize("words", ['#include "../../rahasia.typ"', '#import "@preview/x:1.0.0"'])
def test_a_template_reads_no_file_of_the_machine(tmp_path: Path, words: str) -> None:
    pack = copy_of("metro", tmp_path)
    spoil(pack, "../base/documents/izin.typ", "== Masa berlaku", f"{words}\n== Masa berlaku")
    _, problems = examined(pack)
    assert any("izin.typ" in one.file for one in problems)


@pytest.mark.parametrize(
    "active",
    [
        "<script>jahat()</script>",
        "<g onload='jahat()'/>",
        "<a href='javascript:jahat()'/>",
        "<image href='https://jahat.example/a.png'/>",
        '<use href="file:///etc/passwd#a"/>',
        "<foreignObject/>",
    ],
)
def test_a_crest_is_a_picture_and_nothing_more(tmp_path: Path, active: str) -> None:
    pack = copy_of("metro", tmp_path)
    crest = next(pack.glob("*.svg"))
    crest.write_text(crest.read_text(encoding="utf-8").replace("</svg>", f"{active}</svg>"))
    _, problems = examined(pack)
    assert any(one.file.endswith(crest.name) for one in problems)


@pytest.mark.parametrize(
    "escape",
    [
        "().__class__.__bases__[0]",
        "__import__('os').system('id')",
        "status_peneliti.__class__",
        "'{0.__class__}'.format(1)",
        "open('/etc/passwd').read()",
        "[x for x in (1,)]",
        "9**9**9",
        "(lambda: 1)()",
    ],
)
def test_an_expression_computes_and_does_nothing_else(tmp_path: Path, escape: str) -> None:
    pack = copy_of("metro", tmp_path)
    line = spoil(pack, SKP, "\"status_peneliti != 'perorangan'\"", f'"{escape}"')
    _, problems = examined(pack)
    assert any(one.file.endswith(SKP) and one.line == line for one in problems), problems
