"""What the keeper of the machines can see: alive, ready, numbers, traces."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from procrastinate.contrib.django import app

from satupintu.site.web import health
from tests.serving import surroundings, web
from tests.world import ROOT, World

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "prometheus-4711"
# A page asked as a stranger would ask it, in a process that this test knows nothing of.
ASK = """
import io, sys
from satupintu.site.wsgi import application
path = sys.argv[1]
said = []
given = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "q=rahasia-4711",
         "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(),
         "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "HTTP_USER_AGENT": "ua-4711"}
b"".join(application(given, lambda status, headers, *rest: said.append(status)))
found = sorted(name for name in sys.modules if name.startswith("opentelemetry"))
print(said[0], len(found))
if found:
    from satupintu.site import traces
    traces.start("web").shutdown()
"""


def sample(text: str, name: str, **labels: str) -> float:
    """The sum of the samples of this name that carry these labels."""
    found = 0.0
    for line in re.findall(rf"^{name}(?:\{{.*\}})? .*$", text, re.MULTILINE):
        if all(f'{label}="{value}"' in line for label, value in labels.items()):
            found += float(line.rpartition(" ")[2])
    return found


def test_a_node_is_ready_when_database_migrations_and_files_are(settings: Any) -> None:
    health._applied.clear()
    answer = Client().get("/siap/")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "files": True, "signer": False}


def test_a_node_with_a_missing_migration_is_not_ready() -> None:
    health._applied.clear()
    newest = MigrationRecorder.Migration.objects.filter(app="permits").latest("id")
    newest.delete()
    try:
        answer = Client().get("/siap/")
        assert (answer.status_code, answer.json()["migrations"]) == (503, False)
    finally:
        newest.save(force_insert=True)
    assert Client().get("/siap/").status_code == 200


def test_a_node_that_can_not_keep_files_is_not_ready(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "file"
    settings.FILES_DIR.write_text("a file where the folder should be")
    answer = Client().get("/siap/")
    assert (answer.status_code, answer.json()["files"]) == (503, False)


def test_numbers_are_for_the_holder_of_the_token(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    assert metrics()


def metrics() -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_work_of_the_city_is_counted_when_asked(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    before = metrics()
    for number in range(3):
        app.configure_task("site.clear_old", queueing_lock=f"lock {number}").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")

    now = metrics()

    assert sample(now, "satupintu_database_up") == 1
    waiting = [sample(text, "satupintu_jobs", status="todo") for text in (before, now)]
    assert waiting[1] == waiting[0] + 3
    assert 3600 <= sample(now, "satupintu_job_oldest_seconds") < 7200
    assert sample(now, "satupintu_cases_late") == 0
    assert sample(now, "satupintu_journal_unsealed") > 0  # no sealer runs here
    for status in ("queued", "sending", "failed"):
        assert f'satupintu_messages{{status="{status}"}}' in now
    for status in ("signing", "unsigned"):
        assert f'satupintu_documents{{status="{status}"}}' in now


@pytest.mark.requirement("MTR-8-1")
def test_all_workers_of_a_node_count_together(tmp_path: Path) -> None:
    folder = tmp_path / "counted"
    folder.mkdir()
    with web(
        tmp_path, PROMETHEUS_MULTIPROC_DIR=str(folder), SATUPINTU_METRICS_TOKEN=TOKEN
    ) as served:
        for _ in range(20):
            assert served.ask("/verifikasi/")[0] == 200
        status, text = served.ask("/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    name = "satupintu_request_seconds_count"
    assert sample(text, name, route="permits:verify", status="200", method="GET") == 20
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert sum(line.get("route") == "permits:verify" for line in lines) == 20


class Collector(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: list[bytes] = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Collector)
        self.server.received.append(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(path: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ASK, path],
        cwd=ROOT,
        env=surroundings(**environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_request_leaves_a_trace_without_addresses_and_people(collector: Collector) -> None:
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    ask("/v/geheim-4711/", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)

    spans = []
    for body in collector.received:
        message = ExportTraceServiceRequest.FromString(body)
        spans += [
            span
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
    (request,) = [span for span in spans if not span.parent_span_id]
    queries = [span for span in spans if span.parent_span_id == request.span_id]
    assert request.name == "GET v/<str:token>/"
    assert any("SELECT" in str(span.attributes) for span in queries)
    assert not [body for body in collector.received if b"4711" in body]


def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    assert ask("/sehat/") == "200 OK 0"
