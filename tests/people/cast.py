"""Who plays in these tests: Ani administers, Budi and Dewi are officials, Siti applies."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress

from satupintu.journal.events import By
from satupintu.offices.models import Post
from satupintu.people import queries
from satupintu.people.models import Account, Holding
from tests.offices import city

PASSWORD = "sungai-yang-tenang"


def account(name: str, *, phone: str = "", proved: bool = True) -> Account:
    """Signs in with name@contoh.id, or with the phone when one is given."""
    email = None if phone else f"{name.lower()}@contoh.id"
    made = Account(
        name=name, email=email, phone=phone or None, phone_verified=bool(phone) and proved
    )
    made.set_password(PASSWORD)
    made.save()
    if email:
        EmailAddress.objects.create(user=made, email=email, verified=proved, primary=True)
    return made


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def holder_of(post: Post, on: date | None = None) -> Account | None:
    (row,) = queries.who_may_do_what(on, Post.objects.filter(pk=post.pk))
    return row.holding.account if row.holding else None


def hold(person: Account, code: str, **period: Any) -> Holding:
    given = {"from_date": date(2020, 1, 1), **period}
    return Holding.objects.create(post=post(code), account=person, **given)


def acting(person: Account) -> By:
    return By(person.pk, "web")


class Cast:
    def __init__(self) -> None:
        self.office = city.load()
        self.ani, self.budi, self.dewi, self.siti = (
            account(name) for name in ("Ani", "Budi", "Dewi", "Siti")
        )
        hold(self.ani, "admin")
        self.by = acting(self.ani)
