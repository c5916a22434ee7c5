"""Who may change what belongs to the city as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.lib.errors import Refused, both
from satupintu.offices.models import Post

if TYPE_CHECKING:
    from satupintu.journal.events import By


class NoRight(Refused):
    """The one who acts holds no post that may do this."""


def require(by: By, right: str) -> None:
    """The post in which someone acts must carry the right; the system may. Raises NoRight."""
    if by.account_id is None:
        return
    posts = Post.objects.filter(active=True, role__active=True, role__rights__contains=[right])
    if by.post_id is None or not posts.filter(pk=by.post_id).exists():
        raise NoRight(
            both("Jabatan Anda tidak berhak melakukan ini", "Your post has no right to do this")
        )
