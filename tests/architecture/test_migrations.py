"""A migration runs while the release before it still serves: it neither locks it out nor breaks it.

What the release before does not know must not be asked of it: a new column is empty or filled by
the database itself, and a column goes in the release after the one that no longer names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation

ROOT = Path(__file__).resolve().parents[2]
# The last migration of each package that ran only where nobody was served yet.
BASELINE = {
    "api": "0001",
    "cases": "0006",
    "catalogue": "0002",
    "files": "0003",
    "journal": "0001",
    "levies": "0004",
    "notifications": "0003",
    "offices": "0003",
    "people": "0007",
    "permits": "0006",
    "signing": "0001",
    "site": "0001",
}
# Looked at by hand and safe for the release before: {("cases", "0042_x"): "why"}
ANSWERED: dict[tuple[str, str], str] = {}


def after_baseline() -> dict[tuple[str, str], Migration]:
    found = MigrationLoader(None).disk_migrations
    return {
        key: migration
        for key, migration in found.items()
        if migration.__module__.startswith("satupintu.")
        and key[1][:4] > BASELINE.get(key[0], "0000")
    }


def dangers(migration: Migration) -> Iterator[str]:
    """What would hurt the release before, each as a sentence."""
    made = {
        one.name.lower() for one in migration.operations if isinstance(one, migrations.CreateModel)
    }
    for one in migration.operations:
        model = str(getattr(one, "model_name", "")).lower()
        if model not in made and (danger := _danger(one)):
            yield danger
    if not migration.atomic and len(migration.operations) > 1:
        yield "does several things without a transaction: a stop between them leaves half of it"


def _danger(one: Operation) -> str | None:
    if isinstance(one, migrations.RenameField | migrations.RenameModel):
        return "renames what the release before still asks for"
    if isinstance(one, migrations.AlterModelTable):
        return "renames what the release before still asks for"
    if isinstance(one, migrations.RemoveField | migrations.DeleteModel):
        return "removes in one step: take it from the code first (SeparateDatabaseAndState)"
    if isinstance(one, migrations.AlterField):
        return (
            "alters a column: add a new one, or say in ANSWERED why it rewrites and locks nothing"
        )
    if isinstance(one, migrations.AddField) and _asks_too_much(one.field):
        return f"adds {one.name} without null=True or db_default: the release before can not insert"
    concurrent = AddIndexConcurrently | RemoveIndexConcurrently
    if isinstance(one, migrations.AddIndex | migrations.RemoveIndex) and not isinstance(
        one, concurrent
    ):
        return "locks the table for an index: use AddIndexConcurrently, RemoveIndexConcurrently"
    if isinstance(one, migrations.AddConstraint):
        if isinstance(one.constraint, models.CheckConstraint):
            if type(one) is migrations.AddConstraint:
                return "reads the whole table: AddConstraintNotValid, ValidateConstraint"
        elif isinstance(one.constraint, models.UniqueConstraint):
            return "locks the table: make the unique index CONCURRENTLY, then use it"
    return None


def _asks_too_much(field: models.Field[object, object]) -> bool:
    many = field.many_to_many
    return not many and not field.null and not field.has_db_default()


def new(*operations: Operation) -> Migration:
    class New(Migration):
        pass

    New.operations = list(operations)
    return New("9999_new", "cases")


def test_new_migrations_run_beside_the_release_before() -> None:
    found = {
        ".".join(key): said
        for key, migration in after_baseline().items()
        if key not in ANSWERED and (said := list(dangers(migration)))
    }
    assert not found


def test_every_package_has_a_baseline() -> None:
    packages = {path.parent.parent.name for path in ROOT.glob("satupintu/*/migrations/0001_*.py")}
    assert packages == set(BASELINE)


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.RenameField("case", "number", "name"), "renames"),
        (migrations.RemoveField("case", "number"), "removes"),
        (migrations.DeleteModel("Case"), "removes"),
        (migrations.AddField("case", "x", models.IntegerField(default=1)), "db_default"),
        (migrations.AddField("case", "x", models.TextField(blank=True, default="")), "db_default"),
        (migrations.AddIndex("case", models.Index(fields=["x"], name="x")), "Concurrently"),
        (
            migrations.AddConstraint(
                "case", models.CheckConstraint(condition=models.Q(x=1), name="x")
            ),
            "NotValid",
        ),
        (
            migrations.AddConstraint("case", models.UniqueConstraint(fields=["x"], name="x")),
            "CONCURRENTLY",
        ),
        (migrations.AlterField("case", "x", models.TextField()), "alters"),
    ],
)
def test_what_would_hurt_is_refused(operation: Operation, word: str) -> None:
    (said,) = dangers(new(operation))
    assert word in said


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("case", "x", models.IntegerField(null=True)),
        migrations.AddField("case", "x", models.IntegerField(default=1, db_default=1)),
        migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
        AddIndexConcurrently("case", models.Index(fields=["x"], name="x")),
    ],
)
def test_what_hurts_nobody_is_taken(operation: Operation) -> None:
    assert not list(dangers(new(operation)))
