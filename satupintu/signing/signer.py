"""The signer process: it alone holds keys, in memory, from the passphrase until the act ends."""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
import resource
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509

from satupintu.lib import frames
from satupintu.signing import pades, providers, roots
from satupintu.signing.results import SignedPdf

logger = logging.getLogger(__name__)

ACT_SECONDS = 15 * 60
RETRY_SECONDS = 60
EVIDENCE_SECONDS = 5 * 60
SIGN_SECONDS = 90
# Guessing protection of our own, for keys whose provider has none.
WRONG_TRIES = 5
LOCKED_SECONDS = 15 * 60


class Refusal(Exception):
    """Goes back to the client as its kind, which `actions` turns into a sentence."""


@dataclass
class Act:
    credential: pades.Credential
    ends: float
    left: int
    evidence: pades.Evidence | None = None
    ask_after: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Signer:
    def __init__(self, *, tsa_url: str, workers: int, now: Callable[[], float] = time.monotonic):
        self.tsa_url = tsa_url
        self._workers = workers
        self._now = now
        self._lock = threading.Lock()
        self._acts: dict[str, Act] = {}
        self._wrong: dict[tuple[str, str], list[float]] = {}
        self._pool = self._new_pool()
        self._skip_tsa_until = 0.0

    def answer(self, asked: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        self.forget_ended()
        match asked["do"]:
            case "open":
                return self._open(asked), b""
            case "sign":
                return self._sign(asked, body)
            case "close":
                with self._lock:
                    self._acts.pop(asked["act"], None)
                return {}, b""
            case _:
                return {"refused": "unknown"}, b""

    def forget_ended(self) -> None:
        with self._lock:
            for handle in [h for h, act in self._acts.items() if act.ends <= self._now()]:
                del self._acts[handle]

    def close(self) -> None:
        with self._lock:
            self._acts.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = (asked["provider"], asked["reference"])
        with self._lock:
            recent = [at for at in self._wrong.get(name, ()) if self._now() - at < LOCKED_SECONDS]
            if len(recent) >= WRONG_TRIES:
                raise Refusal("locked")
        try:
            credential = providers.provider(name[0]).open(name[1], asked.pop("passphrase"))
        except providers.BadPassphrase:
            with self._lock:
                self._wrong[name] = [*recent, self._now()]
            raise Refusal("wrong") from None
        except providers.KeyMissing:
            raise Refusal("missing") from None
        certificate = x509.load_der_x509_certificate(credential.certificate)
        if certificate != x509.load_pem_x509_certificate(asked["certificate"].encode()):
            raise Refusal("missing")
        if certificate.not_valid_after_utc <= dt.datetime.now(dt.UTC):
            raise Refusal("expired")
        act = secrets.token_urlsafe(32)
        with self._lock:
            self._wrong.pop(name, None)
            self._acts[act] = Act(credential, self._now() + ACT_SECONDS, asked["limit"])
        logger.info("act opened with key %s of %s", name[1], name[0])
        return {"act": act}

    def _sign(self, asked: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            act = self._acts.get(asked["act"])
            if act is None or act.left < 1:
                raise Refusal("lost")
            act.left -= 1
        try:
            signed = self._signed(act, asked, pdf)
        except BaseException:
            with self._lock:
                act.left += 1
            raise
        if act.left < 1:
            with self._lock:
                self._acts.pop(asked["act"], None)
        return {"level": signed.level}, signed.pdf

    def _signed(self, act: Act, asked: dict[str, Any], pdf: bytes) -> SignedPdf:
        trusted = roots.trusted()
        try:
            evidence = self._evidence(act, trusted)
        except pades.Revoked:
            with self._lock:
                self._acts.pop(asked["act"], None)
            raise Refusal("revoked") from None
        tsa_url = self.tsa_url if self._now() >= self._skip_tsa_until else ""
        wording = pades.Wording(asked["reason"], asked["location"], asked["field"])
        pool = self._pool
        try:
            signed = pool.submit(
                pades.sign,
                pdf,
                act.credential,
                wording,
                roots=trusted,
                tsa_url=tsa_url,
                evidence=evidence,
            ).result(SIGN_SECONDS)
        except pades.Unsignable as error:
            logger.warning("a file could not be signed: %s", error)
            raise Refusal("unsignable") from None
        except (BrokenProcessPool, TimeoutError):
            with self._lock:
                if self._pool is pool:
                    self._pool = self._new_pool()
            raise Refusal("retry") from None
        if tsa_url and signed.level == "B-B":
            # Do not let every document of a batch wait for an authority that is down.
            self._skip_tsa_until = self._now() + RETRY_SECONDS
        return signed

    def _evidence(self, act: Act, trusted: tuple[bytes, ...]) -> pades.Evidence | None:
        """Asked once for a batch, and again before answers of a strict authority grow stale."""
        with act.lock:
            if self._now() >= act.ask_after:
                certificates = [act.credential.certificate, *act.credential.chain]
                act.evidence = pades.gather(certificates, roots=trusted, tsa_url=self.tsa_url)
                wait = EVIDENCE_SECONDS if act.evidence else RETRY_SECONDS
                act.ask_after = self._now() + wait
            return act.evidence

    def _new_pool(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a child must not be born with the keys of all acts in its memory.
        return ProcessPoolExecutor(
            self._workers, mp_context=multiprocessing.get_context("spawn"), initializer=_no_dumps
        )


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, signer: Signer) -> None:
        self.signer = signer
        _remove_if_dead(path)
        mask = os.umask(0o177)
        try:
            super().__init__(str(path), Handler)
        finally:
            os.umask(mask)
        self._stop = threading.Event()
        threading.Thread(target=self._forget, daemon=True).start()

    def _forget(self) -> None:
        while not self._stop.wait(30):
            self.signer.forget_ended()

    def server_close(self) -> None:
        self._stop.set()
        super().server_close()
        Path(str(self.server_address)).unlink(missing_ok=True)
        self.signer.close()


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        link: socket.socket = self.request
        link.settimeout(30)
        try:
            asked, body = frames.receive(link)
            try:
                answer, pdf = self.server.signer.answer(asked, body)
            except Refusal as refusal:
                answer, pdf = {"refused": str(refusal)}, b""
            except Exception as error:  # one bad request must not cost the others their acts
                # Only the kind of error: its text could quote the request, and so a passphrase.
                logger.error("a request failed: %s", type(error).__name__)
                answer, pdf = {"refused": "retry"}, b""
            frames.send(link, answer, pdf)
        except (OSError, ValueError):
            logger.info("a connection ended early")


def serve(path: Path, *, tsa_url: str, workers: int) -> Server:
    """A bound server; the caller runs serve_forever."""
    _no_dumps()
    return Server(path, Signer(tsa_url=tsa_url, workers=workers))


def _no_dumps() -> None:
    """A crash must not write memory, and with it keys, to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _remove_if_dead(path: Path) -> None:
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise SystemExit(f"A signer already listens on {path}.")
