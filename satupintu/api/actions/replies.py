"""A call with a key has its effect once, however often it comes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from satupintu.api.models import Reply, Token
from satupintu.lib.errors import Refused, both


class Busy(Refused):
    """The same call is being carried out at this moment."""


class OtherRequest(Refused):
    """The key was used for a call that asked for something else."""


@transaction.atomic
def once(
    token: Token, *, key: str, asked: str, act: Callable[[], tuple[int, str]]
) -> tuple[Reply, bool]:
    """Act and keep the answer, in one transaction; or give the answer kept before, and True.

    What is refused is rolled back and not kept: the same key may try again.
    Raises Busy, OtherRequest.
    """
    if not _free(f"{token.owner}|{key}"):
        raise Busy(
            both(
                "Permintaan dengan kunci ini sedang dikerjakan. Ulangi sebentar lagi",
                "A request with this key is being carried out. Repeat it in a moment",
            )
        )
    kept = Reply.objects.filter(owner=token.owner, key=key).first()
    if kept is None:
        status, body = act()
        made = Reply.objects.create(
            owner=token.owner, key=key, asked=asked, status=status, body=body
        )
        return made, False
    if kept.asked != asked:
        raise OtherRequest(
            both(
                "Kunci ini sudah dipakai untuk permintaan lain. Pakai kunci baru",
                "This key was used for another request. Take a new key",
            )
        )
    return kept, True


def _free(what: str) -> bool:
    """Whether nobody else is at it; nobody will be until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [what])
        (free,) = cursor.fetchone() or (False,)
    return bool(free)
