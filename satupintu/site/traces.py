"""Traces for a collector that the environment names (OpenTelemetry, OTLP over HTTP).

Only what this file lists leaves the house: addresses, search words, phones and tokens do not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

if TYPE_CHECKING:
    from procrastinate import JobContext
    from procrastinate.worker import Worker

KEPT = {
    "http.method", "http.request.method", "http.route", "http.scheme", "url.scheme",
    "http.status_code", "http.response.status_code", "db.system", "db.name", "db.statement",
    "db.query.text", "db.namespace", "satupintu.job",
}  # fmt: skip


class Sparing(SpanExporter):
    """Hands on the spans without what could tell of a person."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.exporter.export([_spared(span) for span in spans])

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def _spared(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={key: value for key, value in (span.attributes or {}).items() if key in KEPT},
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=trace.Status(span.status.status_code),  # its words may repeat a row
        start_time=span.start_time,
        end_time=span.end_time,
    )


@functools.cache
def start(process: str) -> TracerProvider:
    """Before the first request or job of this process."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"satupintu-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(Sparing(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(tracer_provider=provider)
    # Its wheel with the C part goes by another name, which the check does not know.
    PsycopgInstrumentor().instrument(tracer_provider=provider, skip_dep_check=True)
    return provider


async def job_span(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """One span for each job, with its queries in it."""
    tracer = start("worker").get_tracer(__name__)
    with tracer.start_as_current_span(
        context.job.task_name, attributes={"satupintu.job": context.job.id or 0}
    ):
        return await call_next()
