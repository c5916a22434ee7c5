"""The least that the same server can answer: what a page costs above it is ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable

PAGE = b"<!DOCTYPE html><title>bare</title><p>bare</p>" * 100


def application(
    environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
