"""Who and what of the seeded city the workloads visit: sessions, numbers, tokens, tasks."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pikepdf
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import connection

from satupintu.cases.models import Case, Task
from satupintu.cases.queries import Filters
from satupintu.catalogue import queries as catalogue
from satupintu.people.models import Account, Applicant

FIVE_FILES = 1  # the sample of the service SKTM that asks for five documents
PASSWORD = "kuda-nil-terbang-7"  # noqa: S105
CSRF = "0123456789abcdefghijklmnopqrstuv"


@dataclass(frozen=True)
class Clerk:
    """An officer with a session of their own."""

    account: int
    cookie: str


def sign_in(account: Account, *, officer: bool = True) -> Clerk:
    """A session as signing in leaves it behind, and the second factor that officers must have."""
    if officer:
        Authenticator.objects.get_or_create(user=account, type="totp", defaults={"data": {}})
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}"
    return Clerk(account.pk, cookie)


def holders(role: str) -> dict[int, Clerk]:
    """One officer of a role for every office that has cases: office -> clerk."""
    found = Account.objects.filter(holdings__post__role__code=role)
    offices = set(Case.objects.order_by().values_list("office", flat=True).distinct())
    by_office: dict[int, Clerk] = {}
    for account in found.prefetch_related("holdings__post"):
        for holding in account.holdings.all():
            if holding.post.office_id in offices and holding.post.office_id not in by_office:
                by_office[holding.post.office_id] = sign_in(account)
    return by_office


def sample(model: Any, column: str, count: int, **only: Any) -> list[Any]:
    """Values of rows spread over the whole table."""
    rows = model.objects.filter(**only).order_by("id")
    low, high = rows.values_list("id", flat=True).first(), rows.order_by("-id")[0].pk
    chance = random.Random(4)  # noqa: S311  (the same visit every time)
    wanted = {chance.randint(low, high) for _ in range(count * 2)}
    found = list(model.objects.filter(pk__in=wanted, **only).values_list(column, flat=True))
    chance.shuffle(found)
    return found[:count]


def forwardable(role: str) -> list[tuple[int, str, int, int]]:
    """Open steps that need nothing but a decision: task, number, version, office."""
    found = Task.objects.filter(status="open", role=role, kind="initial").order_by("case_id")
    rows = found.values_list("pk", "case__number", "case__version", "office_id")
    return [(pk, str(number), version, office) for pk, number, version, office in rows]


def list_addresses(clerks: dict[int, Clerk], role: str) -> list[tuple[str, str]]:
    """Every tab and filter of the work list, at its first page: [(address, cookie)]."""
    narrowed = (
        *("tab=open", "tab=open&sort=-due", "tab=open&sort=received", "tab=open&late=1"),
        *("tab=open&unassigned=1", "tab=open&service=SKTM", "tab=waiting", "tab=done"),
        *("tab=done&sort=done", "tab=all", "tab=all&sort=-received", "tab=all&service=SKTM"),
        *("tab=all&size=50", "tab=all&late=1"),
    )
    return [(f"/tugas/?{query}", clerk.cookie) for clerk in clerks.values() for query in narrowed]


def deep_addresses(clerks: dict[int, Clerk], role: str) -> list[tuple[str, str]]:
    """The last page of everything that an officer ever had, and one from the middle."""
    found = []
    for office, clerk in clerks.items():
        rows = Task.objects.filter(office=office, role=role).exclude(status="cancelled")
        total = rows.count()
        for place in (total // 2, max(total - 26, 0)):
            row = rows.order_by("opened_at", "id")[place]
            after = f"{row.opened_at.isoformat()}.{row.pk}".replace("+", "%2B")
            assert Filters.read({"tab": "all", "sort": "received", "after": after}).query
            found.append((f"/tugas/?tab=all&sort=received&after={after}", clerk.cookie))
    return found


def turned(items: Sequence[Any]) -> Any:
    """The items for ever, in an order of chance that is the same in every run."""
    chance = random.Random(8)  # noqa: S311
    while True:
        yield from chance.sample(items, len(items))


def table_size() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (found,) = cursor.fetchone() or ("",)
    return str(found)


def drafts(count: int) -> list[tuple[int, str]]:
    """Applications with all answers given and none of their five documents: [(case, cookie)]."""
    version = catalogue.current_version("SKTM")
    assert version is not None
    sample = catalogue.sample(version.definition, FIVE_FILES)
    office = Case.objects.filter(service_code="SKTM")[0].office_id
    area = Case.objects.filter(office=office)[0].answers["wilayah"]
    made = []
    for n in range(count):
        account, _ = Account.objects.get_or_create(
            email=f"warga{n}@bench.example", defaults={"name": f"Warga {n}", "password": "!"}
        )
        person, _ = Applicant.objects.get_or_create(
            account=account, kind="person", defaults={"name": f"Warga {n}", "nik": f"3574{n:012}"}
        )
        case, _ = Case.objects.get_or_create(
            phase="draft",
            service_code="SKTM",
            applicant=person,
            opened_by=account,
            defaults={
                "service_version": version,
                "office_id": office,
                "request_type": sample["request"],
                "answers": {**sample["answers"], "wilayah": area},
            },
        )
        made.append((case.pk, sign_in(account, officer=False).cookie))
    return made


def documents() -> list[str]:
    version = catalogue.current_version("SKTM")
    assert version is not None
    codes: list[str] = catalogue.sample(version.definition, FIVE_FILES)["files"]
    return codes


def pdf(size: int = 1_000_000) -> bytes:
    """A real PDF of about this size; its weight is a picture that does not compress."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Weight = pikepdf.Stream(document, os.urandom(size))
        document.save(written, compress_streams=False)
    return written.getvalue()


def with_password(count: int) -> list[tuple[str, str]]:
    """Officers who sign in as people do: [(e-mail, secret of their authenticator)]."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
    hashed = make_password(PASSWORD)
    accounts = list(Account.objects.filter(holdings__isnull=False).order_by("-pk")[:count])
    for account in accounts:
        account.password = hashed
        EmailAddress.objects.get_or_create(
            user=account, email=account.email, defaults={"verified": True, "primary": True}
        )
        Authenticator.objects.filter(user=account).delete()
        TOTP.activate(account, secret)
    Account.objects.bulk_update(accounts, ["password"])
    return [(str(account.email), secret) for account in accounts]
