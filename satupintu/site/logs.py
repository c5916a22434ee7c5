"""What logs must not hold."""

from __future__ import annotations

import logging
import re

ARGUMENTS = re.compile(r"(\w\[\d+\])\(.*\)", re.DOTALL)


class WithoutArguments(logging.Filter):
    """The queue logs a job that failed with all it was given: phones, addresses, codes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = ARGUMENTS.sub(r"\1(…)", record.getMessage())
        record.args = None
        record.__dict__.pop("job", None)
        return True
