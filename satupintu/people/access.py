"""Which posts a person holds today, and so what that person may do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.offices.queries import NoRight
from satupintu.people.models import Holding, Mandate

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from satupintu.journal.events import By

# What the code knows to ask for; which role carries which right is data of the pack.
RIGHTS = {
    "counter": both("menerima permohonan di loket", "take applications at the counter"),
    "cashier": both("menerima pembayaran", "take payments"),
    "assign": both("membagi tugas", "assign tasks"),
    "handover": both("menyerahkan dokumen", "hand over documents"),
    "outage": both("menyatakan gangguan layanan", "declare outages"),
    "sanction": both("membekukan atau mencabut izin", "suspend or revoke permits"),
    "audit": both("membaca jejak audit", "read the audit trail"),
    "admin": both("mengatur jabatan dan petugas unitnya", "set posts and officers of the unit"),
    "admin_all": both("mengatur jabatan di seluruh kota", "set posts in the whole city"),
    "endorse": both("menjawab surat warga lewat tautan dan PIN", "answer letters by link and PIN"),
}
# Asked for without a unit, so that they reach the whole city from whichever post carries them.
CITY_WIDE = frozenset({"admin_all", "audit", "outage"})


@dataclass(frozen=True)
class HeldPost:
    """A post that someone may act in on a day, as its holder or by mandate."""

    post_id: int
    post_code: str
    post_name: str
    role: str
    office_id: int
    office_code: str
    rights: frozenset[str]
    acting: str = ""
    office_name: str = ""
    proved: bool = False  # whoever acts in it can show a second factor

    @property
    def title(self) -> str:
        """As it stands above a name: "Plh. Kepala Dinas"."""
        return f"{self.acting}. {self.post_name}" if self.acting else self.post_name


def on_day(day: date) -> Q:
    return Q(withdrawn=False, from_date__lte=day) & (Q(to_date=None) | Q(to_date__gte=day))


_read: ContextVar[dict[tuple[int, date], tuple[HeldPost, ...]] | None] = ContextVar(
    "posts read during this request", default=None
)
_acts: ContextVar[bool] = ContextVar("this request may act", default=True)


@contextmanager
def reading_posts_once(*, acts: bool) -> Iterator[None]:
    """Ask for somebody's posts once in a request. If it acts, the act asks again for itself."""
    read, may_act = _read.set({}), _acts.set(acts)
    try:
        yield
    finally:
        _read.reset(read)
        _acts.reset(may_act)


def posts_held(
    account_id: int | None, on: date | None = None, *, act: bool = False
) -> tuple[HeldPost, ...]:
    """Own posts first, then mandates. Read anew at every act: an ended post bites at once."""
    if account_id is None:
        return ()
    day = on or offices.today()
    known = None if act and _acts.get() else _read.get()
    if known is None:
        return _posts_held(account_id, day)
    if (account_id, day) not in known:
        known[account_id, day] = _posts_held(account_id, day)
    return known[account_id, day]


# Every page of an officer asks this, and some more than once: written out, it costs a fifth.
HELD = """
SELECT p.id, p.code, p.name, r.code, p.office_id, o.code, r.rights, held.kind, o.name,
    EXISTS (
        SELECT FROM mfa_authenticator
        WHERE user_id = %(account)s AND type IN ('totp', 'webauthn')
    )
FROM (
    SELECT post_id, from_date, id, '' AS kind, NULL::bigint AS mandate FROM people_holding
    WHERE account_id = %(account)s AND NOT withdrawn AND from_date <= %(day)s
        AND (to_date IS NULL OR to_date >= %(day)s)
    UNION ALL
    SELECT post_id, from_date, id, kind, id FROM people_mandate
    WHERE account_id = %(account)s AND NOT withdrawn AND from_date <= %(day)s
        AND to_date >= %(day)s
) held
JOIN people_account a ON a.id = %(account)s AND a.is_active
JOIN offices_post p ON p.id = held.post_id AND p.active
JOIN offices_role r ON r.id = p.role_id AND r.active
JOIN offices_office o ON o.id = p.office_id AND o.active
ORDER BY held.mandate IS NOT NULL, held.from_date, held.id
"""


def _posts_held(account_id: int, day: date) -> tuple[HeldPost, ...]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"account": account_id, "day": day})
        rows = cursor.fetchall()
    return tuple(
        HeldPost(
            *(post_id, code, name, role, office_id, office_code, frozenset(json.loads(rights))),
            acting=Mandate.Kind(kind).label if kind else "",
            office_name=office_name,
            proved=proved,
        )
        for (
            post_id, code, name, role, office_id, office_code,
            rights, kind, office_name, proved,
        ) in rows
    )  # fmt: skip


def acting_post(
    by: By, *, role: str | None = None, right: str | None = None, office_id: int | None = None
) -> HeldPost:
    """The post in which this may be done today; one that `by` already names comes first.

    Raises NoRight with the role, right or unit that is needed.
    """
    fitting = [
        held
        for held in posts_held(by.account_id, act=True)
        if (role is None or held.role == role)
        and (right is None or right in held.rights)
        and (office_id is None or held.office_id == office_id)
    ]
    if not fitting:
        raise NoRight(_what_is_needed(role, right, office_id))
    return _first(by, fitting)


def require_officer(by: By) -> None:
    """Raises NoRight for whoever holds no post today."""
    if not posts_held(by.account_id):
        raise NoRight(_what_is_needed(None, None, None))


def _first(by: By, fitting: list[HeldPost]) -> HeldPost:
    return min(fitting, key=lambda held: held.post_id != by.post_id)


class NotForOneself(Refused):
    """Nobody gives or takes a post, or shuts an account, of their own."""


def require_admin(by: By, office_id: int | None = None) -> By:
    """`by` in the post that may set posts and officers; a command of the host may too.

    With a unit: the post reaches it, because it lies in that unit or above, or everywhere
    (Probolinggo art. 9(2), 11(1)e-f). Raises NoRight.
    """
    if by.account_id is None:
        return by
    if office_id is None:
        return _in_post(by, acting_post(by, right="admin"))
    above = set(offices.around(office_id))
    fitting = [held for held in _admin_posts(by) if _everywhere(held) or held.office_id in above]
    if not fitting:
        raise NoRight(_what_is_needed(None, "admin", office_id))
    return _in_post(by, _first(by, fitting))


def require_admin_everywhere(by: By) -> By:
    if by.account_id is None:
        return by
    return _in_post(by, acting_post(by, right="admin_all"))


def require_admin_of_post(by: By, post_id: int) -> By:
    """Who may give and take a post; one that reaches the whole city is given from there only."""
    post = offices.post_by_id(post_id)
    return require_admin_of_role(by, post.office_id, post.role.rights)


def require_admin_of_role(by: By, office_id: int, rights: Collection[str]) -> By:
    """Who may set a post with these rights in a unit. Raises NoRight."""
    if CITY_WIDE.intersection(rights):
        return require_admin_everywhere(by)
    return require_admin(by, office_id)


def require_admin_of_account(by: By, account_id: int) -> By:
    """Who may shut an account: its posts, held or to come, all lie in the reach of one's own."""
    by_post = [
        require_admin_of_post(by, row.post_id)
        for rows in (Holding.objects, Mandate.objects)
        for row in rows.filter(_not_over(), account_id=account_id).order_by("id")
    ]
    return by_post[0] if by_post else require_admin_everywhere(by)


def admin_reach(by: By) -> frozenset[int] | None:
    """The units whose posts one may set; None for all of them. Raises NoRight."""
    if by.account_id is None:
        return None
    acting_post(by, right="admin")
    held = _admin_posts(by)
    if any(_everywhere(post) for post in held):
        return None
    return offices.below({post.office_id for post in held})


def review_reach(by: By) -> tuple[By, frozenset[int] | None]:
    """Who looks through rights: auditors everywhere, administrators in their reach."""
    held = [post for post in posts_held(by.account_id) if "audit" in post.rights]
    if held:
        return _in_post(by, _first(by, held)), None
    return require_admin(by), admin_reach(by)


def require_reviewer(by: By, office_id: int | None) -> By:
    """A review of a unit, or without one of the whole city. Raises NoRight."""
    by, reach = review_reach(by)
    if reach is not None and office_id not in reach:
        raise NoRight(_what_is_needed(None, "audit", office_id))
    return by


def require_data_steward(by: By) -> By:
    """Who answers for personal data in the whole city: its administrator, or an auditor."""
    for held in posts_held(by.account_id):
        if held.rights & {"audit", "admin_all"}:
            return _in_post(by, held)
    raise NoRight(_what_is_needed(None, "audit", None))


def _admin_posts(by: By) -> list[HeldPost]:
    return [held for held in posts_held(by.account_id, act=True) if "admin" in held.rights]


def _everywhere(held: HeldPost) -> bool:
    return "admin_all" in held.rights


def _in_post(by: By, held: HeldPost) -> By:
    return replace(by, post_id=held.post_id, office_id=held.office_id)


def _not_over() -> Q:
    return Q(withdrawn=False) & (Q(to_date=None) | Q(to_date__gte=offices.today()))


def require_other(by: By, account_id: int) -> None:
    if by.account_id == account_id:
        raise NotForOneself(
            both(
                "Minta administrator lain melakukannya untuk jabatan Anda sendiri",
                "Ask another administrator to do this for a post of your own",
            )
        )


def require_other_than_holders(by: By, office_id: int, post_code: str) -> None:
    """Nobody changes a post that they hold or act in, today or to come. Raises NotForOneself."""
    for rows in (Holding.objects, Mandate.objects):
        own = rows.filter(_not_over(), post__office_id=office_id, post__code=post_code)
        if by.account_id is not None and own.filter(account_id=by.account_id).exists():
            require_other(by, by.account_id)


def require_owner_or_counter(by: By, account_id: int | None) -> By:
    """Personal data is kept by its owner, or by the counter. Raises NoRight."""
    if by.account_id is None or (account_id is not None and by.account_id == account_id):
        return by
    return _in_post(by, acting_post(by, right="counter"))


def _what_is_needed(role: str | None, right: str | None, office_id: int | None) -> str:
    """The sentence of a refusal: who may do it, in words that people use."""
    if role:
        who = both("pemegang jabatan {x}", "the holder of the post {x}", x=offices.role_name(role))
    elif right:
        who = both("petugas yang berhak {x}", "an officer who may {x}", x=RIGHTS[right])
    else:
        who = both("petugas", "an officer")
    if office_id:
        where = both(" di {x}", " at {x}", x=offices.office_name(office_id))
    else:
        where = both("", "")
    return both(
        "Ini hanya boleh dilakukan {who}{where}. Hari ini Anda tidak memegang jabatan itu",
        "Only {who}{where} may do this. You do not hold that post today",
        who=who,
        where=where,
    )
