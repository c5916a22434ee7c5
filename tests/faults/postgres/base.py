"""A connection that says before and after each commit, and at each statement, where it is."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from tests.faults import steps


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *settings: Any, **named: Any) -> None:
        super().__init__(*settings, **named)
        self.execute_wrappers.append(_statement)

    def _commit(self) -> None:
        steps.passed("before a commit")
        super()._commit()  # type: ignore[misc]
        steps.passed("after a commit")


def _statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    steps.passed(" ".join(sql.split()[:3])[:40])
    return execute(sql, params, many, context)
