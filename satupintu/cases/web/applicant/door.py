"""Through which door a form is filled: by its applicant, or for them at the counter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.http import HttpRequest

    from satupintu.cases.models import Case
    from satupintu.journal.events import By


def is_helped(request: HttpRequest, case: Case) -> bool:
    """An officer at the counter fills the form for somebody else."""
    return case.applicant.account_id != request.user.pk


def by(request: HttpRequest, case: Case) -> By:
    acting: By = request.by  # type: ignore[attr-defined]
    return replace(acting, door="counter") if is_helped(request, case) else acting


def frame(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The frame around the pages of a form: the officer keeps the menu of the workspace."""
    helped = is_helped(request, case)
    room = "counter" if helped else "applicant"
    return {"case": case, "helped": helped, "frame": f"cases/{room}/frame.html"}


def language() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"


def say(request: HttpRequest, id_text: str, en_text: str) -> None:
    messages.success(request, en_text if language() == "en" else id_text)
