"""Changes tables beside a release that serves: never makes it wait long for a lock."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

# Whoever comes after a waiting migration waits too: better to step back and come again.
LOCK_TIMEOUT = "1s"
TRIES = 30
PAUSE_SECONDS = 2.0


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        for left in reversed(range(TRIES)):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            try:
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
