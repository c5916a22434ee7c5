"""The flush after a transactional test, for a database whose journal can not be emptied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import operations

from satupintu.site.postgres import base


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Triggers sleep meanwhile; the job tables are not Django's, so its flush forgets them."""
        super().execute_sql_flush(
            [
                "SET LOCAL session_replication_role = replica",
                *sql_list,
                "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE",
            ]
        )


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class: Any = DatabaseOperations
