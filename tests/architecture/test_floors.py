"""Who may import whom, what import-linter says and what it has no words for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"actions", "queries", "events"}
# files says itself how a kept file may leave the house; every web page that hands one out uses it.
MORE = {"files": {"downloads"}, "people": {"requests"}}
# Pure packages have no rooms; whoever stands above may use all of them.
WITHOUT_ROOMS = {"lib", "workflow", "site", "integrations"}
TABLE = "satupintu.reactions"


def test_packages_import_only_downwards_and_doors_only_inwards() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def imports() -> list[tuple[str, str]]:
    graph = grimp.build_graph("satupintu", exclude_type_checking_imports=True, cache_dir=None)
    return sorted(
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )


def test_outsiders_use_only_actions_queries_and_events(imports: list[tuple[str, str]]) -> None:
    trespasses = []
    for importer, imported in imports:
        package, _, room = imported.removeprefix("satupintu.").partition(".")
        room = room.partition(".")[0]
        if not room or package in WITHOUT_ROOMS or importer.startswith(f"satupintu.{package}."):
            continue
        allowed = PUBLIC | {"tasks"} if importer == TABLE else PUBLIC
        allowed = allowed | MORE.get(package, set())
        # The urls of the site lead to the doors of every package.
        if importer == "satupintu.site.urls":
            allowed = allowed | {"web", "v1"}
        if room not in allowed:
            trespasses.append(f"{importer} -> {imported}")
    assert not trespasses


def test_only_integrations_and_signing_speak_to_outside_systems() -> None:
    """Signing asks the authority through pyHanko; everything else is a folder of integrations."""
    graph = grimp.build_graph("satupintu", include_external_packages=True, cache_dir=None)
    clients = {"aiohttp", "httpx", "requests", "smpplib", "urllib3"} & graph.modules
    callers = {
        importer
        for client in clients
        for importer in graph.find_modules_that_directly_import(client)
    }
    callers |= {
        ".".join(path.with_suffix("").relative_to(ROOT).parts)
        for path in (ROOT / "satupintu").rglob("*.py")
        if re.search(
            r"^\s*(from|import) (urllib\.request|http\.client)", path.read_text(), re.MULTILINE
        )
    }
    allowed = ("satupintu.integrations.", "satupintu.signing.")
    assert {caller for caller in callers if not caller.startswith(allowed)} == set()
