"""The authority over HTTP: OCSP, CRL, RFC 3161 time stamps, and faults to switch on."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sandbox.faulty import AT_ONCE
from sandbox.pki.authority import Authority

FAULTS = ("none", "slow", "down", "wrong", "reset", "garbage")
SERVICES = ("ocsp", "crl", "tsa")
SLOW_SECONDS = 30.0


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, data: Path) -> None:
        # The port is taken first: certificates carry it.
        super().__init__(("127.0.0.1", port), Handler)
        self.authority = Authority(data, f"http://127.0.0.1:{self.server_port}")
        self.faults = dict.fromkeys(SERVICES, "none")
        self.closing = threading.Event()

    def server_close(self) -> None:
        self.closing.set()
        super().server_close()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        authority, path = self.server.authority, urlsplit(self.path).path
        if path in ("/certs/root.crl", "/certs/ca.crl"):
            if not self._faulty("crl"):
                self._answer(
                    authority.crl(path.removeprefix("/certs/")[:-4]), "application/pkix-crl"
                )
        elif path in ("/certs/root.cer", "/certs/ca.cer"):
            pair = authority.root if path == "/certs/root.cer" else authority.ca
            self._answer(pair.der, "application/pkix-cert")
        elif path == "/certs/root.pem":
            self._answer(authority.root.pem, "application/x-pem-file")
        elif path == "/control":
            faults = " ".join(f"{name}={fault}" for name, fault in self.server.faults.items())
            self._answer(faults.encode(), "text/plain")
        else:
            self._answer(b"", "text/plain", 404)

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        authority = self.server.authority
        if parts.path == "/ocsp":
            if not self._faulty("ocsp"):
                self._answer(authority.answer_ocsp(body), "application/ocsp-response")
        elif parts.path == "/tsa":
            if not self._faulty("tsa"):
                self._answer(authority.timestamp(body), "application/timestamp-reply")
        elif parts.path == "/control":
            self._control({name: values[0] for name, values in parse_qs(parts.query).items()})
        else:
            self._answer(b"", "text/plain", 404)

    def _control(self, asked: dict[str, str]) -> None:
        """POST /control?service=tsa&fault=down (service `all` means every one)."""
        service, fault = asked.get("service", "all"), asked.get("fault", "none")
        if fault not in FAULTS or service not in (*SERVICES, "all"):
            self._answer(b"unknown service or fault", "text/plain", 400)
            return
        for name in SERVICES if service == "all" else (service,):
            self.server.faults[name] = fault
        self._answer(b"ok", "text/plain")

    def _faulty(self, service: str) -> bool:
        match self.server.faults[service]:
            case "down":
                self._answer(b"", "text/plain", 503)
            case "wrong":
                self._answer(b"this is not what you asked for", "text/html")
            case "garbage":  # rightly named, and nothing that can be read
                kinds = {"tsa": "timestamp-reply", "ocsp": "ocsp-response", "crl": "pkix-crl"}
                self._answer(b"\x30\x82\xff\xff" + bytes(200), f"application/{kinds[service]}")
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                self.connection.close()
                self.close_connection = True
            case "slow":
                self.server.closing.wait(SLOW_SECONDS)
                self.close_connection = True
            case _:
                return False
        return True

    def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        print(time.strftime("%H:%M:%S"), format % args, flush=True)
