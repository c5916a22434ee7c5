"""Templates: what Django would print instead of carrying it out."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "satupintu"
BRACKETS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))


def test_a_tag_ends_on_the_line_where_it_begins() -> None:
    """Django takes a tag over two lines for text and shows it to people."""
    split = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(ROOT.rglob("templates/**/*.*"))
        if path.suffix in {".html", ".txt", ".xml"}
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if any(line.rfind(opens) > line.rfind(closes) for opens, closes in BRACKETS)
    ]
    assert split == []
