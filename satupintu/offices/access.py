"""Who may change what belongs to the city as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.lib.errors import Refused, both
from satupintu.offices.models import Post

if TYPE_CHECKING:
    from satupintu.journal.events import By


class NoRight(Refused):
    """The one who acts holds no post that may do this."""


def may(by: By, right: str) -> bool:
    """Whether the post in which someone acts carries the right; the system may."""
    if by.account_id is None:
        return True
    posts = Post.objects.filter(active=True, role__active=True, role__rights__contains=[right])
    return by.post_id is not None and posts.filter(pk=by.post_id).exists()


def require(by: By, right: str) -> None:
    """Raises NoRight."""
    if not may(by, right):
        raise NoRight(
            both("Jabatan Anda tidak berhak melakukan ini", "Your post has no right to do this")
        )
