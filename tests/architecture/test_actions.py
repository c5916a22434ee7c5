"""Only actions save, every action leaves a trace, and no event holds personal data."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args, get_type_hints
from uuid import UUID

import pytest

from satupintu.journal.events import Event

HOUSE = Path(__file__).resolve().parents[2] / "satupintu"
PACKAGES = sorted(path.parent.name for path in HOUSE.glob("*/actions*") if path.stem == "actions")


def functions(package: str, *, public: bool = False) -> Iterator[ast.FunctionDef]:
    """The functions of a package's actions; with `public` only those that others may call."""
    one = HOUSE / package / "actions.py"
    for path in [one] if one.exists() else sorted((HOUSE / package / "actions").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            hidden = public and "_" in {path.name[0], getattr(node, "name", "_")[0]}
            if isinstance(node, ast.FunctionDef) and not hidden:
                yield node


def calls(node: ast.AST) -> set[str]:
    """The last names of all that is called: `journal.record(…)` gives `record`."""
    return {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


# By these names Django writes; the `update` of a dict counts too, which does no harm.
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update"}
WRITES |= {"get_or_create", "update_or_create", "aupdate", "acreate"}

NO_ACT = {
    "api.note_use": "that a token was shown is no act; what is done with it records itself",
    "api.once": "keeps what was answered; the act inside it records itself",
    "cases.keep_typed": "typing is no act: the draft is the applicant's own until submitted",
    "files.begin_upload": "a file on its way in is no act before it is whole",
    "files.add_piece": "a file on its way in is no act before it is whole",
    "files.forget": "what was left lying unfinished never was a file",
    "people.forget_turns": "how often somebody asked is no history, and is gone after minutes",
    "cases.mark_read": "what one has seen of a conversation changes nothing in the case",
}


def reaching(targets: set[str], package: str) -> set[str]:
    """The functions of a package's actions that call one of these, themselves or through others."""
    called = {node.name: calls(node) for node in functions(package)}
    found = set(targets)
    while more := {name for name, names in called.items() if names & found} - found:
        found |= more
    return found


@pytest.mark.parametrize("package", [p for p in PACKAGES if p != "journal"])
def test_every_public_action_that_saves_records_what_happened(package: str) -> None:
    saving, recording = reaching(WRITES, package), reaching({"record"}, package)
    public = {node.name for node in functions(package, public=True)}
    excused = {name.partition(".")[2] for name in NO_ACT if name.startswith(f"{package}.")}
    assert public & saving - recording - excused == set()
    assert excused <= public, "an exception for a function that is gone"


def test_only_actions_save() -> None:
    """A save with a place to save to is a picture or a PDF, not a row."""
    savers = []
    for path in HOUSE.rglob("*.py"):
        if {"actions", "migrations"} & set(path.with_suffix("").relative_to(HOUSE).parts):
            continue
        savers += [
            f"{path.relative_to(HOUSE)}:{call.lineno} .{call.func.attr}("
            for call in ast.walk(ast.parse(path.read_text()))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            if (call.func.attr in WRITES - {"update", "delete", "create", "save"})
            or (call.func.attr == "save" and not call.args)
            or (call.func.attr in {"update", "delete", "create"} and _on_rows(call.func.value))
        ]
    assert not savers


def _on_rows(node: ast.AST) -> bool:
    """Whether this is a queryset: something of `.objects`, however far along the chain."""
    return any(
        isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(node)
    )


PERSONAL = re.compile(
    r"(^|_)(nik|npwp|nib|phone|email|address|birth|born|sex|gender|passport|answers?|body|typed"
    r"|person|holder|applicant|owner|signer|taker)($|_name$)|(^|_)name$"
)
PLAIN = {int, str, bool, Decimal, date, datetime, UUID, type(None)}


def every_event(kind: type[Event] = Event) -> Iterator[type[Event]]:
    for path in HOUSE.glob("*/events.py"):
        importlib.import_module(f"satupintu.{path.parent.name}.events")
    for child in kind.__subclasses__():
        if child.__module__.startswith("satupintu."):
            yield child
            yield from every_event(child)


def test_events_hold_ids_and_no_personal_data() -> None:
    events = list(every_event())
    assert len(events) > 20
    assert [
        f"{event.__qualname__}.{field.name}"
        for event in events
        for field in dataclasses.fields(event)
        if PERSONAL.search(field.name)
    ] == []


def test_events_hold_only_plain_values() -> None:
    odd = []
    for event in every_event():
        for name, kind in get_type_hints(event).items():
            parts = get_args(kind) or (kind,)
            if {part for part in parts if part is not Ellipsis} - PLAIN:
                odd.append(f"{event.__qualname__}.{name}: {kind}")
    assert odd == []
