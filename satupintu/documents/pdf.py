"""Typst template + data → PDF/A-3a; a child process makes it, so a bad template hangs nobody."""

from __future__ import annotations

import atexit
import json
import os
import re
import socket
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import satupintu
from satupintu.lib import frames

MAX_TEMPLATE = 200_000
MAX_DATA = 1_000_000
MAX_FILES = 10_000_000
SECONDS = 20
NO_SIGN = "could not be displayed with font"
# Signs that the fonts inside typst are known to have.
SHOWN = re.compile(
    r"[\n\t\x20-\x7e\xa0-\u024f\u0391-\u03a1\u03a3-\u04ff\u2010-\u2027\u2030-\u2040"
    r"\u20a0-\u20bf\u2190-\u22ff\u2500-\u25ff]*"
)
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


class DocumentError(Exception):
    """A document could not be made; `message`, `file` and `line` tell the template's author why."""

    def __init__(self, message: str, line: int = 0, file: str = "") -> None:
        super().__init__(f"{file}:{line}: {message}" if line else message)
        self.message = message
        self.line = line
        self.file = file


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    name: str = "main.typ",
    seconds: float = SECONDS,
) -> bytes:
    """The template reads its values with `json("data.json")`: they never become part of the source.

    A sign that no font of ours shows (an emoji, a pasted control sign) must not keep a document
    from being made: it stands as an empty box. Raises DocumentError.
    """
    try:
        return _rendered(template, data, files, name, seconds)
    except DocumentError as error:
        if NO_SIGN not in error.message:
            raise
        return _rendered(template, _with_boxes(data), files, name, seconds)


def _with_boxes(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_boxes(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_boxes(one) for one in value]
    return "".join(map(_shown, value)) if isinstance(value, str) else value


def _shown(sign: str) -> str:
    usual = unicodedata.normalize("NFKC", sign)
    return next((one for one in (sign, usual) if SHOWN.fullmatch(one)), "□")


def _rendered(
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None,
    name: str,
    seconds: float,
) -> bytes:
    source = template.encode()
    values = json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    parts: dict[str, bytes] = {"data.json": values, **(files or {})}
    if len(source) > MAX_TEMPLATE:
        raise DocumentError(f"The template is larger than {MAX_TEMPLATE} bytes.")
    if len(values) > MAX_DATA:
        raise DocumentError(f"The data is larger than {MAX_DATA} bytes.")
    if sum(map(len, parts.values())) > MAX_FILES:
        raise DocumentError(f"The files together are larger than {MAX_FILES} bytes.")
    for part in parts:
        if part in ("main.typ", name) or not NAME.fullmatch(part):
            raise DocumentError(f"{part!r} is not a name a file may have here.")
    answer, pdf = _child.ask({"main.typ": source, **parts}, seconds)
    if "error" in answer:
        message = ". ".join([answer["error"], *answer.get("hints", ())])
        file = name if answer["file"] == "main.typ" else answer["file"]
        raise DocumentError(message, answer["line"], file)
    return pdf


class _Child:
    """One renderer per process of ours, started at first use and again after it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    def ask(self, files: dict[str, bytes], seconds: float) -> tuple[dict[str, Any], bytes]:
        header = {"files": [[name, len(content)] for name, content in files.items()]}
        with self._lock:
            link = self._started()
            link.settimeout(seconds)
            try:
                frames.send(link, header, b"".join(files.values()))
                return frames.receive(link)
            except TimeoutError:
                self.stop()
                raise DocumentError(
                    f"The template took longer than {seconds:g} seconds; has it an endless loop?"
                ) from None
            except ConnectionError:
                self.stop()
                raise DocumentError(
                    "The template needs too much memory, or the renderer stopped."
                ) from None

    def _started(self) -> socket.socket:
        if self._owner != os.getpid():  # after a fork the parent's child is not ours
            self._process = self._link = None
        if self._link and self._process and self._process.poll() is None:
            return self._link
        self.stop()
        ours, theirs = socket.socketpair()
        # No proxy answers there: an import of an online package fails at once.
        nowhere = "http://127.0.0.1:9"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "satupintu.documents.renderer", str(theirs.fileno())],
            cwd=Path(satupintu.__file__).parents[1],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "https_proxy": nowhere, "http_proxy": nowhere},
        )
        theirs.close()
        self._owner, self._link = os.getpid(), ours
        return ours

    def stop(self) -> None:
        if self._owner != os.getpid():
            return
        if self._link:
            self._link.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._link = None


_child = _Child()
atexit.register(_child.stop)
