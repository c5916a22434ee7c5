"""A system that is told by webhook: a real server on this machine, with switches for its faults."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Receiver:
    """`fault` is none, "busy" (503), "elsewhere" (a redirect to itself), "gone" (cuts the line)."""

    url: str = ""
    fault: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            if receiver.fault == "gone":
                self.connection.close()
                return
            self.send_response({"busy": 503, "elsewhere": 307}.get(receiver.fault, 204))
            if receiver.fault == "elsewhere":
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(found)) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/kabar"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        server.shutdown()
        thread.join()
