"""A counter: Siti owes, Rina assesses, Agus and Wati are cashiers, Rudi may do nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from satupintu.journal.events import By
from satupintu.levies import actions
from satupintu.levies.models import Bill
from satupintu.lib.tariff import Assessment, Line
from satupintu.offices import queries as offices
from satupintu.offices.models import City, Office, Post, Role
from satupintu.people.models import Account, Applicant, Holding


@dataclass(frozen=True)
class Cast:
    office: Office
    siti: Account
    applicant: Applicant
    rina: By
    agus: By
    wati: By
    rudi: By


def account(name: str) -> Account:
    return Account.objects.create(name=name, email=f"{name.lower()}@contoh.id")


def officer(name: str, office: Office, role: Role) -> By:
    person = account(name)
    post = Post.objects.create(office=office, code=name.lower(), name=f"Kasir {name}", role=role)
    Holding.objects.create(post=post, account=person, from_date=date(2020, 1, 1))
    return By(person.pk, "web")


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.REACTIONS = "tests.levies.NO_REACTIONS"
    City.objects.create(
        pk=1,
        code="contoh",
        name="Kota Contoh",
        short_name="Contoh",
        zone="Asia/Makassar",
        hours={"weekdays": ["mon", "tue", "wed"], "opens": "08:00", "closes": "16:00"},
    )
    offices.forget_calendars()
    office = Office.objects.create(code="dpmptsp", name="DPMPTSP Kota Contoh", kind="agency")
    cashier = Role.objects.create(code="kasir", name={"id": "Kasir"}, rights=["cashier"])
    assessor = Role.objects.create(code="penetap", name={"id": "Penetap"}, rights=[])
    siti = account("Siti")
    return Cast(
        office=office,
        siti=siti,
        applicant=Applicant.objects.create(kind="person", account=siti, name="Siti Aminah"),
        rina=officer("Rina", office, assessor),
        agus=officer("Agus", office, cashier),
        wati=officer("Wati", office, cashier),
        rudi=By(account("Rudi").pk, "web"),
    )


def assessment(*amounts: str) -> Assessment:
    lines = tuple(
        Line(f"baris{n}", f"Baris {n}", "luas * tarif", Decimal(amount), f"{amount} x 1")
        for n, amount in enumerate(amounts, 1)
    )
    return Assessment(lines, sum((line.amount for line in lines), Decimal(0)))


def bill_for(cast: Cast, *amounts: str, subject: str = "case:12", by: By | None = None) -> Bill:
    return actions.assess(
        applicant_id=cast.applicant.pk,
        office_id=cast.office.pk,
        subject=subject,
        assessment=assessment(*(amounts or ("1000000", "250000"))),
        due_days=30,
        title="Persetujuan Bangunan Gedung",
        by=by or cast.rina,
    )
