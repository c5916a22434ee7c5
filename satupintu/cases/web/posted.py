"""Small things that forms bring along."""

from __future__ import annotations

from uuid import UUID

from satupintu.lib import posted
from satupintu.lib.errors import Refused, both
from satupintu.people.requests import Request


def key(request: Request) -> UUID:
    """The form's own key: the same form sent twice does its work once."""
    found = sent_key(request)
    if found is None:
        raise Refused(
            both(
                "Muat ulang halaman ini, lalu kirim sekali lagi.",
                "Load this page again, then send it once more.",
            )
        )
    return found


def sent_key(request: Request) -> UUID | None:
    """The key of what a phone kept until it had a signal; other forms may have none."""
    return posted.key(request.POST.get("key", ""))


def version(request: Request, name: str = "version") -> int:
    """The state of the case that the page showed; -1 fits none."""
    seen = posted.whole(request.POST.get(name, ""))
    return -1 if seen is None else seen


def whole(text: str) -> int:
    """A number that was picked on the page; 0, which is nobody's, for anything else."""
    return posted.whole(text) or 0
