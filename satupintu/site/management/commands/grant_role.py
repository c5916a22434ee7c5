"""Gives the role that the programs run as what they need: `manage.py grant_role satupintu`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

USUAL = "SELECT, INSERT, UPDATE, DELETE"
ADDED = "SELECT, INSERT"
# Evidence: rows are added, and at most the columns named are written afterwards.
KEPT = {
    "journal_entry": ADDED,
    "journal_leaf": ADDED,
    "journal_checkpoint": ADDED,
    "journal_timestamp": ADDED,
    "journal_tile": f"{ADDED}, UPDATE",
    "journal_window": f"{ADDED}, UPDATE",
    "catalogue_serviceversion": ADDED,
    "levies_bill": f"{ADDED}, UPDATE (status, cancel_reason, cancelled_at, withdrawn_at, file_id)",
    "levies_receipt": f"{ADDED}, UPDATE (closing_id, file_id)",
    "levies_cashclosing": ADDED,
    "permits_permit": f"{ADDED}, UPDATE",
    "permits_edition": ADDED,
    "permits_decision": f"{ADDED}, UPDATE",
    "permits_handover": f"{ADDED}, UPDATE",
    "offices_number": f"{ADDED}, UPDATE",
    "django_migrations": "SELECT",
}
MIGHTY = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"


class Command(BaseCommand):
    help = "After `migrate`, as the owner of the tables: rows for this role, no tables. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        _refuse_the_unfit(role)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            (database,) = cursor.fetchone() or ("",)
            names = {"role": sql.Identifier(role), "database": sql.Identifier(database)}
            for line in (
                "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
                "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
                "GRANT CONNECT ON DATABASE {database} TO {role}",
                "GRANT USAGE ON SCHEMA public TO {role}",
                "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
                f"GRANT {USUAL} ON ALL TABLES IN SCHEMA public TO {{role}}",
            ):
                cursor.execute(sql.SQL(line).format(**names).as_string())
            for table, rights in KEPT.items():
                names["table"] = sql.Identifier(table)
                for line in (
                    "REVOKE ALL ON {table} FROM {role}",
                    f"GRANT {rights} ON {{table}} TO {{role}}",
                ):
                    cursor.execute(sql.SQL(line).format(**names).as_string())
        self.stdout.write(f"{role}: {len(KEPT)} tables are kept from it, it owns none")


def _refuse_the_unfit(role: str) -> None:
    """A role that owns the tables, or could come to own them, is not bound by any grant."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MIGHTY} FROM pg_roles WHERE rolname = %s", [role])  # noqa: S608
        found = cursor.fetchone()
        if found is None:
            raise CommandError(f"There is no role {role}. As the administrator: createuser {role}")
        if found[0]:
            raise CommandError(f"{role} has rights over the whole server. Take a plain role.")
        cursor.execute(
            "SELECT pg_has_role(%s, current_user, 'MEMBER') OR EXISTS (SELECT FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND pg_has_role(%s, relowner, 'MEMBER'))",
            [role, role],
        )
        (owns,) = cursor.fetchone() or (True,)
        if owns:
            raise CommandError(
                f"{role} owns tables, or is a member of who does. Let another role own them: "
                f"REASSIGN OWNED BY {role} TO <owner>"
            )
