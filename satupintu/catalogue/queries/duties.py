"""What the posts of a role do in the services: asked for the menu of every officer page."""

from __future__ import annotations

import time

from django.conf import settings

from satupintu import workflow
from satupintu.catalogue.models import ServiceVersion
from satupintu.catalogue.packs.checks.processes import PARTS

Duties = frozenset[tuple[str, str]]

_of_version: dict[str, Duties] = {}  # by digest: nobody changes a published version
_read: tuple[float, Duties] = (float("-inf"), frozenset())


def duties() -> Duties:
    """(role, kind of step) of every published version, asked anew once in KEPT_SECONDS."""
    global _read
    asked_at, known = _read
    if time.monotonic() - asked_at >= settings.KEPT_SECONDS:
        digests = set(ServiceVersion.objects.values_list("digest", flat=True))
        _learn(digests - _of_version.keys())
        known = frozenset().union(*(_of_version[digest] for digest in digests))
        _read = (time.monotonic(), known)
    return known


def _learn(digests: set[str]) -> None:
    if not digests:
        return
    parts = [f"definition__{part}" for part in PARTS.values()]
    found = ServiceVersion.objects.filter(digest__in=digests)
    for digest, *written in found.values_list("digest", *parts).iterator():
        steps = workflow.steps(dict(zip(PARTS, written, strict=True)))
        _of_version[digest] = frozenset(
            (step["role"], step["kind"]) for step in steps if step.get("role")
        )
