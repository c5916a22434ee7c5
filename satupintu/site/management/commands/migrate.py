"""Changes tables beside a release that serves: never makes it wait long for a lock."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

# Whoever comes after a waiting migration waits too: better to step back and come again.
LOCK_TIMEOUT = "1s"
TRIES = 30
PAUSE_SECONDS = 2.0


# What stays of an index whose making was broken off: it serves nobody and is in the way.
HALF_MADE = """
SELECT format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname = current_schema()
AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
"""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        for left in reversed(range(TRIES)):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            try:
                _drop_half_made(connection)
                super().handle(*args, **options)
            except OperationalError as busy:
                if left == 0 or not isinstance(busy.__cause__, LockNotAvailable):
                    raise
                self.stderr.write(f"A table is in use, trying again ({left} tries left)")
                time.sleep(PAUSE_SECONDS)
            else:
                return
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")


def _drop_half_made(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HALF_MADE)
        for (drop,) in cursor.fetchall():
            cursor.execute(drop)
