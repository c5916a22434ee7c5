"""The refusal that people see."""

from __future__ import annotations


class Refused(Exception):
    """Something was asked that can not be done; `message` says why and what to do, in Indonesian.

    `field` names the form field or the fact that caused it, when there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
