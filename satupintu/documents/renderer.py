"""The child process that turns Typst into PDF/A; it touches neither Django nor the network."""

from __future__ import annotations

import re
import resource
import socket
import sys
import tempfile
from pathlib import Path

import typst

from satupintu.lib import frames

MEMORY = 1024**3
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
PLACE = re.compile(r"┌─ (?:.*/)?(?P<file>[^/\n]+):(?P<line>\d+):\d+")


def compile_one(files: dict[str, bytes]) -> tuple[dict[str, object], bytes]:
    try:
        # On disk, in a folder of its own: handed over in memory, typst takes text but no photos.
        with tempfile.TemporaryDirectory() as root:
            for name, content in files.items():
                path = Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            pdf = typst.compile(
                Path(root, "main.typ"),
                root=Path(root),
                format="pdf",
                ignore_system_fonts=True,
                pdf_standards=STANDARDS,
            )
    except typst.TypstError as error:
        place = PLACE.search(error.diagnostic or "")
        return {
            "error": error.message,
            "hints": error.hints,
            "file": place["file"] if place else "",
            "line": int(place["line"]) if place else 0,
        }, b""
    return {}, pdf


def main(descriptor: int) -> None:
    # A template that grows without end must end this process, not the machine.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    link = socket.socket(fileno=descriptor)
    while True:
        try:
            header, body = frames.receive(link)
        except frames.Closed:
            return
        files, start = {}, 0
        for name, size in header["files"]:
            files[name] = body[start : start + size]
            start += size
        answer, pdf = compile_one(files)
        frames.send(link, answer, pdf)


if __name__ == "__main__":
    main(int(sys.argv[1]))
