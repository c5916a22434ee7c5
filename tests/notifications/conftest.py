"""Siti, whose mail and phone are her own; Joko, who has no account; and the texts of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress

from satupintu.catalogue.models import Reference
from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.offices.models import City, Office, Post, Role
from satupintu.people.models import Account, Applicant, Holding

if TYPE_CHECKING:
    from sandbox.mail import MailServer
    from sandbox.sms import SmsCentre

TEXTS = {
    "izin_terbit": {
        "inbox": {"id": "Izin {nomor} sudah terbit. Buka {url}", "en": "Open {url}"},
        "email": {
            "subject": {"id": "Izin {nomor} terbit", "en": "Permit {nomor} is issued"},
            "body": {"id": "Izin {nomor} sudah terbit.\n\n{url}", "en": "Your permit: {url}"},
        },
        "sms": {"id": "Izin {nomor} sudah terbit: {url}"},
    },
    "hanya_kotak": {
        "inbox": "Catatan untuk Anda",
        "email": {"subject": "Catatan", "body": "Catatan untuk Anda"},
    },
}


@dataclass(frozen=True)
class Cast:
    siti: Account
    applicant: Applicant
    joko: Applicant
    admin: By
    officer: By


def _officer(name: str, rights: list[str]) -> By:
    account = Account.objects.create(name=name, email=f"{name.lower()}@contoh.id")
    office, _ = Office.objects.get_or_create(code="dpmptsp", name="DPMPTSP", kind="agency")
    role = Role.objects.create(code=name.lower(), name=name, rights=rights)
    post = Post.objects.create(office=office, code=name.lower(), name=name, role=role)
    Holding.objects.create(post=post, account=account, from_date=date(2020, 1, 1))
    return By(account.pk, "web")


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.REACTIONS = "tests.notifications.REACTIONS"
    City.objects.create(
        pk=1,
        code="contoh",
        name="Contoh",
        short_name="C",
        zone="Asia/Makassar",
        hours={"weekdays": ["mon", "tue", "wed"], "opens": "08:00", "closes": "16:00"},
    )
    offices.forget_calendars()
    Reference.objects.create(kind="messages", content=TEXTS)
    siti = Account.objects.create(
        name="Siti", email="siti@contoh.id", phone="+6281234567890", phone_verified=True
    )
    EmailAddress.objects.create(user=siti, email="siti@contoh.id", verified=True, primary=True)
    return Cast(
        siti=siti,
        applicant=Applicant.objects.create(kind="person", account=siti, name="Siti Aminah"),
        joko=Applicant.objects.create(kind="person", name="Joko", phone="+6281111111111"),
        admin=_officer("Dewi", ["admin", "admin_all"]),
        officer=_officer("Budi", []),
    )


@pytest.fixture
def providers(settings: Any, sms_centre: SmsCentre, mail_server: MailServer) -> None:
    """Mail and SMS go to the sandbox's real servers."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.DEFAULT_FROM_EMAIL = "DPMPTSP <layanan@contoh.id>"
    settings.SMPP = {**settings.SMPP, "host": "127.0.0.1", "port": sms_centre.port}
