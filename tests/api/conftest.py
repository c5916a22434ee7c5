"""A city with an applicant's token, two clients, an application and a signed permit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from satupintu.api import actions
from satupintu.api.models import Client, Token
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.permits.models import Permit
from tests.api.caller import Caller
from tests.api.receiver import Receiver, receiver
from tests.site import stage
from tests.world import World, prepared, world

__all__ = ["Receiver", "receiver", "world"]

SCOPES = ("cases:read", "tasks:read", "webhooks")


@dataclass
class House:
    world: World
    case: Case  # of Siti, being checked
    permit: Permit  # of Siti, signed
    siti: Caller
    andi: Caller
    here: Caller  # the client of the unit that has the case
    there: Caller  # the client of another unit

    @property
    def client(self) -> Client:
        return Client.objects.get(name="Dasbor")


def register(world: World, office: str, name: str, scopes: tuple[str, ...] = SCOPES) -> str:
    _, secret = actions.register_client(
        name=name,
        office_id=offices.office(office).pk,
        scopes=scopes,
        per_minute=600,
        ends_on=offices.today() + timedelta(days=30),
        by=world.by("administrator"),
    )
    return secret


def personal(world: World, code: str, name: str = "Dompet") -> str:
    by = By(world.applicants[code].account_id, "web")
    return actions.make_token(name=name, ends_on=offices.today() + timedelta(days=30), by=by)


@pytest.fixture
def house(transactional_db: None, world: World) -> House:
    """Playing runs the worker, whose jobs a test that is only taken back would leave behind."""

    def build() -> None:
        stage.play(world, stage.SKP, "at:verifikasi")
        stage._issue(world, stage.play(world, stage.SKP, "at:tanda_tangan"))

    prepared("api", build, instead=True)
    return House(
        world=world,
        case=Case.objects.filter(phase="open").order_by("id")[0],
        permit=Permit.objects.get(kind="permit"),
        siti=Caller(personal(world, "siti")),
        andi=Caller(personal(world, "andi")),
        here=Caller(register(world, "dpmptsp", "Dasbor")),
        there=Caller(register(world, "dinkes", "Dasbor Dinkes")),
    )


def token_of(caller: Caller) -> Token:
    from satupintu.api import queries

    return Token.objects.get(hash=queries.hash_of(caller.secret))
