"""What the machine's keeper watches: requests as they are answered, the city's work when asked.

With several workers of granian, PROMETHEUS_MULTIPROC_DIR names the folder where they count
together; see docs/operations.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from satupintu.cases import queries as cases
from satupintu.journal import queries as journal
from satupintu.notifications import queries as notifications
from satupintu.permits import queries as permits

REQUESTS = Histogram(
    "satupintu_request_seconds",
    "Time from the request to its answer",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
JOBS = """
    SELECT status::text, count(*), coalesce(extract(epoch FROM now() - min(due)), 0)
    FROM (
        SELECT status, coalesce(scheduled_at, (
            SELECT min(at) FROM procrastinate_events WHERE job_id = jobs.id)) AS due
        FROM procrastinate_jobs AS jobs WHERE status IN ('todo', 'doing', 'failed')
    ) AS open
    GROUP BY 1
"""


def count(method: str, route: str, status: int, seconds: float) -> None:
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, route or "none", status).observe(seconds)


def text() -> bytes:
    """Everything in Prometheus' text format."""
    requests: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)
    work = CollectorRegistry()
    work.register(Work())
    return generate_latest(requests) + generate_latest(work)


class Work(Collector):
    """Read from the database at every scrape, so that any node tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found, up = [], True
        try:
            found = list(self._read())
        except DatabaseError:
            up = False
        except ObjectDoesNotExist:
            pass  # no pack was loaded yet: there is no city and no work
        yield _gauge("satupintu_database_up", "1: the database answers", up)
        yield from found

    def _read(self) -> Iterable[GaugeMetricFamily]:
        running, late = cases.running_and_late()
        yield _gauge("satupintu_cases_running", "Applications under way", running)
        yield _gauge("satupintu_cases_late", "Of these, past their promised day", late)
        yield _by("satupintu_messages", "Mails and SMS not sent", "status", notifications.unsent())
        yield _by(
            "satupintu_documents", "Documents without signature", "status", permits.unsigned()
        )
        yield _gauge("satupintu_journal_unsealed", "Rows without a checkpoint", journal.unsealed())
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            jobs = {status: (number, float(age)) for status, number, age in cursor.fetchall()}
        numbers = {status: jobs.get(status, (0, 0.0))[0] for status in ("todo", "doing", "failed")}
        yield _by("satupintu_jobs", "Jobs that wait, run, or were given up", "status", numbers)
        oldest = max(jobs.get("todo", (0, 0.0))[1], 0.0)
        yield _gauge("satupintu_job_oldest_seconds", "How long the oldest job is overdue", oldest)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _by(name: str, about: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
