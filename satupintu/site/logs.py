"""One line of JSON for each thing that happened; never a name, a phone, a NIK or a secret.

granian's first process reads this file without Django (satupintu/site/granian-logs.json).
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import JobContext
    from procrastinate.worker import Worker
    from structlog.typing import EventDict, Processor

MASK = "…"
# A job's call with all it was given, as the queue writes it.
ARGUMENTS = re.compile(r"(\w\[\d+\])\(.*\)", re.DOTALL)
# PostgreSQL repeats the row that it refused.
DETAIL = re.compile(r"^(DETAIL|CONTEXT|KONTEKS|RINCIAN):.*$", re.MULTILINE)
SECRET_PATHS = re.compile(r"(/(?:j|v|dibagikan|key|confirm-email)/)[^/\s\"'?]+")
PERSONAL = (
    re.compile(r"(?<![\w.-])\d{16}(?![\w-])"),  # NIK, family card
    re.compile(r"(?<!\w)(?:\+?62|0)[\s-]?8(?:[\s-]?\d){7,11}(?!\w)"),
    # As long as such a name can be, or a long text without @ is read once for each of its letters.
    re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
)
# Written by this program from its own words; a line for every request must be cheap.
OURS = frozenset({"time", "level", "logger", "request_id", "method", "route", "task"})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def of_request(logger: object, name: str, event: EventDict) -> EventDict:
    """Django names the path in its words; paths hold tokens, routes do not."""
    given = event.pop("positional_args", ())
    record = event.get("_record")
    request = getattr(record, "request", None)
    if record is None or not hasattr(request, "path") or not isinstance(given, tuple):
        return event
    matched = getattr(request, "resolver_match", None)
    route = f"/{matched.route}" if matched else MASK
    kept = tuple(route if str(one).startswith("/") else one for one in given)
    event["event"] = str(record.msg) % kept if kept else event["event"]
    return event


def of_job(logger: object, name: str, event: EventDict) -> EventDict:
    """The queue logs a job with all it was given: phones, addresses, codes."""
    job = getattr(event.get("_record"), "job", None)
    if isinstance(job, dict):
        event["job_id"], event["task"] = job.get("id"), job.get("task_name")
    event["event"] = ARGUMENTS.sub(rf"\1({MASK})", str(event["event"]))
    return event


def without_personal_data(logger: object, name: str, event: EventDict) -> EventDict:
    """The last look at every line, whoever wrote it."""
    for key, value in event.items():
        if key not in OURS and not isinstance(value, int | float | None):
            event[key] = cleaned(str(value))
    return event


def cleaned(said: str) -> str:
    said = DETAIL.sub(rf"\1: {MASK}", said)
    said = SECRET_PATHS.sub(rf"\1{MASK}", said)
    for pattern in PERSONAL:
        said = pattern.sub(MASK, said)
    return said


def without_control(logger: object, name: str, event: EventDict) -> EventDict:
    """A stranger's text moves no cursor of who reads along."""
    event["event"] = CONTROL.sub("�", str(event["event"]).replace("\n", "⏎"))
    return event


BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    of_request,
    of_job,
]


def formatter(*, readable: bool = False) -> logging.Formatter:
    """Lines for machines, or for the terminal of the sandbox."""
    last: list[Processor] = [
        structlog.processors.EventRenamer("event"),
        structlog.processors.JSONRenderer(),
    ]
    if readable:
        last = [without_control, structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time")]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=BEFORE,
        pass_foreign_args=True,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_personal_data,
            *last,
        ],
    )


def configured(*, level: str, readable: bool) -> dict[str, Any]:
    """LOGGING for Django, and structlog on top of it: all loggers end in one handler."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *BEFORE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    here: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "satupintu.site.logs.formatter", "readable": readable}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": here,
            "django.server": here,
            # Robots ask for names that are not ours; the line of the request tells of it.
            "django.security.DisallowedHost": {**here, "level": "CRITICAL"},
            "_granian": here,
            "granian.access": here,
            # Each job has one line of ours; the queue adds the ones that failed.
            "procrastinate": {**here, "level": "WARNING"},
        },
    }


async def job_line(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Every line of a job carries its id."""
    job = context.job
    with structlog.contextvars.bound_contextvars(job_id=job.id, task=job.task_name):
        result = await call_next()
        structlog.get_logger("satupintu.job").info("job_done", attempt=job.attempts + 1)
        return result
