"""The programs run as a role that owns nothing: whole stories go through, and no wall gives way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction

from satupintu.cases.models import Case
from satupintu.levies.models import Receipt
from satupintu.permits.models import Edition
from tests.journeys.conftest import City
from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.test_licence_with_levy import (
    test_a_building_approval_from_the_levy_to_the_hands_of_a_proxy as with_levy,
)
from tests.journeys.test_retention import finished, later
from tests.journeys.test_retention import (
    test_a_named_person_erases_and_every_page_of_the_case_still_opens as erased,
)

__all__ = ["finished", "later", "letters", "neighbourhood"]

PASSWORD = "peran-layanan"

KEPT = {
    "journal_entry": "door",
    "journal_leaf": "sequence",
    "journal_checkpoint": "root",
    "journal_timestamp": "token",
    "catalogue_serviceversion": "definition",
    "levies_bill": "total",
    "levies_receipt": "amount",
    "levies_cashclosing": "counted",
    "permits_edition": "sha256",
}
REFUSED = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in KEPT.items()),  # noqa: S608
    *(f"DELETE FROM {table}" for table in KEPT),  # noqa: S608
    *(f"TRUNCATE {table} CASCADE" for table in KEPT),
    "DELETE FROM permits_permit",
    "TRUNCATE cases_case CASCADE",
    "ALTER TABLE journal_entry DISABLE TRIGGER append_only",
    "DROP TRIGGER append_only ON journal_entry",
    "DROP TABLE cases_note",
    "CREATE TABLE besides (id int)",
    "CREATE TEMPORARY TABLE besides (id int)",
    "CREATE SCHEMA besides",
    "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE sql AS ''",
    "SET session_replication_role = replica",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', 'x', now())",
]


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    """A plain role of this database alone, and what `grant_role` gives it."""
    name = f"service_of_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


@pytest.fixture
def as_service(role: str) -> Iterator[None]:
    """From here on pages and worker sign in to the database as that role."""
    call_command("grant_role", role)
    call_command("grant_role", role)
    told = connection.settings_dict
    owner = {name: told[name] for name in ("USER", "PASSWORD")}
    connection.close()
    told.update(USER=role, PASSWORD=PASSWORD)
    yield
    connection.close()
    told.update(owner)


def test_a_story_goes_through_and_nothing_that_is_kept_gives_way(
    city: City, as_service: None
) -> None:
    with_levy(city)
    city.work()
    assert Receipt.objects.exists()
    assert Edition.objects.exists()
    call_command("verify_journal")
    for statement in REFUSED:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_personal_data_are_still_erased_when_their_time_is_over(
    letters: Letters, finished: Case, later: datetime, as_service: None
) -> None:
    erased(letters, finished, later)


def test_what_is_written_once_is_what_the_database_lets_be_written(role: str) -> None:
    """The columns that the triggers leave open are those that the role is given."""
    call_command("grant_role", role)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger "
            "WHERE tgname = 'evidence'"
        )
        left_open = {
            (table, column)
            for table, columns in cursor.fetchall()
            for column in columns.split("\\000")
            if column
        }
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges "
            "WHERE grantee = %s AND privilege_type = 'UPDATE' AND table_name LIKE 'levies%%'",
            [role],
        )
        assert set(cursor.fetchall()) == left_open


def test_a_role_that_no_grant_would_bind_is_refused(role: str) -> None:
    with pytest.raises(CommandError, match="There is no role nobody_here"):
        call_command("grant_role", "nobody_here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone() or ("",)
    with pytest.raises(CommandError, match="the whole server"):
        call_command("grant_role", owner)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {owner} TO {role}")
    with pytest.raises(CommandError, match="REASSIGN OWNED"):
        call_command("grant_role", role)
