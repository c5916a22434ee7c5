"""The documents say what is true: links lead somewhere, names exist, nothing is left out."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", ".data", ".git", "node_modules"}
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PLACE_OR_NAME = re.compile(r"`([\w./-]+\.(?:py|yaml|typ|md))`|`(\w+)\(\)`")


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Every relative link of a page: the file it leads to, and the heading in it."""
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:|/", target):
            file, _, heading = target.partition("#")
            yield (page.parent / file if file else page), heading


def slug(heading: str) -> str:
    """As the usual renderers name a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def defined_in(path: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target, heading in links(page):
        assert target.exists(), f"{page.relative_to(ROOT)} -> {target}"
        if heading and target.suffix == ".md":
            text = target.read_text(encoding="utf-8")
            headings = {slug(found) for found in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
            assert heading in headings, f"{page.relative_to(ROOT)} -> {target}#{heading}"


def test_every_setting_from_the_environment_is_documented() -> None:
    documented = (ROOT / "docs/technical.md").read_text(encoding="utf-8")
    for name in ("settings.py", "accounts.py"):
        source = (ROOT / "satupintu/site" / name).read_text(encoding="utf-8")
        settings = set(re.findall(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']""", source))
        assert settings, name
        missing = sorted(one for one in settings if f"`{one}`" not in documented)
        assert not missing, f"{name} reads {missing}, which docs/technical.md does not explain"


def test_every_make_target_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(" ".join(re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)).split())
    targets |= set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    written = "".join(
        page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    )
    missing = sorted(name for name in targets if f"`make {name}" not in written)
    assert not missing, f"neither README.md nor docs/ explains {missing}"


def test_the_main_job_names_files_and_functions_that_exist() -> None:
    text = (ROOT / "docs/main-job.md").read_text(encoding="utf-8")
    current, names, checked = None, set[str](), 0
    for file, name in PLACE_OR_NAME.findall(text):
        if file:
            current = ROOT / file
            assert current.exists(), file
            names = defined_in(current) if current.suffix == ".py" else set()
        elif current:
            assert name in names, f"{name}() is not in {current.relative_to(ROOT)}"
            checked += 1
    assert checked > 60


@pytest.mark.requirement("MTR-4", "PRB-14", "MTR-8-1")
def test_who_wants_to_build_along_finds_a_guide_and_an_open_licence() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "make check" in guide
    assert "Licence of contributions" in guide


@pytest.mark.requirement("MTR-15")
def test_the_technical_document_maps_governance_to_what_exists() -> None:
    text = (ROOT / "docs/technical.md").read_text(encoding="utf-8")
    section = text.partition("## Governance")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:satupintu|docs|tests|packs|verifier)/[\w./-]*)`", section)
    assert len(named) >= 10
    for path in named:
        assert (ROOT / path).exists(), path


def test_every_table_job_and_command_is_in_the_technical_document() -> None:
    from django.apps import apps

    text = (ROOT / "docs/technical.md").read_text(encoding="utf-8")
    house = ROOT / "satupintu"
    names = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("satupintu.")
        for model in config.get_models()
    }
    for path in house.glob("*/tasks.py"):
        names |= set(re.findall(r'@app\.task\(name="([\w.]+)"', path.read_text(encoding="utf-8")))
    missing = sorted(name for name in names if f"`{name}`" not in text)
    commands = {path.stem for path in house.glob("*/management/commands/[a-z]*.py")}
    missing += sorted(name for name in commands if f"`manage.py {name}" not in text)
    assert not missing, f"docs/technical.md does not know {missing}"


@pytest.mark.requirement("MTR-8-3")
def test_the_site_of_the_documents_builds_whole_and_loads_nothing_from_elsewhere() -> None:
    made = subprocess.run(
        ["make", "-o", "dev", "docs"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    site = ROOT / ".data/docs/site"
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    loaded = re.compile(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?:https?:)?//')
    for page in pages:
        assert not loaded.search(page.read_text(encoding="utf-8")), page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(.?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet
    shown = (site / "index.html").read_text(encoding="utf-8")
    for page in sorted((ROOT / "docs").rglob("*.md")):
        path = page.relative_to(ROOT).with_suffix(".html").as_posix()
        assert path.replace("README.html", "index.html") in shown, f"mkdocs.yml leaves out {path}"


def test_every_point_of_acceptance_names_a_test_that_exists_or_says_why_not() -> None:
    text = (ROOT / "docs/acceptance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \| .+ \| (.+) \|$", text, re.MULTILINE)
    assert [int(one) for points, _ in rows for one in points.split(",")] == list(range(1, 41))
    for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text):
        assert (ROOT / path).exists(), path
        assert not name or name in defined_in(ROOT / path), f"{path}::{name}"
