"""Brings the database up to date with the code and the pack; does nothing where nothing changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg

from launcher.surroundings import ROOT, remember, remembered

Manage = Callable[..., None]


def migrate_and_load(url: str, pack: Path, manage: Manage) -> None:
    """Migrates when the code changed, and loads the pack when that changed."""
    done = remembered("prepared")
    if done.get("database") != _digest_of_text(url) or done.get("migrated") != _migrated(url):
        done = {"database": _digest_of_text(url)}

    code = _digest([*ROOT.glob("satupintu/*/migrations/*.py"), ROOT / "requirements/base.txt"])
    if done.get("code") != code:
        manage("migrate", "--no-input", "--verbosity", "0")
        done |= {"code": code, "migrated": _migrated(url)}
        remember("prepared", done)

    content = _digest(_files_of(pack.resolve()))
    if done.get("pack") != content:
        manage("load_pack", str(pack))
        remember("prepared", done | {"pack": content})


def has_cases(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT EXISTS (SELECT FROM cases_case)").fetchone()
        return bool(found and found[0])


def _files_of(pack: Path) -> list[Path]:
    """The pack's files and those of the base packs that it extends."""
    files = [path for path in pack.rglob("*") if path.is_file()]
    city = pack / "city.yaml"
    text = city.read_text(encoding="utf-8") if city.exists() else ""
    for base in re.findall(r"^extends:\s*([^\s#]+)", text, re.MULTILINE):
        files += _files_of((pack / base).resolve())
    return files


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _digest_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _migrated(url: str) -> list[int] | None:
    """How many migrations the database has seen, and the last; None for a new one."""
    with psycopg.connect(url) as connection:
        if not _has_table(connection, "django_migrations"):
            return None
        row = connection.execute("SELECT count(*), coalesce(max(id), 0) FROM django_migrations")
        return list(row.fetchone() or ())


def _has_table(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s)", [name]).fetchone()
    return bool(found and found[0])
