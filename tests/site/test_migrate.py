"""A migration never makes those who are served wait behind it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from satupintu.site.management.commands import migrate
from tests.serving import surroundings


def has_index() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'permit_book'")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_a_migration_steps_back_from_a_table_in_use_and_comes_again(monkeypatch: Any) -> None:
    reader = psycopg.connect(surroundings()["DATABASE_URL"])
    reader.execute("SELECT count(*) FROM permits_permit")  # a transaction that stays open
    pauses = []

    def pause(seconds: float) -> None:
        """While the migration pauses, the reader ends."""
        pauses.append(seconds)
        assert has_index()
        reader.close()

    monkeypatch.setattr("time.sleep", pause)
    try:
        call_command("migrate", "permits", "0004", verbosity=0)
        assert pauses == [migrate.PAUSE_SECONDS]
        assert not has_index()
    finally:
        reader.close()
        call_command("migrate", verbosity=0)  # also what stands on that one
    assert has_index()


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_up_in_the_end_and_changes_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr(migrate, "TRIES", 1)
    try:
        with psycopg.connect(surroundings()["DATABASE_URL"]) as reader:
            reader.execute("SELECT count(*) FROM permits_permit")
            with pytest.raises(OperationalError, match="lock timeout"):
                call_command("migrate", "permits", "0004", verbosity=0)
            assert has_index()
    finally:
        call_command("migrate", verbosity=0)  # also what stands on that one


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_broken_off_is_made_anew(monkeypatch: Any) -> None:
    call_command("migrate", "permits", "0004", verbosity=0)
    reader = psycopg.connect(surroundings()["DATABASE_URL"])
    reader.execute("SELECT count(*) FROM permits_permit")
    monkeypatch.setattr("time.sleep", lambda _: reader.close())
    try:
        call_command("migrate", "permits", verbosity=0)
    finally:
        reader.close()
        call_command("migrate", verbosity=0)  # also what stands on that one
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        assert cursor.fetchone() == (0,)
    assert has_index()
