"""Probolinggo's pack, with an officer in every post of two kecamatan and of the agencies."""

from __future__ import annotations

from typing import Any

from django.test import Client

from satupintu.catalogue import actions as catalogue
from satupintu.journal.events import By
from satupintu.offices import queries as offices
from satupintu.offices.models import Post
from satupintu.people import actions as people
from satupintu.people import queries as persons
from satupintu.people.models import Account, Applicant
from tests.world import COMMAND, PASSWORD, ROOT, prepared, secret_of

# Kelurahan A and B, each with its kecamatan, one RW and one RT.
HERE = ("kec-kademangan", "kel-ketapang", "rw-ketapang-001", "rt-ketapang-001-001")
THERE = ("kec-mayangan", "kel-mayangan", "rw-mayangan-001", "rt-mayangan-001-001")
AGENCIES = ("diskominfo", "disdukcapil", "dinsos")
RESIDENT = {
    "kind": "person",
    "birth_place": "Probolinggo",
    "birth_date": "1995-08-12",
    "sex": "L",
    "address": "Jalan Kenari 5",
    "password": PASSWORD,
}


def cast() -> dict[str, Any]:
    posts = [post for post in offices.posts() if post.office.code in (*HERE, *THERE, *AGENCIES)]
    officers = [
        {
            "office": post.office.code,
            "post": post.code,
            "name": f"Petugas {post.office.code} {post.code}",
            "email": f"{post.code}.{post.office.code}@emas.example",
            "password": PASSWORD,
            "totp_secret": secret_of(f"{post.office.code}/{post.code}"),
        }
        for post in posts
    ]
    return {
        "officers": officers,
        "applicants": [
            {
                **RESIDENT,
                "code": "budi",
                "name": "Budiono Hartarto",
                "nik": "3574031208950002",
                "area": "35.74.03.1001.001.001",
                "email": "budi@warga.example",
                "phone": "+6281234567802",
            },
            {
                **RESIDENT,
                "code": "jono",
                "name": "Jono Ketapang",
                "nik": "3574011208950004",
                "area": "35.74.01.1001.001.001",
                "email": "jono@warga.example",
                "phone": "+6281234567803",
            },
        ],
    }


class Town:
    def __init__(self) -> None:
        self.budi = Applicant.objects.select_related("account").get(nik="3574031208950002")
        self.jono = Applicant.objects.select_related("account").get(nik="3574011208950004")

    def post(self, office: str, code: str) -> Post:
        return offices.post(office, code)

    def officer(self, office: str, code: str) -> Account:
        found = persons.account_by_contact(f"{code}.{office}@emas.example")
        assert found is not None, (office, code)
        return found

    def by(self, office: str, code: str) -> By:
        return By(self.officer(office, code).pk, "web")

    def desk(self, office: str, code: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(self.officer(office, code))
        return client


def build() -> Town:
    def make() -> None:
        catalogue.load_pack(ROOT / "packs/probolinggo", by=COMMAND)
        people.load_cast(cast(), by=COMMAND)

    prepared("town", make)
    return Town()
