"""One row for each document of a case, as components/upload.html shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from satupintu.cases.actions import attaching
from satupintu.cases.models import Attachment, Case
from satupintu.cases.queries import form
from satupintu.files.actions import PIECE

ENDINGS = {"pdf": [".pdf"], "jpg": [".jpg", ".jpeg"], "png": [".png"]}


def rows(
    case: Case,
    changeable: frozenset[tuple[str, str]],
    *,
    error: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """A row for each document that may be changed now; `reasons` why, if an officer asked.

    A file that is older than `since`, the moment it was asked for, is still to be replaced.
    """
    given = form.attachments(case)
    stale = {code for code, one in given.items() if since and one.created_at < since}
    return [
        _row(case, wanted, given.get(wanted["code"]), error or {}, reasons or {}, stale)
        for wanted in form.requirements(case)
        if ("requirement", wanted["code"]) in changeable
    ]


def _row(
    case: Case,
    wanted: dict[str, Any],
    attachment: Attachment | None,
    error: Mapping[str, str],
    reasons: Mapping[str, str],
    stale: set[str],
) -> dict[str, Any]:
    code = wanted["code"]
    accept = attaching.accepted(wanted)
    url = reverse("cases:upload", args=[case.pk, code])
    return {
        "code": code,
        "name": wanted["name"],
        "hint": wanted.get("hint", ""),
        "optional": not wanted.get("required"),
        "file": attachment.file if attachment else None,
        "letter": attachment.permit if attachment else None,
        "letter_state": form.letter_state(attachment),
        "letter_url": reverse("cases:letter", args=[case.pk, code]) if "letter" in wanted else "",
        "verdict": "fix" if attachment and code in stale else "",
        "reason": reasons.get(code, ""),
        "error": error.get(code, ""),
        "url": url,
        "piece": PIECE,
        "begin_url": reverse("cases:begin_upload", args=[case.pk, code]),
        "delete_url": reverse("cases:remove_upload", args=[case.pk, code]),
        "accept_text": ", ".join(accept).upper(),
        "accept_types": ",".join(ending for kind in accept for ending in ENDINGS[kind]),
        "max_bytes": attaching.max_bytes(wanted),
    }
