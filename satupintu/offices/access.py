"""Who may change what belongs to the city as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from satupintu.lib.errors import Refused
from satupintu.offices.models import Post

if TYPE_CHECKING:
    from satupintu.journal.events import By


class NoRight(Refused):
    """The one who acts holds no post that may do this."""


def require(by: By, right: str) -> None:
    """The post in which someone acts must carry the right; the system may. Raises NoRight."""
    if by.account_id is None:
        return
    post = Post.objects.select_related("role").filter(pk=by.post_id, active=True).first()
    if post is None or right not in post.role.rights:
        raise NoRight("Jabatan Anda tidak berhak melakukan ini")
